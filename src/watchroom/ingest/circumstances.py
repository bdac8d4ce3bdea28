"""What a batch works with, and how it is entered in the database: open, then sealed or refused."""

import json
from collections.abc import Callable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from watchroom.ingest.again import Kept
from watchroom.ingest.code_queue import decided_codes
from watchroom.ingest.inspection import Inspect
from watchroom.ingest.mapping import Mapping, MappingVersion
from watchroom.ingest.progress import Progress
from watchroom.ingest.registry import Source
from watchroom.ingest.report import BatchReport, DatedBy
from watchroom.ingest.stopping import Stop
from watchroom.kernel.clock import Clock
from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Catalogue, Entity
from watchroom.store.database import Connection, Database
from watchroom.store.sealing import sequence_at

_QUERIES = load_queries("watchroom.ingest")

Witness = Callable[[BatchReport], None]
Settle = Callable[[Connection, BatchReport], None]
"""Keeps something beside a batch in its own transaction, once all of it is written: both stand, or neither."""


def unsettled(_connection: Connection, _batch: BatchReport) -> None:
    """Keeps nothing beside a batch."""


def nobody(_batch: BatchReport) -> None:
    """Is told and does nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What one batch works with; see `Intake` for those that are not said here.

    Attributes:
        source: that delivers.
        mapping: that reads it.
        now: the node's instant at which it is taken.
        as_at: the instant of the extract as it was told; None: it was not.
        model: of the node.
        gone: tables, and columns as `TABLE.COLUMN`, of which the operator says that the source no longer gives them.
        accepted: why the operator accepts what would be held for what it lacks; None: nobody does.
        settle: keeps what stands beside the batch.
        dated_by: how the instant of the extract is known where neither the operator nor the data tells it.
        began: told when it begins.
        kept: the delivery whose kept raw rows are mapped again; None: a delivery is read.
        is_trial: nothing of it is to stand.
        stop: what stops it.
    """

    database: Database
    source: Source
    mapping: Mapping
    machine: Clock
    clock: Clock
    now: datetime
    as_at: datetime | None
    gone: frozenset[str]
    witness: Witness
    progress: Progress
    model: Catalogue
    inspect: Inspect
    accepted: str | None = None
    began: Witness = nobody
    settle: Settle = unsettled
    dated_by: DatedBy = DatedBy.LOADED
    kept: Kept | None = None
    is_trial: bool = False
    stop: Stop = field(default_factory=lambda: Stop(""))

    @property
    def stages_stay(self) -> bool:
        """Whether the staging tables stay in the session: messages come one by one, and each would make them anew."""
        return self.mapping.messages is not None and self.kept is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was there before a batch.

    Attributes:
        rows: of each table in the last sealed batch of the source.
        columns: of each of those tables, in capitals.
        is_first: nothing was sealed in this node.
        as_at: instant of the extract of that batch; None: there was none.
        decided: code list, value and code (None: it means none) of values that the node has decided of.
        mapping: that made that batch; None: there was none, or it was not kept.
    """

    rows: Dictionary[str, int]
    columns: Dictionary[str, frozenset[str]]
    is_first: bool
    as_at: datetime | None
    decided: tuple[tuple[str, str, str | None], ...] = ()
    mapping: MappingVersion | None = None


def entities_of(around: Circumstances) -> list[Entity]:
    """The entities that the mapping makes, in the catalogue's order."""
    return [entity for entity in around.model.entities.values() if entity.name in around.mapping.entities]


def before_batch(connection: Connection, around: Circumstances) -> Before:
    """What was there before a batch, as loader, who takes alone from the source."""
    files = connection.execute(_QUERIES["rows_before"].text, {"source_system": around.source.name}).fetchall()
    last = connection.execute(_QUERIES["last_extract"].text, {"source_system": around.source.name}).fetchone()
    made = connection.execute(_QUERIES["last_mapping"].text, {"source_system": around.source.name}).fetchone()
    return Before(
        rows={around.mapping.table_of(name): count for name, count, _ in files},
        columns={
            around.mapping.table_of(name): frozenset(column.upper() for column in header) for name, _, header in files
        },
        is_first=sequence_at(connection, around.now).sequence == 0,
        as_at=last[0] if last else None,
        decided=decided_codes(connection, around.source.name, on=_today(around)),
        mapping=MappingVersion(name=made[0], version=made[1], digest=made[2]) if made and made[0] else None,
    )


def _today(around: Circumstances) -> date:
    """The day by the calendar of the source, which is the node's but for rolls of another place."""
    return around.now.astimezone(ZoneInfo(around.source.time_zone)).date()


def open_batch(connection: Connection, around: Circumstances, report: BatchReport) -> None:
    """Enter the batch, open."""
    connection.execute(
        _QUERIES["open_batch"].text,
        {
            "id": report.id,
            "source_system": report.source,
            "agency_code": around.source.agency_code,
            "as_at": report.as_at,
            "dated_by": report.dated_by.value,
            "started_at": around.now,
            "is_full": around.source.is_full,
            "mapping": around.mapping.version.name,
            "mapping_version": around.mapping.version.version,
            "mapping_digest": around.mapping.version.digest,
            "rerun_of": report.rerun_of,
            # INVARIANT: a refusal since the delivery stays a refusal since, however often the delivery is mapped again.
            "machine_started_at": None if around.kept is None else around.kept.machine_started_at,
            "delivery": report.folder,
            "delivery_digest": report.digest,
        },
    )


def tell(connection: Connection, around: Circumstances, report: BatchReport) -> None:
    """Enter the issues, and let the witness see the batch before it stands."""
    if report.issues:
        _enter_issues(connection, report)
    around.witness(report)


def _enter_issues(connection: Connection, report: BatchReport) -> None:
    with connection.cursor() as cursor, cursor.copy(_QUERIES["copy_issues"].text) as copy:
        for issue in report.issues:
            copy.write_row(
                (
                    report.id,
                    report.source,
                    issue.entity,
                    issue.file,
                    issue.row,
                    issue.field,
                    issue.code,
                    issue.severity.value,
                    issue.message,
                    issue.holds,
                    issue.place,
                )
            )


def keep_digest(connection: Connection, report: BatchReport) -> None:
    """Enter what was delivered, which is known once it was read."""
    connection.execute(_QUERIES["keep_digest"].text, {"id": report.id, "delivery_digest": report.digest})


def close_batch(connection: Connection, report: BatchReport, *, finished_at: datetime) -> None:
    """Enter the outcome; commit right after, for readers wait.

    Args:
        connection: as loader.
        report: of the batch.
        finished_at: node time.
    """
    totals = {"totals": report.totals, "rows": report.rows.as_json(), "seconds": round(report.seconds, 3)}
    connection.execute(
        _QUERIES["close_batch"].text,
        {
            "id": report.id,
            "status": "refused" if report.is_refused else "sealed",
            "seq": report.seq,
            "as_at": report.as_at,
            "dated_by": report.dated_by.value,
            "finished_at": finished_at,
            "totals": json.dumps(totals),
        },
    )
