"""The one transaction of a batch: raw rows, staging, every entity, the account of every row, the seal."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from uuid import UUID

from watchroom.ingest.accounting import Account, Accounting
from watchroom.ingest.again import Kept, keep_rolls_again
from watchroom.ingest.circumstances import Before, Circumstances, before_batch, entities_of, open_batch
from watchroom.ingest.code_queue import queue_values, read_fields
from watchroom.ingest.column_lineage import keep_lineage
from watchroom.ingest.crew import Crew
from watchroom.ingest.drift_keeping import keep_layout
from watchroom.ingest.duck import Duck
from watchroom.ingest.erased import forget_erased
from watchroom.ingest.hearing import Post
from watchroom.ingest.held import HeldRows
from watchroom.ingest.holding import held_rows
from watchroom.ingest.issues import Issue, Severity, told
from watchroom.ingest.layout import layout_of
from watchroom.ingest.lineage import source_tables
from watchroom.ingest.mapper import Mapped, Mapper
from watchroom.ingest.progress import Step
from watchroom.ingest.quarantine import waivers_in_force
from watchroom.ingest.report import BatchReport, Counts
from watchroom.ingest.row_naming import keep_naming
from watchroom.ingest.still_kept import is_as_read
from watchroom.ingest.unreported import leave_unreported
from watchroom.ingest.write_issues import but_held, issue_of_write, nothing_ended
from watchroom.model.catalogue import Entity
from watchroom.sources.files import Delivery, SourceFile
from watchroom.store.beside import Beside
from watchroom.store.database import Connection
from watchroom.store.folding import take_along
from watchroom.store.following import follow, keep_rules
from watchroom.store.holds import OF_THE_RECORD, TELLING, propose_holds
from watchroom.store.raw import GivenFile, keep_again, store_raw
from watchroom.store.sealing import OutOfOrderError, next_in_order, seal
from watchroom.store.staging import staging_of
from watchroom.store.statistics import keep_statistics
from watchroom.store.unnamed import COUNTED, hide_unnamed, strip_erased
from watchroom.store.writes import (
    BatchStamp,
    Written,
    close_staging,
    copy_into,
    create_stagings,
    forget_waiting,
    give_room,
    held_places,
    hold_keys,
    stands,
    write_entity,
)

# How many entities the mapping may be ahead of the staging, so that neither waits and few stand in memory.
_AHEAD = 8
# Mapped rows that may stay in DuckDB after they were staged: to let go of them one entity at a time costs more.
_ROWS_HELD = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """One delivery being written.

    The store takes in what there is while the rest is still being read and mapped; nobody has to wait for it before
    it is sealed.

    Attributes:
        around: what the batch works with.
        batch_id: its own.
        connection: as loader; its transaction is the batch's. Until everything was kept it is the clerk's.
        duck: that the mapper works on.
        reader: the same for the clerk, and once everything was kept for whoever stages.
        mapper: of the delivery.
        clerk: one thread, which keeps raw rows.
        kept: what the clerk was given to do.
        read: files that the clerk has not taken up.
        overflow: folder of the batch; None: where the machine keeps temporary files.
        beside: what stands there is staged, and nothing else; None: what was mapped is.
    """

    around: Circumstances
    batch_id: UUID
    connection: Connection
    duck: Duck
    reader: Duck
    mapper: Mapper
    clerk: Executor
    kept: list[Future[None]] = field(default_factory=list[Future[None]])
    read: SimpleQueue[SourceFile] = field(default_factory=SimpleQueue[SourceFile])
    overflow: Path | None = None
    beside: Beside | None = None

    def look(self) -> Future[Before]:
        """What was there before."""
        return self.clerk.submit(before_batch, self.connection, self.around)

    def begin(self, report: BatchReport) -> None:
        """The batch is entered, and there is a staging table for each entity that the mapping makes."""

        def begin() -> None:
            open_batch(self.connection, self.around, report)
            mapping, model = self.around.source.mapping, self.around.model
            keep_lineage(self.connection, batch_id=report.id, mapping=mapping, model=model)
            keep_naming(self.connection, self.around.mapping)
            give_room(self.connection)
            create_stagings(self.connection, entities_of(self.around), stay=self.around.stages_stay)

        self.kept.append(self.clerk.submit(begin))

    def keep(self, *files: SourceFile) -> None:
        """Keep the rows of files that were read, of those that the mapping takes and that can be trusted."""
        taken = [one for one in files if self.around.mapping.rule(one.table_name).columns and not one.is_refused]
        for file in taken:
            self.read.put(file)
        if taken:
            self.kept.append(self.clerk.submit(self._keep_raw))

    def keep_again(self, kept: Kept) -> None:
        """Enter the files of a delivery that is mapped again; their rows are kept already."""
        if kept.rolls:
            source = self.around.source.name
            self.kept.append(
                self.clerk.submit(keep_rolls_again, self.connection, batch_id=self.batch_id, source=source)
            )
        else:
            self.kept.append(self.clerk.submit(keep_again, self.connection, batch_id=self.batch_id, of=kept.batch_id))

    @property
    def is_laid_over(self) -> bool:
        """Whether what is staged is laid over what earlier deliveries said."""
        return self.around.kept is not None and bool(self.around.kept.rolls)

    def abandon(self) -> None:
        """Leave nothing of it."""
        wait(self.kept)
        self.connection.rollback()
        if self.around.stages_stay:
            # What was refused would stand in the files of tables that stay until something is committed.
            self.connection.execute("discard temp")
            self.connection.commit()

    def write(self, delivery: Delivery, report: BatchReport, crew: Crew, *, post: Post | None = None) -> BatchReport:
        """Write everything, in an order that holds the lock of all writers for as short as can be; `seal` it then.

        Args:
            delivery: that was read.
            report: of it so far.
            crew: who maps.
            post: the messages that it is; None: it is none.

        Returns:
            what became of it; without a sequence where it is refused.
        """
        staged, report = self._staged(delivery, report, crew)
        if any(issue.severity is Severity.FATAL for issue in report.issues):
            return replace(report, seq=None)
        accounting = Accounting(self.duck, self.around.mapping)
        if self.around.source.is_full:
            for name, keys in accounting.not_taken(delivery.files):
                hold_keys(self.connection, staging_of(self.around.model.entity(name)), keys)
        stamp = self._in_turn(report)
        if isinstance(stamp, BatchReport):
            return stamp
        keep_rules(self.connection, self.around.model, batch=stamp, entities=[one.entity.name for one in staged])
        unreported = leave_unreported(self.connection, self.duck, self.around, post=post, report=report)
        report = replace(report, feed_accepted=unreported.accepted or report.feed_accepted)
        names = {one.entity.name: staging_of(one.entity) for one in staged}
        added = COUNTED if strip_erased(self.connection, names, given=stamp) else ()
        written: dict[str, Written] = {}
        issues = [*report.issues, *unreported.issues]
        files = {file.table_name: file.name for file in delivery.files}
        for number, mapped in enumerate(staged):
            step = Step(what="write", done=number, of=len(staged), name=mapped.entity.name, rows=mapped.rows)
            self.around.progress(step)
            entity = mapped.entity
            more = unreported.staged.get(entity.name, 0)
            written[entity.name] = outcome = self._write(mapped, stamp, more=more, is_added=entity.name in added)
            issues += self.found(mapped, outcome, files if stamp.is_full else {})
            for places in held_places(self.connection, entity) if outcome.issues else ():
                accounting.refuse(entity.name, places)
        if added:
            hide_unnamed(self.connection, names["person"], given=stamp)
        on_hold = self._follow(written, stamp)
        self._queue(staged, report)
        is_any_refused = any(outcome.erased for outcome in written.values())
        forget_erased(self.connection, self.around, batch_id=self.batch_id, is_any_refused=is_any_refused)
        keep_statistics(self.connection, written, model=self.around.model)
        account = accounting.account(delivery.files)
        held = self.held_back(delivery, account)
        return replace(
            report,
            seq=stamp.seq,
            recorded_at=stamp.recorded_at,
            file_rows=(*report.file_rows, *account.files),
            entities={name: _counts(outcome) for name, outcome in written.items()},
            left_out=(*report.left_out, *account.left_out),
            issues=(*issues, *account.issues),
            held=(*report.held, *held),
            on_hold=on_hold,
        )

    def found(self, mapped: Mapped, outcome: Written, files: Mapping[str, str]) -> Iterator[Issue]:
        """What is wrong with the rows of an entity; `files` by table, where what is not named ends."""
        yield from but_held(mapped.issues, outcome.issues, mapped.entity)
        if files:
            yield from (nothing_ended(name, files[name], mapped.entity) for name in self.unread(mapped.entity))
        yield from told(
            (issue_of_write(self.around.mapping, mapped.entity, issue), issue.number) for issue in outcome.issues
        )

    def _staged(self, delivery: Delivery, report: BatchReport, crew: Crew) -> tuple[list[Mapped], BatchReport]:
        """All entities, staged, and the report with what was found on the way."""
        finding = crew.submit(self.mapper.findings)
        # What is mapped again is laid out as it was when it was delivered, and messages as their codec does it.
        is_laid_out = self.around.kept is not None or self.around.mapping.messages is not None
        laid = None if is_laid_out else crew.submit(layout_of, self.mapper.delivered, delivery.files)
        staged = self.stage(crew)
        drifted = (
            ()
            if laid is None
            else keep_layout(self.connection, self.around, report, files=delivery.files, layout=laid.result())
        )
        if any(issue.code == "column_accepted" for issue in drifted):
            report = replace(report, feed_accepted=self.around.accepted)
        return staged, replace(report, issues=(*report.issues, *drifted, *finding.result()))

    def _follow(self, written: Mapping[str, Written], stamp: BatchStamp) -> tuple[UUID, ...]:
        """What follows from what is written: rows of other sources go along, and a death is held; whose."""
        moved = [name for name, outcome in written.items() if outcome.new or outcome.changed or outcome.ended]
        follow(self.connection, self.around.model, batch=stamp, moved=moved)
        if TELLING.isdisjoint(moved):
            return ()
        # INVARIANT: in the transaction that tells of a death, so that nothing erases it before it is held.
        return tuple(propose_holds(self.connection, at=stamp.recorded_at, by=OF_THE_RECORD, sequence=stamp.seq))

    def _queue(self, staged: Sequence[Mapped], report: BatchReport) -> None:
        """Enter the values that are in no code list into the queue of those to be decided of."""
        is_any_ignored = any(code is None for _, _, code in self.mapper.delivered.decided)
        unread = [
            (mapped.entity, read_fields(self.around.mapping, mapped.entity))
            for mapped in staged
            if self.beside is not None
            or (mapped.rows and (is_any_ignored or any(issue.code == "unmapped_code" for issue in mapped.issues)))
        ]
        queue_values(self.connection, report, unread, at=self.around.clock.now())

    def held_back(self, delivery: Delivery, account: Account) -> tuple[HeldRows, ...]:
        """What was held back and why; what somebody decided to live with says so."""
        if not account.rows.quarantined:
            return ()

        def reason_of(entity: str, table: str, problems: int) -> tuple[str, str]:
            return self.mapper.reason(self.around.model.entity(entity), table, problems)

        missing = dict[str, int]() if self.around.kept is None else self.around.kept.missing
        taken = tuple(zip(delivery.files, account.files, strict=True))
        held = held_rows(self.duck, taken, mapping=self.around.mapping, reason_of=reason_of, missing=missing)
        waivers = waivers_in_force(self.connection, self.around.source.name, at=self.around.now)
        return tuple(replace(one, waiver=waivers.get((one.table, one.code))) for one in held)

    def seal(self, report: BatchReport) -> BatchReport:
        """Let what is written be known: from now, or from the instant that it is dated back to. Commit right after.

        Returns:
            with the instant; without a sequence where the clock went back behind the last batch.
        """
        if report.seq is None:
            return report
        try:
            moment = seal(
                self.connection,
                batch_id=report.id,
                source_system=report.source,
                at=report.as_at if report.is_back_dated else self.around.clock.now,
                machine_at=self.around.machine.now(),
            )
        except OutOfOrderError as fault:
            return _out_of_order(report, fault)
        return replace(report, recorded_at=moment.instant)

    def unread(self, entity: Entity) -> list[str]:
        """Tables of the entity of whose rows not even the key could be read."""
        torn = self.mapper.delivered.unread
        return sorted(torn & source_tables(self.around.mapping.entities[entity.name])) if torn else []

    def _keep_raw(self) -> None:
        """Keep all files that were read by now: each costs a journey, many at once cost one."""
        files: list[GivenFile] = []
        while not self.read.empty():
            file = self.read.get()
            given = GivenFile(
                name=file.name,
                table=file.table_name,
                sha256=file.sha256,
                header=file.header,
                rows=file.good_rows,
                parts=partial(self.mapper.delivered.raw, self.reader, file.table_name),
                bad_rows=file.bad_rows,
            )
            files.append(given)
        if files:
            store_raw(self.connection, batch_id=self.batch_id, files=files)

    def stage(self, crew: Crew) -> list[Mapped]:
        """Map and stage all entities, once the raw rows are kept."""
        entities = entities_of(self.around)
        coming = deque(crew.submit(self.mapper.map, entity) for entity in entities[:_AHEAD])
        for done in self.kept:
            done.result()
        staged: list[Mapped] = []
        held: list[Mapped] = []
        for number in range(len(entities)):
            coming.extend(crew.submit(self.mapper.map, entity) for entity in entities[number + _AHEAD :][:1])
            mapped = coming.popleft().result()
            step = Step(what="stage", done=number, of=len(entities), name=mapped.entity.name, rows=mapped.rows)
            self.around.progress(step)
            self._stage(mapped)
            if self.beside is not None:
                self.beside.stage(mapped.entity)
            elif self.is_laid_over:
                take_along(self.connection, mapped.entity)
            staged.append(mapped)
            held.append(mapped)
            if number + 1 == len(entities) or sum(one.rows for one in held) > _ROWS_HELD:
                self.mapper.let_go(self.reader, held)
                held.clear()
        return staged

    def _stage(self, mapped: Mapped) -> None:
        if not mapped.rows:
            return
        table = staging_of(mapped.entity)
        with self.connection.cursor() as cursor, cursor.copy(copy_into(table, mapped.columns)) as copy:
            for block in self.mapper.blocks(self.reader, mapped):
                copy.write(block)
        if self.around.source.is_full and not self.is_laid_over:
            close_staging(self.connection, mapped.entity, table, source_system=self.around.source.name)

    def withdrawn(self, entity: Entity) -> tuple[str, ...]:
        """The keys of records of the entity that messages take back."""
        rules = self.around.mapping.messages
        text = None if rules is None else rules.withdrawn.get(entity.name)
        return () if text is None else tuple(str(row[0]) for row in self.duck.rows(text) if row[0] is not None)

    def _write(self, mapped: Mapped, stamp: BatchStamp, *, more: int, is_added: bool) -> Written:
        """Write what stands in the staging table of an entity: what was mapped, `more` rows beside it, and what is
        added of whoever was erased."""
        entity = mapped.entity
        is_full = stamp.is_full and not self.unread(entity)
        stamp = replace(stamp, is_full=is_full, taken_back=self.withdrawn(entity))
        is_any = bool(mapped.rows or more or stamp.taken_back)
        # Of many entities a source gives nothing and gave nothing, and a statement for each takes its time.
        is_any = is_any or self.is_laid_over or is_added or self.beside is not None
        if not is_any and stamp.is_full and stamp.rules:
            forget_waiting(self.connection, entity, source_system=stamp.source_system)
        if not is_any and not (stamp.is_full and stands(self.connection, entity, stamp.source_system)):
            return Written()
        keeps = mapped.keeps or more > 0
        return write_entity(self.connection, entity, staging_of(entity), batch=stamp, keeps=keeps)

    def _in_turn(self, report: BatchReport) -> BatchStamp | BatchReport:
        """What everything is stamped with; the refused report where it comes too late."""
        try:
            stamp = self._stamp(report)
        except OutOfOrderError as fault:
            return _out_of_order(report, fault)
        return stamp if is_as_read(self.connection, self.around) else replace(report, seq=None)

    def _stamp(self, report: BatchReport) -> BatchStamp:
        """What everything that is written is stamped with; from here on all other writers wait."""
        at = report.as_at if report.is_back_dated else self.around.clock.now()
        turn = next_in_order(self.connection, source_system=report.source, at=at)
        return BatchStamp(
            batch_id=report.id,
            seq=turn.sequence,
            recorded_at=turn.instant,
            source_system=report.source,
            agency_code=self.around.source.agency_code,
            # Beside the record stands all that is to stand, be it as it stood.
            is_full=self.around.source.is_full or self.beside is not None,
            rules=self.around.mapping.references,
        )


def _out_of_order(report: BatchReport, fault: OutOfOrderError) -> BatchReport:
    issue = Issue(code="out_of_order", severity=Severity.FATAL, message=str(fault))
    return replace(report, seq=None, issues=(*report.issues, issue))


def _counts(written: Written) -> Counts:
    return Counts(new=written.new, changed=written.changed, unchanged=written.unchanged, ended=written.ended)
