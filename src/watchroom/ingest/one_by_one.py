"""Parts of tables and messages mapped again: one delivery after the other, written beside the record as it was taken.

What stands there in the end is what the record would hold, had all of them come with the mapping as it is now.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Protocol
from zoneinfo import ZoneInfo

from watchroom.ingest.accounting import Accounting
from watchroom.ingest.again import Kept, KeptPart, read_kept
from watchroom.ingest.again_tally import Tally
from watchroom.ingest.checks import delivery_issues, not_kept
from watchroom.ingest.circumstances import Before, Circumstances
from watchroom.ingest.crew import Crew
from watchroom.ingest.duck import MEMORY, Duck
from watchroom.ingest.hearing import Post, placed, post_issues
from watchroom.ingest.issues import Severity
from watchroom.ingest.kept_messages import KeptPost, count_messages, kept_posts
from watchroom.ingest.kept_places import KeptPlaces, own_places
from watchroom.ingest.mapper import Mapper
from watchroom.ingest.mapping import Messages
from watchroom.ingest.progress import Step
from watchroom.ingest.ready import Ready, Room
from watchroom.ingest.report import BatchReport, DatedBy
from watchroom.ingest.unreported import leave_unreported
from watchroom.ingest.writing import Writing
from watchroom.sources.files import Delivery
from watchroom.sources.messages import lay_out
from watchroom.store.beside import Beside
from watchroom.store.database import Connection
from watchroom.store.known import OWN_KEY, KnownAsked, known_rows
from watchroom.store.staging import hold_keys, staging_of
from watchroom.store.writes import BatchStamp, held_places

_ACCEPTED = "accepted when it was taken"


class Prepared(Protocol):
    """Gives the mapper all tables of a delivery that it needs; the report with what was found on the way."""

    def __call__(self, mapper: Mapper, delivery: Delivery, report: BatchReport, *, before: Before) -> BatchReport:
        """See `Batch.prepared`."""
        ...


class Preparing(Protocol):
    """Prepares for what one delivery works with."""

    def __call__(self, around: Circumstances) -> Prepared:
        """What prepares."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """One delivery.

    Attributes:
        around: what it works with.
        own: what it is mapped in.
        delivery: its files.
        report: that speaks of it alone.
        post: the messages that it is; None: it is tables.
        places: where its rows are kept, as far as not in its own files.
    """

    around: Circumstances
    own: Ready
    delivery: Delivery
    report: BatchReport
    post: Post | None = None
    places: KeptPlaces = field(default_factory=KeptPlaces)


@dataclass(frozen=True, slots=True, kw_only=True)
class OneByOne:
    """The deliveries of a source, mapped again one after the other.

    Attributes:
        around: what the batch works with.
        kept: what is kept of them.
        writing: the batch; nobody else uses its connection meanwhile.
        beside: where they are written.
        before: what stood before the batch; what was decided of values holds for every delivery.
        preparing: makes a delivery of tables ready.
    """

    around: Circumstances
    kept: Kept
    writing: Writing
    beside: Beside
    before: Before
    preparing: Preparing

    @property
    def connection(self) -> Connection:
        """Of the batch."""
        return self.writing.connection

    def written(self, report: BatchReport) -> BatchReport:
        """The report with what became of all deliveries; where a fault would have refused one, with that."""
        tally = Tally()
        self.beside.begin(is_standing=not self.kept.holds_everything)
        rules = self.around.mapping.messages
        turns = self._parts(report) if rules is None else self._posts(rules, report)
        for number, turn in enumerate(turns, start=1):
            tally.note(turn.report.issues)
            if any(issue.severity is Severity.FATAL for issue in turn.report.issues):
                return tally.told(report)
            self._write(turn, number, tally)
            self.beside.empty()
        files = {int(file.name.partition("/")[0]) for part in self.kept.parts for file in part.files}
        self.beside.keep_files(self.writing.batch_id, files=files)
        self._end_empty(report)
        return tally.told(report)

    def _end_empty(self, report: BatchReport) -> None:
        """Have the batch's own mapper map nothing: what stands beside the record is all that is staged."""
        mapper = self.writing.mapper
        if self.around.mapping.messages is None:
            mapper.take(())
        instant = report.as_at.astimezone(ZoneInfo(self.around.source.time_zone)).replace(tzinfo=None)
        mapper.prepare(extract_at=instant, default_instants=())

    def _own(self) -> Ready:
        room = Room(overflow=self.writing.overflow, memory=MEMORY)
        return Ready(self.around.mapping, zone=self.around.source.time_zone, room=room, gone=self.around.gone)

    def _step(self, *, done: int, of: int, name: str, rows: int) -> None:
        self.around.progress(Step(what="replay", done=done, of=of, name=name, rows=rows))

    def _parts(self, report: BatchReport) -> Iterator[_Turn]:
        before, there = replace(self.before, rows={}, columns={}, is_first=False, as_at=None), self.kept.parts
        for number, part in enumerate(there):
            if part.is_gone:
                continue
            rows = sum(file.left for file in part.files)
            self._step(done=number, of=len(there), name=part.name, rows=rows)
            around = replace(
                self.around,
                source=replace(self.around.source, is_full=part.is_full),
                as_at=part.as_at if part.dated_by == DatedBy.TOLD else None,
            )
            with self._own() as own:
                yield self._part(own, part, around, before=before, report=report)
            mapping = self.around.mapping
            before = replace(
                before,
                rows={mapping.table_of(file.name): file.rows for file in part.files},
                columns={
                    mapping.table_of(file.name): frozenset(name.upper() for name in file.header) for file in part.files
                },
            )

    def _part(self, own: Ready, part: KeptPart, around: Circumstances, *, before: Before, report: BatchReport) -> _Turn:
        own.mapper.delivered.decided = self.before.decided
        kept = replace(self.kept, name=part.name, files=part.files, faults=part.faults)
        delivery = read_kept(self.connection, kept, take=own.mapper.delivered.receive)
        known = before if part.is_full else replace(before, rows={})
        found = delivery_issues(delivery, around.mapping, before=known, is_part=not part.is_full)
        dated = DatedBy(part.dated_by)
        told = replace(report, as_at=part.as_at, dated_by=dated, issues=tuple(not_kept(found, self.kept)))
        if not any(issue.severity is Severity.FATAL for issue in told.issues):
            told = self.preparing(around)(own.mapper, delivery, told, before=before)
        return _Turn(around=around, own=own, delivery=delivery, report=told)

    def _posts(self, rules: Messages, report: BatchReport) -> Iterator[_Turn]:
        source, done, places = self.around.source.name, 0, KeptPlaces(shifted=self.kept.shifted)
        of = count_messages(self.connection, source)
        for found in kept_posts(self.connection, self.kept, source, rules=rules):
            self._step(done=done, of=of, name="", rows=len(found.post.heard))
            done += len(found.batches)
            if found.post.heard:
                with self._own() as own:
                    turn = self._post(own, found, report, places=places)
                    places = turn.places
                    yield turn

    def _post(self, own: Ready, found: KeptPost, report: BatchReport, *, places: KeptPlaces) -> _Turn:
        own.mapper.delivered.decided = self.before.decided
        post = found.post
        files = lay_out(post.heard, post.rules.codec, take=own.mapper.delivered.receive)
        own.mapper.take(files)
        _lay_known(own.duck, self.connection, self.around)
        instant = found.as_at.astimezone(ZoneInfo(self.around.source.time_zone)).replace(tzinfo=None)
        own.mapper.prepare(extract_at=instant, default_instants=())
        # What a post does not name has not ended, though all posts together are all that the source gave.
        source = replace(self.around.source, is_full=False)
        accepted = _ACCEPTED if found.is_accepted else None
        return _Turn(
            around=replace(self.around, source=source, accepted=accepted),
            own=own,
            delivery=Delivery(folder=self.writing.overflow or own.overflow, files=files, faults=()),
            report=replace(report, as_at=found.as_at, issues=tuple(post_issues(post))),
            post=post,
            places=own_places(self.connection, own, found, files=files, after=places),
        )

    def _write(self, turn: _Turn, number: int, tally: Tally) -> None:
        own, around, mapping = turn.own, turn.around, self.around.mapping
        with closing(own.duck.beside()) as reader, Crew(own.duck) as crew:
            writing = replace(
                self.writing,
                around=around,
                duck=own.duck,
                reader=reader,
                mapper=own.mapper,
                kept=[],
                beside=None,
            )
            finding = crew.submit(own.mapper.findings)
            staged = writing.stage(crew)
            issues = [*finding.result()]
            accounting = Accounting(own.duck, mapping)
            for name, keys in accounting.not_taken(turn.delivery.files) if around.source.is_full else ():
                hold_keys(self.connection, staging_of(around.model.entity(name)), keys)
            unreported = leave_unreported(self.connection, own.duck, around, post=turn.post, report=turn.report)
            issues += unreported.issues
            for mapped in staged:
                entity = mapped.entity
                self.beside.place(entity, turn.places.now)
                stamp = replace(
                    self._stamp(number),
                    is_full=around.source.is_full and not writing.unread(entity),
                    taken_back=writing.withdrawn(entity),
                )
                more = unreported.staged.get(entity.name, 0)
                if not (mapped.rows or more or stamp.is_full or stamp.taken_back):
                    continue
                outcome = self.beside.write(entity, batch=stamp, keeps=mapped.keeps or more > 0)
                outcome = replace(outcome, issues=tuple(turn.places.back(issue) for issue in outcome.issues))
                issues += writing.found(mapped, outcome, {})
                for places in held_places(self.connection, entity) if outcome.issues else ():
                    accounting.refuse(entity.name, [turn.places.back(place) for place in places])
            account = accounting.account(turn.delivery.files)
            tally.add(account, writing.held_back(turn.delivery, account))
            tally.note(issues if turn.post is None else placed(own.duck, issues, mapping))

    def _stamp(self, number: int) -> BatchStamp:
        source = self.around.source
        return BatchStamp(
            batch_id=self.writing.batch_id,
            seq=number,
            recorded_at=self.around.now,
            source_system=source.name,
            agency_code=source.agency_code,
            is_full=False,
            rules=self.around.mapping.references,
            is_beside=True,
        )


def _lay_known(duck: Duck, connection: Connection, around: Circumstances) -> None:
    """Fill the tables `known_ENTITY` as `hearing.lay_known` does, of what stands beside the record."""
    messages, whose = around.mapping.messages, around.source.name
    for known in messages.known if messages else ():
        keys = [str(row[0]) for row in duck.rows(known.keys) if row[0] is not None]
        asked = KnownAsked(
            by=known.column, values=keys, give=known.give, source_system=whose, is_own=known.is_own, is_beside=True
        )
        # An entity that the mapping only looks at has nothing of the source, here or in the record.
        is_asked = keys and (known.entity in around.mapping.entities or (known.column != OWN_KEY and not known.is_own))
        rows = known_rows(connection, around.model.entity(known.entity), asked) if is_asked else []
        duck.enter(f"known_{known.entity}", known.give, rows)
