"""What became of the deliveries of a source and of the tries to fetch from it, as it is kept: counts, never a value."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection

_QUERIES = load_queries("watchroom.ingest", "history.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchKept:
    """One delivery and what became of it.

    Attributes:
        source: name of the source.
        status: open, sealed, refused, or set_aside, of a post of which nothing could be read.
        seq: sealed sequence; None: nothing of it is in the record.
        as_at: instant of the extract; `dated_by` says how that is known.
        started_at, finished_at: node time.
        read, new, changed, ended, quarantined: rows read, records, rows held back; None: not counted.
    """

    source: str
    id: UUID
    status: str
    seq: int | None
    as_at: datetime
    dated_by: str
    started_at: datetime
    finished_at: datetime | None
    read: int | None
    new: int | None
    changed: int | None
    ended: int | None
    quarantined: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCount:
    """How many issues of one kind a delivery had in one column of one file.

    Attributes:
        code, severity, entity, file, field: as of an issue; None: it is about none.
        number: of them.
        rows: the first of them, in order; none: it is about the whole file.
        message: of the first.
    """

    code: str
    severity: str
    entity: str | None
    file: str | None
    field: str | None
    number: int
    rows: list[int]
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TryKept:
    """One try to fetch: when by the node's clock, what came of it, why, and how many bytes came."""

    began_at: datetime
    ended_at: datetime
    outcome: str
    code: str
    message: str
    size: int
    next_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """How many posts of a source nobody could read, so that they were set aside, and when the last one came."""

    number: int
    last_at: datetime | None


def last_batches(connection: Connection) -> Mapping[str, BatchKept]:
    """The last delivery of each source that has delivered, as loader; a post that nobody can read is none."""
    with connection.cursor(row_factory=class_row(BatchKept)) as cursor:
        return {row.source: row for row in cursor.execute(_QUERIES["last_batches"].text)}


def batches(connection: Connection, source: str, *, at_most: int, before: UUID | None = None) -> tuple[BatchKept, ...]:
    """Deliveries of a source, the newest first, as loader; those older than `before`, where it is given."""
    given = {"source_system": source, "before": before, "at_most": at_most}
    with connection.cursor(row_factory=class_row(BatchKept)) as cursor:
        return tuple(cursor.execute(_QUERIES["batches"].text, given))


def set_aside(connection: Connection, source: str) -> SetAside:
    """How many posts of a source were set aside, as loader."""
    with connection.cursor(row_factory=class_row(SetAside)) as cursor:
        found = cursor.execute(_QUERIES["set_aside"].text, {"source_system": source}).fetchone()
    return found or SetAside(number=0, last_at=None)


def issue_counts(connection: Connection, batch_id: UUID) -> tuple[IssueCount, ...]:
    """What was found wrong with a delivery, by kind, the gravest first, as loader."""
    with connection.cursor(row_factory=class_row(IssueCount)) as cursor:
        return tuple(cursor.execute(_QUERIES["issue_counts"].text, {"batch_id": batch_id}))


def tries(connection: Connection, source: str, *, at_most: int) -> tuple[TryKept, ...]:
    """The last tries to fetch from a source, the newest first, as loader."""
    with connection.cursor(row_factory=class_row(TryKept)) as cursor:
        return tuple(cursor.execute(_QUERIES["tries"].text, {"source_system": source, "at_most": at_most}))
