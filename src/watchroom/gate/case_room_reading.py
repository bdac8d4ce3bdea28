"""The rooms of cases as whoever manages them reads them: which there are, who is in one, and who let them in.

A room tells that there is a case, so whoever may not meet a person does not meet the room of a case about them: their
own person and kin, and restricted people who do not admit them (ADR 14). Each look is entered by the caller.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from watchroom.gate.askers import Asker
from watchroom.gate.own_matters import hidden_from
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Database, Principal

_QUERIES = load_queries("watchroom.gate", "case_room_reading.sql")


class RoomKept(NamedTuple):
    """One room.

    `opens_at` and `closes_at` are instants of the node, the other times of the machine. `closed_by` is None where it
    closed by itself. `members` counts who is in it.
    """

    id: UUID
    case: str
    opens_at: datetime
    closes_at: datetime
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closed_by: str | None
    is_open: bool
    members: int


class MemberKept(NamedTuple):
    """Somebody who is or was in a room, times by the machine; `roles` is None where the node has no such account."""

    organisation: str
    account: str
    admitted_at: datetime
    admitted_by: str
    left_at: datetime | None
    roles: tuple[str, ...] | None
    is_disabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomPlace:
    """After which room a list goes on; `is_open`: as it was listed."""

    after: UUID
    is_open: bool


def hidden_cases(database: Database, asker: Asker) -> frozenset[str]:
    """The references of cases that are about somebody whom the asker may not meet. To compare with, never to show."""
    people = sorted(hidden_from(database, asker))
    if not people:
        return frozenset()
    with database.connection(Principal.LOADER) as connection:
        return frozenset(row[0] for row in connection.execute(_QUERIES["cases_about"].text, {"people": people}))


def rooms_of(
    database: Database, *, now: datetime, hidden: frozenset[str], most: int, place: RoomPlace | None = None
) -> tuple[RoomKept, ...]:
    """So many rooms from a place on, those that are open first, of each kind the latest first."""
    facts = {
        "now": now,
        "hidden": sorted(hidden),
        "most": most,
        "after": place.after if place else None,
        "is_open": place.is_open if place else None,
    }
    with database.connection(Principal.APP) as connection:
        return tuple(RoomKept(*row) for row in connection.execute(_QUERIES["rooms"].text, facts))


def room_of(database: Database, room_id: UUID, *, now: datetime, hidden: frozenset[str]) -> RoomKept | None:
    """One room; None: there is none of that id, or its case is hidden."""
    facts = {"id": room_id, "now": now, "hidden": sorted(hidden)}
    with database.connection(Principal.APP) as connection:
        row = connection.execute(_QUERIES["room"].text, facts).fetchone()
    return RoomKept(*row) if row is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersListed:
    """Some of who is or was in a room; `inside` and `left`: how many are and were in it at all."""

    members: tuple[MemberKept, ...]
    begin: int
    inside: int
    left: int

    @property
    def after(self) -> int | None:
        """The place from which the list goes on; None: it ends here."""
        place = self.begin + len(self.members)
        return place if place < self.inside + self.left and self.members else None


def members_of(database: Database, room_id: UUID, *, most: int, begin: int = 0) -> MembersListed:
    """So many of who is or was in a room from a place on, counted from 0, those that are in it first.

    A place is a number: an address that named an account would name a member of staff.
    """
    with database.connection(Principal.APP) as connection:
        facts = {"room_id": room_id, "begin": begin, "most": most}
        rows = connection.execute(_QUERIES["members"].text, facts).fetchall()
        numbers = connection.execute(_QUERIES["count_members"].text, {"room_id": room_id}).fetchone()
    found = tuple(
        MemberKept(*row[:5], roles=None if row[5] is None else tuple(row[5]), is_disabled=row[6]) for row in rows
    )
    inside, left = numbers or (0, 0)
    return MembersListed(members=found, begin=begin, inside=inside, left=left)
