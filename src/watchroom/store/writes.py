"""The one write path: what was staged becomes the record, its history and its change feed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import sql
from psycopg.errors import CardinalityViolation, UniqueViolation

from watchroom.kernel.errors import WatchroomError
from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Entity
from watchroom.store.database import Connection
from watchroom.store.staging import copy_into, create_staging, index_staging, staging_columns
from watchroom.store.tables import history_of, table_name
from watchroom.store.write_statement import write_statement

__all__ = [
    "BatchStamp",
    "DuplicateKeyError",
    "WriteIssue",
    "Written",
    "copy_into",
    "create_staging",
    "staging_columns",
    "write_entity",
]

_QUERIES = load_queries("watchroom.store", "writes.sql")
_STATISTICS_FROM = 500
_OUTCOMES = frozenset({"staged", "held", "new", "changed", "ended"})


class DuplicateKeyError(WatchroomError):
    """A batch gives the same source key twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchStamp:
    """What every version that a batch writes is stamped with.

    Attributes:
        batch_id: of `ingest.batch`.
        seq: its sealed sequence, from `sealing.seal` in the same transaction.
        recorded_at: node time, timezone-aware.
        source_system: whose keys these are.
        agency_code: which agency's record it is.
        is_full: the batch holds everything; a key of the source that it does not name has ended.
    """

    batch_id: UUID
    seq: int
    recorded_at: datetime
    source_system: str
    agency_code: str
    is_full: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteIssue:
    """A field of a staged row that could not be given a value.

    Attributes:
        code: `reference_missing`: its key points to nothing that stands; `value_missing`: a required field is empty.
        file: of the source, as staged.
        row: of that file, as staged.
        field: of the entity.
    """

    code: str
    file: str | None
    row: int | None
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of the staged rows of one entity.

    Attributes:
        new: keys that were not there.
        changed: keys with another content.
        unchanged: keys with the same content; nothing was written for them.
        ended: keys that a full batch no longer names; moved to history.
        held: rows not written because a required field has no value; what stood under their key still stands.
        issues: why, and which references were left empty; by file and row.
    """

    new: int
    changed: int
    unchanged: int
    ended: int
    held: int
    issues: tuple[WriteIssue, ...]


def write_entity(connection: Connection, entity: Entity, staged: str, *, batch: BatchStamp) -> Written:
    """Write the staged rows of one entity, in the transaction that sealed the batch.

    Write entities in the catalogue's order, so that what a row points to is there before it. A key that ended
    and returns keeps its id.

    Args:
        connection: as loader, READ COMMITTED.
        entity: of the catalogue.
        staged: name that `create_staging` returned.
        batch: the stamp.

    Raises:
        DuplicateKeyError: a key stands twice in the staging table; the transaction is lost.
    """
    parameters = {
        "batch_id": batch.batch_id,
        "seq": batch.seq,
        "recorded_at": batch.recorded_at,
        "source_system": batch.source_system,
        "agency_code": batch.agency_code,
    }
    connection.execute(_QUERIES["give_room"].text)
    try:
        if batch.is_full:
            connection.execute(index_staging(staged))
        rows = connection.execute(write_statement(entity, staged, batch.is_full), parameters).fetchall()
    except (CardinalityViolation, UniqueViolation) as fault:
        raise DuplicateKeyError(
            f"`{entity.name}` from `{batch.source_system}` has a source key twice in one batch; "
            f"keep one row of each key when staging"
        ) from fault
    counts = {row[0]: row[4] for row in rows if row[0] in _OUTCOMES}
    issues = (WriteIssue(code=row[0], file=row[1], row=row[2], field=row[3]) for row in rows if row[0] not in _OUTCOMES)
    written = Written(
        new=counts["new"],
        changed=counts["changed"],
        unchanged=counts["staged"] - counts["held"] - counts["new"] - counts["changed"],
        ended=counts["ended"],
        held=counts["held"],
        issues=tuple(sorted(issues, key=_by_place)),
    )
    _keep_statistics(connection, entity, touched=written.new + written.changed + written.ended)
    return written


def _keep_statistics(connection: Connection, entity: Entity, *, touched: int) -> None:
    """Let the planner know of a large write at once: the first page after it must not wait for autovacuum."""
    if touched < _STATISTICS_FROM:
        return
    written = (table_name(entity.name), table_name(history_of(entity)), sql.Identifier("ingest", "change"))
    for table in written:
        row = connection.execute(_QUERIES["known_rows"].text, {"table": table.as_string(connection)}).fetchone()
        if row is None or touched * 10 >= row[0]:
            connection.execute(sql.SQL("analyze {}").format(table))


def _by_place(issue: WriteIssue) -> tuple[str, int, str]:
    return (issue.file or "", issue.row or 0, issue.field)
