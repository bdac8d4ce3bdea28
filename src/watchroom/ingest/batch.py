"""One delivery on its way: checked, mapped outside the database, then written in one transaction."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from watchroom.ingest.accounting import HeldRow, account
from watchroom.ingest.checks import delivery_issues
from watchroom.ingest.duck import Duck
from watchroom.ingest.issues import Issue, Severity, capped, issue_of
from watchroom.ingest.lineage import source_column, source_tables
from watchroom.ingest.mapper import Mapped, Mapper
from watchroom.ingest.mapping import Mapping
from watchroom.ingest.registry import Source
from watchroom.ingest.report import BatchReport, Counts
from watchroom.kernel.clock import Clock
from watchroom.kernel.ids import uuid7
from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Entity, catalogue
from watchroom.sources.files import Delivery
from watchroom.store.database import Connection, Database, Principal
from watchroom.store.raw import GivenFile, store_raw
from watchroom.store.sealing import OutOfOrderError, seal, sequence_at
from watchroom.store.writes import BatchStamp, WriteIssue, copy_into, create_staging, write_entity

_QUERIES = load_queries("watchroom.ingest")

Witness = Callable[[BatchReport], None]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one batch needs; the attributes are those of `Intake`, and the instant at which it is taken."""

    database: Database
    source: Source
    mapping: Mapping
    machine: Clock
    clock: Clock
    now: datetime
    as_at: datetime | None
    witness: Witness
    progress: Progress

    def take(self, duck: Duck, delivery: Delivery) -> BatchReport:
        """Write what was delivered, or refuse it with the reasons."""
        began = self.machine.now()
        known_at = (self.as_at or self.now).astimezone(UTC)
        report = BatchReport(
            id=uuid7(at=began),
            source=self.source.name,
            folder=delivery.folder.name,
            as_at=known_at,
            recorded_at=known_at,
            files=len(delivery.files),
        )
        issues = delivery_issues(delivery, self.mapping, rows_before=self._rows_before())
        report = replace(report, issues=issues)
        if any(issue.severity is Severity.FATAL for issue in issues):
            return self._refuse(report, began)
        mapper, report = self._prepare(duck, delivery, report)
        mapped = self._map(mapper)
        try:
            with self.database.connection(Principal.LOADER) as connection:
                writing = _Writing(batch=self, connection=connection, duck=duck, mapper=mapper, mapped=mapped)
                return writing.write(delivery, report, began)
        except OutOfOrderError as fault:
            issue = Issue(code="out_of_order", severity=Severity.FATAL, message=str(fault))
            return self._refuse(replace(report, issues=(*report.issues, issue)), began)

    def _rows_before(self) -> dict[str, int]:
        with self.database.connection(Principal.LOADER) as connection:
            rows = connection.execute(_QUERIES["rows_before"].text, {"source_system": self.source.name}).fetchall()
        return {name.rsplit(".", 1)[0].upper(): count for name, count in rows}

    def _prepare(self, duck: Duck, delivery: Delivery, report: BatchReport) -> tuple[Mapper, BatchReport]:
        """The mapper with all tables taken, and the report with the instants that the data itself shows."""
        mapper = Mapper(duck, self.mapping, zone=self.source.time_zone)
        mapper.take(delivery.files)
        zone = ZoneInfo(self.source.time_zone)
        stamped = mapper.default_instant()
        instants = [] if stamped is None else [stamped]
        if self.as_at is not None:
            instants.append(self.as_at.astimezone(zone).replace(tzinfo=None))
        elif stamped is not None and stamped.replace(tzinfo=zone) <= self.now:
            report = self._as_at_its_own_instant(report, stamped.replace(tzinfo=zone).astimezone(UTC))
        own = report.as_at.astimezone(zone).replace(tzinfo=None)
        mapper.prepare(extract_at=own, default_instants=instants)
        known = {instant.replace(tzinfo=zone).astimezone(UTC) for instant in instants}
        found = (*report.issues, *mapper.key_issues(), *mapper.findings())
        return mapper, replace(report, default_instants=tuple(sorted(known)), issues=found)

    def _as_at_its_own_instant(self, report: BatchReport, instant: datetime) -> BatchReport:
        """The report of an extract that shows its instant.

        The first one of a node counts as known from then, so that the node has a past to be asked about; nothing was
        known before it, so no answer changes. Every later one is known from when it is sealed.
        """
        with self.database.connection(Principal.LOADER) as connection:
            is_first = sequence_at(connection, self.now).sequence == 0
        return replace(report, as_at=instant, recorded_at=instant if is_first else report.recorded_at)

    def _map(self, mapper: Mapper) -> list[Mapped]:
        entities = [entity for entity in catalogue().entities.values() if entity.name in self.mapping.entities]
        mapped: list[Mapped] = []
        for number, entity in enumerate(entities):
            self.progress("map", number, len(entities))
            mapped.append(mapper.map(entity))
        return mapped

    def _refuse(self, report: BatchReport, began: datetime) -> BatchReport:
        """Leave the batch and its issues, and nothing else."""
        report = replace(report, seconds=(self.machine.now() - began).total_seconds())
        with self.database.connection(Principal.LOADER) as connection:
            open_batch(connection, self, report)
            close_batch(connection, self, report, status="refused")
        return report


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writing:
    """The one transaction of a batch."""

    batch: Batch
    connection: Connection
    duck: Duck
    mapper: Mapper
    mapped: Sequence[Mapped]

    def write(self, delivery: Delivery, report: BatchReport, began: datetime) -> BatchReport:
        """Write everything, in an order that holds the lock of all writers for as short as can be."""
        open_batch(self.connection, self.batch, report)
        taken = [file for file in delivery.files if self.batch.mapping.rule(file.table_name).columns]
        given = [GivenFile(name=file.name, sha256=file.sha256, table=file.table) for file in taken]
        store_raw(self.connection, batch_id=report.id, files=given)
        staged = [self._stage(mapped, number) for number, mapped in enumerate(self.mapped)]
        stamp = self._seal(report)
        entities: dict[str, Counts] = {}
        issues = list(report.issues)
        held: list[HeldRow] = []
        torn = self.mapper.unread()
        for number, (mapped, table) in enumerate(zip(self.mapped, staged, strict=True)):
            self.batch.progress("write", number, len(staged))
            unread = torn & source_tables(self.batch.mapping.entities[mapped.entity.name]) if torn else torn
            own = replace(stamp, is_full=stamp.is_full and not unread)
            written = write_entity(self.connection, mapped.entity, table, batch=own)
            entities[mapped.entity.name] = Counts(
                new=written.new, changed=written.changed, unchanged=written.unchanged, ended=written.ended
            )
            issues += mapped.issues
            issues += [_nothing_ended(name, mapped.entity) for name in sorted(unread) if stamp.is_full]
            issues += capped([self._issue(mapped.entity, issue) for issue in written.issues])
            held += _held(mapped.entity, written.issues)
        rows = account(self.duck, self.batch.mapping, delivery.files, held=held)
        report = replace(
            report,
            seq=stamp.seq,
            recorded_at=stamp.recorded_at,
            rows=rows.rows,
            entities=entities,
            left_out=rows.left_out,
            issues=(*issues, *capped(rows.issues)),
            seconds=(self.batch.machine.now() - began).total_seconds(),
        )
        close_batch(self.connection, self.batch, report, status="sealed")
        return report

    def _stage(self, mapped: Mapped, number: int) -> str:
        self.batch.progress("stage", number, len(self.mapped))
        staged = create_staging(self.connection, mapped.entity)
        with self.connection.cursor() as cursor, cursor.copy(copy_into(staged, mapped.columns)) as copy:
            for block in self.mapper.blocks(mapped):
                copy.write(block)
        return staged

    def _seal(self, report: BatchReport) -> BatchStamp:
        # What was read since the delivery began must stay true, so a batch without an instant of its own is known
        # from now on, not from its beginning.
        is_dated = report.recorded_at != self.batch.now.astimezone(UTC)
        moment = seal(
            self.connection,
            batch_id=report.id,
            source_system=self.batch.source.name,
            at=report.recorded_at if is_dated else self.batch.clock.now(),
            machine_at=self.batch.machine.now(),
        )
        return BatchStamp(
            batch_id=report.id,
            seq=moment.sequence,
            recorded_at=moment.instant,
            source_system=self.batch.source.name,
            agency_code=self.batch.source.agency_code,
            is_full=self.batch.source.is_full,
        )

    def _issue(self, entity: Entity, issue: WriteIssue) -> Issue:
        mapping = self.batch.mapping
        given = issue.field.removesuffix("_id") + "_key" if entity.field(issue.field).target else issue.field
        known = mapping.rule((issue.file or "").rsplit(".", 1)[0].upper()).columns
        field = source_column(mapping.entities[entity.name], given, known)
        is_held = issue.code == "reference_missing" and entity.field(issue.field).required
        code = "row_without_link" if is_held else issue.code
        return issue_of(code, field=field, file=issue.file, row=issue.row, entity=entity.name)


