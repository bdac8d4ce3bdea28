"""One delivery on its way: checked, mapped outside the database, then written in one transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from watchroom.ingest.accounting import AccountingError
from watchroom.ingest.again import changed_fields, read_kept
from watchroom.ingest.checks import delivery_issues, mapping_issues, not_kept, torn_issues, unread_beneath
from watchroom.ingest.circumstances import (
    Before,
    Circumstances,
    close_batch,
    entities_of,
    keep_digest,
    open_batch,
    tell,
)
from watchroom.ingest.crew import Crew, clerk_beside
from watchroom.ingest.erased import forget_erased
from watchroom.ingest.feeds import shrunken
from watchroom.ingest.hearing import Post, enter_messages, lay_known, not_kept_of, placed, post_issues
from watchroom.ingest.inspected import inspected
from watchroom.ingest.issues import Issue, Severity
from watchroom.ingest.mapper import Mapper, MappingRunError
from watchroom.ingest.one_by_one import OneByOne
from watchroom.ingest.quarantine import enter_held
from watchroom.ingest.reading import Reading
from watchroom.ingest.ready import Ready
from watchroom.ingest.registry import PUSH
from watchroom.ingest.replay import Replay
from watchroom.ingest.report import BatchReport, DatedBy
from watchroom.ingest.rolls import RollTaking, enter_roll, read_roll
from watchroom.ingest.shown import dated, older
from watchroom.ingest.still_kept import erased_meanwhile, is_as_read
from watchroom.ingest.writing import Writing
from watchroom.kernel.ids import uuid7
from watchroom.kernel.named_sql import load_queries
from watchroom.sources.files import Delivery, read_folder
from watchroom.sources.formats import How
from watchroom.sources.messages import lay_out
from watchroom.store.beside import Beside
from watchroom.store.database import Connection
from watchroom.store.first_rows import make_late_indexes
from watchroom.store.sealing import keep_readers_waiting
from watchroom.store.staging import references
from watchroom.store.writes import ERASED

_QUERIES = load_queries("watchroom.ingest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One delivery on its way, and what it works with.

    Attributes:
        around: what it works with.
        connection: as loader, who takes alone from the source; its transactions are the batch's.
    """

    around: Circumstances
    connection: Connection

    def take(self, ready: Ready, given: Path | Post) -> BatchReport:
        """Write what a folder or a post delivers, or refuse it with the reasons."""
        began = self.around.machine.now()
        report = self.begun(given, at=began)
        duck, mapper, connection = ready.duck, ready.mapper, self.connection
        self.around.began(report)
        # INVARIANT: before the batch has touched any table of theirs: it is done beside it, by the owner.
        make_late_indexes(self.around.database, entities_of(self.around), asked=connection)
        with self.around.stop.breaking(connection.cancel, duck.interrupt), clerk_beside(duck) as clerk:
            writing = Writing(
                around=self.around,
                batch_id=report.id,
                connection=connection,
                duck=duck,
                reader=duck.beside(),
                mapper=mapper,
                clerk=clerk,
                overflow=ready.overflow,
                beside=self._beside(),
            )
            report = self._tried(writing, given, report)
            if isinstance(given, Post):
                report = replace(report, issues=placed(duck, report.issues, self.around.mapping))
                report = replace(report, not_kept=not_kept_of(duck, report))
            if not report.is_refused:
                report = replace(report, seconds=(self.around.machine.now() - began).total_seconds())
            self.around.stop.hold_off()
            if not report.is_refused and not self.around.is_trial:
                # Before the seal, for then readers wait. Where that fails, what follows says that it was refused.
                self._tell(connection, given, report)
                enter_held(connection, report.held, batch_id=report.id, source=report.source)
                self.around.settle(connection, report)
                if isinstance(given, Path):
                    keep_digest(connection, report)
                report = writing.seal(report)
            if report.is_refused or self.around.is_trial:
                writing.abandon()
            else:
                is_now = not report.is_back_dated
                close_batch(connection, report, finished_at=report.recorded_at if is_now else self.around.clock.now())
                connection.commit()
        return self._refuse(given, report, began) if report.is_refused and not self.around.is_trial else report

    def begun(self, given: Path | Post, *, at: datetime) -> BatchReport:
        """The report of a delivery of which nothing was read yet; `at` is of the machine."""
        told, kept = self.around.as_at, self.around.kept
        known_at = (told or self.around.now).astimezone(UTC)
        report = BatchReport(
            id=uuid7(at=at),
            source=self.around.source.name,
            folder=given.name,
            as_at=known_at,
            recorded_at=known_at,
            dated_by=self.around.dated_by if told is None else DatedBy.TOLD,
            is_back_dated=told is not None,
            mapping=self.around.mapping.version,
        )
        if kept is None:
            return replace(report, digest=given.digest) if isinstance(given, Post) else report
        # It is of the instant that the delivery was of, and what is found in it now is known from now.
        return replace(
            report,
            folder=kept.name,
            as_at=kept.as_at,
            recorded_at=self.around.now.astimezone(UTC),
            dated_by=DatedBy(kept.dated_by),
            is_back_dated=False,
            digest=kept.digest,
            rerun_of=kept.delivery_id,
            mapping_before=kept.mapping,
        )

    def _tried(self, writing: Writing, given: Path | Post, report: BatchReport) -> BatchReport:
        """What became of it, as of `_written`; also where it fails over what was erased meanwhile."""
        around = self.around
        try:
            report = self._written(writing, given, report)
        except MappingRunError as fault:
            # What was broken off is no fault of the mapping.
            around.stop.require_none()
            report = replace(report, seq=None, issues=(*report.issues, fault.issue()))
        except AccountingError:
            if is_as_read(self.connection, around):
                raise
            report = replace(report, seq=None)
        if report.is_refused and not is_as_read(self.connection, around):
            report = replace(report, issues=(*report.issues, erased_meanwhile()))
        return report

    def _written(self, writing: Writing, given: Path | Post, report: BatchReport) -> BatchReport:
        """What became of it, with everything written that is to be sealed; without a sequence where it is refused."""
        around = self.around
        looked = writing.look()
        if not isinstance(given, Post):
            writing.begin(report)
        delivery = self._read(given, writing)
        report = replace(report, digest=report.digest or delivery.digest)
        before = looked.result()
        writing.mapper.delivered.decided = before.decided
        issues = self._issues(given, delivery, before)
        lacking = () if around.kept is not None else tuple(shrunken(delivery, around, before=before))
        is_accepted = any(issue.code.endswith("_accepted") for issue in lacking)
        issues = (*issues, *lacking, *mapping_issues(around, before))
        report = replace(report, files=len(delivery.files), issues=issues)
        report = replace(report, feed_accepted=around.accepted if is_accepted else None)
        if _is_fatal(report.issues):
            return report
        report = self._made_ready(given, writing, delivery=delivery, report=report, before=before)
        if _is_fatal(report.issues):
            return report
        with Crew(writing.duck) as crew:
            report = writing.write(delivery, report, crew, post=given if isinstance(given, Post) else None)
        if report.seq is not None and around.kept is not None:
            report = replace(report, fields=changed_fields(writing.connection, report.seq))
        return inspected(writing.connection, around, self._compared(report, before))

    def _read(self, given: Path | Post, writing: Writing) -> Delivery:
        mapping, kept = self.around.mapping, self.around.kept
        take = Reading(self.around.progress, writing.mapper.delivered.receive)
        if isinstance(given, Post):
            files = lay_out(given.heard, given.rules.codec, take=take)
            return Delivery(folder=Path(given.name), files=files, faults=())
        if kept is not None and kept.is_one_by_one:
            return Delivery(folder=Path(kept.name), files=(), faults=())
        if kept is not None:
            asked = (writing.connection, kept)
            delivery = writing.clerk.submit(read_kept, *asked, take=take, snapshot=mapping.snapshot).result()
            writing.keep_again(kept)
            return delivery
        how = How(folder=writing.overflow)
        if mapping.snapshot is None:
            return read_folder(given, take=take, done=writing.keep, how=how)
        return read_roll(given, mapping.snapshot, take=take, done=writing.keep, how=how)

    def _issues(self, given: Path | Post, delivery: Delivery, before: Before) -> tuple[Issue, ...]:
        mapping = self.around.mapping
        if isinstance(given, Post):
            return tuple(post_issues(given))
        if self.around.kept is not None and self.around.kept.is_one_by_one:
            return ()
        is_part = not (self.around.source.is_full or mapping.is_partial)
        issues = delivery_issues(delivery, mapping, before=before, gone=self.around.gone, is_part=is_part)
        return issues if self.around.kept is None else tuple(not_kept(issues, self.around.kept))

    def _made_ready(
        self, given: Path | Post, writing: Writing, *, delivery: Delivery, report: BatchReport, before: Before
    ) -> BatchReport:
        """The report once the mapper has all tables that it needs, unless that shows why it must be refused."""
        around, snapshot = self.around, self.around.mapping.snapshot
        if isinstance(given, Post):
            writing.mapper.take(delivery.files)
            known = writing.clerk.submit(lay_known, writing.reader, writing.connection, around)
            # What is mapped needs what is known and nothing else, so it does not wait for what is kept.
            writing.begin(report)
            writing.keep(*delivery.files)
            known.result()
            report = dated(report, writing.duck, around, before=before)
            own = report.as_at.astimezone(ZoneInfo(around.source.time_zone)).replace(tzinfo=None)
            writing.mapper.prepare(extract_at=own, default_instants=())
            return report
        if writing.beside is not None and around.kept is not None:
            for done in writing.kept:
                done.result()
            deliveries = OneByOne(
                around=around,
                kept=around.kept,
                writing=writing,
                beside=writing.beside,
                before=before,
                preparing=lambda around: replace(self, around=around).prepared,
            )
            return deliveries.written(report)
        if snapshot is None:
            return self.prepared(writing.mapper, delivery, report, before=before)
        taking = RollTaking(around=around, snapshot=snapshot, duck=writing.duck, mapper=writing.mapper)
        if around.kept is not None:
            writing.mapper.take(delivery.files)
            replay = Replay(around=around, snapshot=snapshot, writing=writing, before=before)
            earlier = writing.clerk.submit(replay.earlier, around.kept.rolls[:-1], report).result()
            return taking.laid_out(delivery.files[0], earlier, report)
        return taking.prepared(writing, delivery, replace(report, is_back_dated=before.is_first))

    def _beside(self) -> Beside | None:
        """Where deliveries that are mapped again one by one are written first."""
        around = self.around
        if around.kept is None or not around.kept.is_one_by_one:
            return None
        made = entities_of(around)
        targets = {field.target for entity in made for field in references(entity)}
        return Beside(
            connection=self.connection,
            entities=made,
            others=[one for one in around.model.entities.values() if one.name in targets and one not in made],
            source_system=around.source.name,
            rules=around.mapping.references,
        )

    def _tell(self, connection: Connection, given: Path | Post, report: BatchReport) -> None:
        if isinstance(given, Post) and self.around.kept is None:
            enter_messages(connection, report, given)
            # Of a message of which nobody can say whose each part is, nothing is kept where some of it was erased.
            is_any_refused = any(issue.code in ERASED for issue in report.issues)
            forget_erased(connection, self.around, batch_id=report.id, is_any_refused=is_any_refused)
        tell(connection, self.around, report)
        enter_roll(connection, report)

    def _compared(self, report: BatchReport, before: Before) -> BatchReport:
        return report if self.around.mapping.messages else _compared(report, before)

    def prepared(self, mapper: Mapper, delivery: Delivery, report: BatchReport, *, before: Before) -> BatchReport:
        """The report with the instants that the data itself shows; the mapper then has all tables that it needs."""
        mapper.take(delivery.files)
        given = {file.table_name: file.name for file in delivery.files}
        torn = tuple(torn_issues(mapper.delivered.unread, self.around.mapping, given))
        # Refused for them, so nothing comes later that says which rows they are.
        lost = mapper.lost_rows() if torn else ()
        beneath = unread_beneath(mapper.unread_beneath())
        report = replace(report, issues=(*report.issues, *torn, *lost, *beneath))
        zone = ZoneInfo(self.around.source.time_zone)
        stamped = mapper.default_instant()
        instants = [] if stamped is None else [stamped]
        if self.around.as_at is not None:
            instants.append(self.around.as_at.astimezone(zone).replace(tzinfo=None))
        elif (
            report.dated_by is not DatedBy.ASKED
            and stamped is not None
            and stamped.replace(tzinfo=zone) <= self.around.now
        ):
            # The first extract of a node counts as known from its own instant, so that the node has a past to be
            # asked about; who asks is told when it was loaded. Every later one is known from when it is sealed.
            shown = stamped.replace(tzinfo=zone).astimezone(UTC)
            report = replace(report, as_at=shown, dated_by=DatedBy.SHOWN, is_back_dated=before.is_first)
            if before.as_at is not None and shown < before.as_at:
                report = replace(report, issues=(*report.issues, older(shown, before.as_at)))
        own = report.as_at.astimezone(zone).replace(tzinfo=None)
        mapper.prepare(extract_at=own, default_instants=instants)
        known = {instant.replace(tzinfo=zone).astimezone(UTC) for instant in instants}
        return replace(report, default_instants=tuple(sorted(known)))

    def _refuse(self, given: Path | Post, report: BatchReport, began: datetime) -> BatchReport:
        """Leave the batch and its issues, and nothing else."""
        report = replace(report, seconds=(self.around.machine.now() - began).total_seconds())
        open_batch(self.connection, self.around, report)
        self._tell(self.connection, given, report)
        if isinstance(given, Post) and given.is_all_refused and self.around.source.kind == PUSH:
            # Whoever pushes may send anything: that nobody can read it says nothing of what stands of the source.
            self.connection.execute(_QUERIES["set_batch_aside"].text, {"id": report.id})
        # A refusal is told with its instant as well, so it is dated as a seal is.
        keep_readers_waiting(self.connection)
        close_batch(self.connection, report, finished_at=self.around.clock.now())
        self.connection.commit()
        return report


def _is_fatal(issues: Iterable[Issue]) -> bool:
    return any(issue.severity is Severity.FATAL for issue in issues)


def _compared(report: BatchReport, before: Before) -> BatchReport:
    """The report, with a word where only the order of loading says that this extract is newer than the last one."""
    if report.is_refused or before.as_at is None or not report.counts.is_any_news or report.rerun_of is not None:
        return report
    if report.dated_by is DatedBy.LOADED:
        message = "the extract does not show of when it is; it is taken as newer than the last one: give --as-at"
    elif report.dated_by is DatedBy.SHOWN and report.as_at == before.as_at:
        message = (
            f"the extract shows the instant of the last one, {before.as_at.isoformat()}, and yet differs from it; it"
            " is taken as the newer one: if it is not, deliver the newer one again; give --as-at where it is known"
        )
    else:
        return report
    issue = Issue(code="instant_unclear", severity=Severity.CHARACTERISATION, message=message)
    return replace(report, issues=(*report.issues, issue))
