"""What a member of staff may know of their own entries: which there are, and who has looked at them.

A reading of the log about one person is told only after a while, and never about whom it was: told at once it would
give an inquiry away. A review of looks is told only once it is decided and the reviewer has said so.
"""

import json
from collections.abc import Mapping, Sequence
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
# Entries of two weeks at 300 a second, and some: own ones are found by an index among so many (migration 0022).
MOST_ENTRIES = 400_000_000


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
        reaches_back: machine instant from which it counts, where the log holds too much for all that was asked for.
    """

    latest: tuple[OwnEntry, ...]
    days: tuple[DayCount, ...]
    readings: tuple[Covered, ...]
    exports: tuple[Covered, ...]
    reviews: tuple[ToldReview, ...]
    reaches_back: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkSpan:
    """What is looked through, as indexes of entries.

    Attributes:
        first: the first own entry that counts.
        first_reading, last_reading: readings of the log about one person from the one up to, and without, the other;
            they lie as far back as such readings are held, which is longer ago than `first`.
    """

    first: int
    first_reading: int
    last_reading: int


def own_work(
    database: Database, *, span: WorkSpan, witness: Witness, now: datetime, most: int = MOST_ENTRIES
) -> OwnWork:
    """The own work of whoever made the witness's entry, in a span; of a long one the last `most` entries.

    Args:
        database: of the node.
        span: what counts.
        most: so many entries are looked through for each of its two parts.
        witness: that this reading was entered; its actor is whose work it is.
        now: machine instant.

    Raises:
        UnwitnessedError: the witness is none of this log, or was used before.
    """
    actor, before = witness.entry.actor, witness.receipt.index
    # As a header has it: `canonical` escapes what it has to.
    mine = {"actor_text": canonical({"actor": actor})[1:-1]}
    first = max(span.first, before - most)
    over = {**mine, "actor": actor}
    mine_since = {**mine, "first_index": first, "before": before}
    held = {
        "held_before": instant_text(now - HELD_FOR),
        "first_reading": max(span.first_reading, span.last_reading - most),
        "last_reading": span.last_reading,
        # As many again before the first reading: it is about what was done before it.
        "own_first": max(0, span.last_reading - 2 * most),
    }
    with witnessed(database, witness) as connection:
        latest = connection.execute(_QUERIES["own_entries"].text, {**mine_since, "most": _MOST}).fetchall()
        days = connection.execute(_QUERIES["own_by_day"].text, mine_since).fetchall()
        exports = connection.execute(_QUERIES["exports_over_own"].text, {**over, **mine_since}).fetchall()
        readings = connection.execute(_QUERIES["readings_over_own"].text, {**over, **held}).fetchall()
        reviews = connection.execute(_QUERIES["told_reviews"].text, {"actor": actor}).fetchall()
        cut = connection.execute(_QUERIES["machine_time_of"].text, {"index": first}).fetchone()
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
        reviews=tuple(map(_told_review, reviews)),
        reaches_back=datetime.fromisoformat(cut[0]) if cut is not None and first > span.first else None,
    )


def _told_review(row: Sequence[Any]) -> ToldReview:
    return ToldReview(
        id=row[0],
        first_at=row[1],
        last_at=row[2],
        looks=row[3],
        reasons=frozenset(row[4]),
        outcome=row[5],
        decided_at=row[6],
    )
