"""The rooms of cases: who is in the room of which case, and until when.

What an agreement gives to the members of a room is given while the room is open and to whoever is in it, by the clock
of the node: nobody has to close it. A room gives nothing by itself; the clauses of an agreement do, to its members.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from watchroom.audit.entries import Act, AuditTrail, Entry
from watchroom.gate.agreement_changes import By
from watchroom.gate.errors import NoRoomError, RoomFaultError
from watchroom.kernel.clock import Clock
from watchroom.kernel.ids import uuid7
from watchroom.kernel.named_sql import load_queries
from watchroom.policy.openings import FURTHEST_FROM_CASE
from watchroom.store.database import Connection, Database, Principal

_QUERIES = load_queries("watchroom.gate", "case_rooms.sql")
LONGEST_REFERENCE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An account of an organisation, also of a partner."""

    organisation: str
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRooms:
    """The rooms of one node. What lets somebody in is an entry of the audit log before it is committed.

    Attributes:
        database, audit, organisation: of the node.
        clock: of the node, by which rooms open and close.
        machine: when something was done.
    """

    database: Database
    audit: AuditTrail
    organisation: str
    clock: Clock
    machine: Clock

    def open(self, case: str, *, closes_at: datetime, by: By) -> UUID:
        """Open the room of a case, for nobody yet; its id.

        Args:
            case: its reference, as the record has it.
            closes_at: node instant with a time zone, at which it closes by itself.
            by: who does it.

        Raises:
            RoomFaultError: the case has an open room; or it would close in the past, or in more than three months.
        """
        now = self.clock.now()
        # It stands in the log for good. It has a digit, so that nobody types a name by habit.
        if not case.strip() or len(case) > LONGEST_REFERENCE or not any(one.isdigit() for one in case):
            raise RoomFaultError(
                f"a case has a reference with a digit, of at most {LONGEST_REFERENCE} characters; give it",
                why="reference",
            )
        if closes_at.tzinfo is None or not now < closes_at <= now + FURTHEST_FROM_CASE:
            raise RoomFaultError(
                f"a room closes within {FURTHEST_FROM_CASE.days} days from now; name that instant with its zone",
                why="closes",
            )
        with self.database.connection(Principal.MIGRATOR) as connection:
            ended = {"case_reference": case, "now": now, "closed_at": self.machine.now()}
            connection.execute(_QUERIES["end_past_rooms"].text, ended)
            room = uuid7(at=self.machine.now())
            facts = {
                "id": room,
                "case_reference": case,
                "opens_at": now,
                "closes_at": closes_at,
            }
            done = {"opened_at": self.machine.now(), "opened_by": by.actor}
            if connection.execute(_QUERIES["open_room"].text, {**facts, **done}).fetchone() is None:
                raise room_taken()
            self._enter("room_opened", case, by=by, until=closes_at.isoformat())
        return room

    def admit(self, case: str, member: Member, *, by: By, room: UUID | None = None) -> None:
        """Let somebody into the room of a case; `room`: into that one and no later one of the case.

        Raises:
            NoRoomError: the case has no open room, or the node no such account of its own organisation.
            RoomFaultError: they are in it, or let themselves in.
        """
        if (member.account, member.organisation) == (by.actor, self.organisation):
            raise RoomFaultError("nobody lets themselves in: another officer has to", why="oneself")
        with self.database.connection(Principal.MIGRATOR) as connection:
            held = self._room(connection, case, wanted=room)
            # Accounts of partners are kept by partners. A mistyped one of our own would let nobody in, unnoticed.
            if member.organisation == self.organisation and not self._is_known(connection, member):
                raise NoRoomError("there is no such account; `user list` names those that there are", why="account")
            done = {"admitted_at": self.machine.now(), "admitted_by": by.actor}
            facts = {"room_id": held, **_named(member), **done}
            # INVARIANT: who let somebody in, and when, is not written over while they are in it.
            if connection.execute(_QUERIES["admit_member"].text, facts).fetchone() is None:
                raise RoomFaultError("that account is in the room of that case already", why="in_it")
            self._enter("room_admitted", case, by=by, **_named(member))

    def leave(self, case: str, member: Member, *, by: By, room: UUID | None = None) -> None:
        """Take somebody out of the room of a case, as `admit` names it; it bites whether or not it can be recorded.

        Raises:
            NoRoomError: the case has no open room, or they are not in it.
        """
        with self.database.connection(Principal.MIGRATOR) as connection:
            held = self._room(connection, case, wanted=room)
            facts = {"room_id": held, **_named(member), "left_at": self.machine.now()}
            if connection.execute(_QUERIES["leave_room"].text, facts).fetchone() is None:
                raise NoRoomError("that account is not in the room of that case; look at both again", why="not_in_it")
        self._enter("room_left", case, by=by, **_named(member))

    def close(self, case: str, *, by: By, room: UUID | None = None) -> None:
        """Close the room of a case, as `admit` names it, at once; it bites whether or not it can be recorded.

        Raises:
            NoRoomError: the case has no open room.
        """
        with self.database.connection(Principal.MIGRATOR) as connection:
            held = self._room(connection, case, wanted=room)
            facts = {"room_id": held, "closed_at": self.machine.now(), "closed_by": by.actor}
            connection.execute(_QUERIES["close_room"].text, facts)
        self._enter("room_closed", case, by=by)

    def _room(self, connection: Connection, case: str, *, wanted: UUID | None) -> UUID:
        row = connection.execute(_QUERIES["room_of"].text, {"case_reference": case}).fetchone()
        if row is None or row[1] <= self.clock.now() or wanted not in (None, row[0]):
            raise no_open_room()
        return row[0]

    @staticmethod
    def _is_known(connection: Connection, member: Member) -> bool:
        return connection.execute(_QUERIES["account_of"].text, _named(member)).fetchone() is not None

    def _enter(self, did: str, case: str, *, by: By, **detail: str) -> None:
        self.audit.append(
            Entry(
                act=Act.POLICY_CHANGE,
                actor=by.actor,
                operator=by.operator,
                organisation=self.organisation,
                entity="policy",
                detail={"did": did, "case": case, **detail},
            )
        )


def no_open_room() -> NoRoomError:
    """What is said of a case without an open room, and of one that is hidden from whoever asks."""
    return NoRoomError("that case has no room that is open; open one with `room open`", why="not_open")


def room_taken() -> RoomFaultError:
    """What is said of a case that has an open room, and of one that is hidden from whoever asks."""
    return RoomFaultError(
        "the case has a room that is open; close that one first, or admit members to it; if you see none, another"
        " officer has to open it",
        why="taken",
    )


def _named(member: Member) -> dict[str, str]:
    return {"organisation": member.organisation, "account": member.account}
