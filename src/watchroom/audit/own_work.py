"""What a member of staff may know of their own entries: which there are, and who has looked at them.

A reading of the log about one person is told only after a while, and never about whom it was: told at once it would
give an inquiry away. A review of looks is told only once it is decided and the reviewer has said so.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from watchroom.audit.entries import canonical, instant_text
from watchroom.audit.witness import Witness, witnessed
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Database

_QUERIES = load_queries("watchroom.audit", "own_work.sql")
HELD_FOR = timedelta(days=28)
_MOST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEntry:
    """One entry of one's own: its header and how many people it names; None: the body is gone."""

    index: int
    header: Mapping[str, Any]
    people: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """How many entries of one act on one day of the node, as `2026-07-24`."""

    day: str
    act: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """A reading or an export of the log by somebody else: its header, and how many own entries it covered."""

    header: Mapping[str, Any]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldReview:
    """A review of own looks that was decided: node instants of the looks, machine instant of the decision."""

    id: UUID
    first_at: datetime
    last_at: datetime
    looks: int
    reasons: frozenset[str]
    outcome: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWork:
    """What there is.

    Attributes:
        latest: own entries, the last one first, as many as a page shows.
        days: all of them by day and act.
        readings: readings of the log about one person, once they are old enough to be told.
        exports: exports of the log.
        reviews: decided and told.
    """

    latest: tuple[OwnEntry, ...]
    days: tuple[DayCount, ...]
    readings: tuple[Covered, ...]
    exports: tuple[Covered, ...]
    reviews: tuple[ToldReview, ...]


def own_work(database: Database, *, first: int, witness: Witness, now: datetime) -> OwnWork:
    """The own work of whoever made the witness's entry, since the entry `first`.

    Args:
        database: of the node.
        first: index of the first entry that counts.
        witness: that this reading was entered; its actor is whose work it is.
        now: machine instant.

    Raises:
        UnwitnessedError: the witness is none of this log, or was used before.
    """
    actor, before = witness.entry.actor, witness.receipt.index
    # As a header has it: `canonical` escapes what it has to.
    mine = {"actor_text": canonical({"actor": actor})[1:-1], "first_index": first}
    held = {"held_before": instant_text(now - HELD_FOR)}
    with witnessed(database, witness) as connection:
        latest = connection.execute(_QUERIES["own_entries"].text, {**mine, "before": before, "most": _MOST}).fetchall()
        days = connection.execute(_QUERIES["own_by_day"].text, {**mine, "before": before}).fetchall()
        over = {**mine, "actor": actor}
        exports = connection.execute(_QUERIES["exports_over_own"].text, {**over, "before": before}).fetchall()
        readings = connection.execute(_QUERIES["readings_over_own"].text, {**over, **held}).fetchall()
        reviews = connection.execute(_QUERIES["told_reviews"].text, {"actor": actor}).fetchall()
    return OwnWork(
        latest=tuple(
            OwnEntry(
                index=index,
                header=json.loads(header),
                people=None if body is None else len(json.loads(body).get("subjects", ())),
            )
            for index, header, body in latest
        ),
        days=tuple(DayCount(day=day, act=act, count=count) for day, act, count in days),
        readings=tuple(Covered(header=json.loads(header), count=count) for header, count in readings),
        exports=tuple(Covered(header=json.loads(header), count=count) for header, count in exports),
        reviews=tuple(
            ToldReview(
                id=row[0],
                first_at=row[1],
                last_at=row[2],
                looks=row[3],
                reasons=frozenset(row[4]),
                outcome=row[5],
                decided_at=row[6],
            )
            for row in reviews
        ),
    )