def _nothing_ended(table: str, entity: Entity) -> Issue:
    return issue_of("nothing_ended", field=table, file=f"{table}.csv", row=None, entity=entity.name)


def _held(entity: Entity, issues: Sequence[WriteIssue]) -> list[HeldRow]:
    return [
        HeldRow(entity=entity.name, file=issue.file or "", row=issue.row or 0)
        for issue in issues
        if entity.field(issue.field).required
    ]


def open_batch(connection: Connection, batch: Batch, report: BatchReport) -> None:
    """Enter the batch, open."""
    connection.execute(
        _QUERIES["open_batch"].text,
        {
            "id": report.id,
            "source_system": report.source,
            "agency_code": batch.source.agency_code,
            "as_at": report.as_at,
            "started_at": batch.now,
            "is_full": batch.source.is_full,
        },
    )


def close_batch(connection: Connection, batch: Batch, report: BatchReport, *, status: str) -> None:
    """Enter the issues and the outcome, and let the witness see it before it stands."""
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
                )
            )
    totals = {"totals": report.totals, "rows": report.rows.as_json(), "seconds": round(report.seconds, 3)}
    connection.execute(
        _QUERIES["close_batch"].text,
        {
            "id": report.id,
            "status": status,
            "seq": report.seq,
            "finished_at": batch.now,
            "totals": json.dumps(totals),
        },
    )
    batch.witness(report)
