"""Ingest: one delivery becomes one batch, all of it or nothing."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from watchroom.ingest.again import bring_back, kept_delivery, with_parts, with_rolls
from watchroom.ingest.alone import taking_alone
from watchroom.ingest.batch import Batch
from watchroom.ingest.circumstances import Circumstances, Settle, Witness, nobody, unsettled
from watchroom.ingest.difference import Difference, as_shown, require_kept
from watchroom.ingest.duck import MEMORY
from watchroom.ingest.hearing import Post, PostTaken, heard_of, only_new, posts_in
from watchroom.ingest.inspection import Inspect, uninspected
from watchroom.ingest.kept_messages import with_messages
from watchroom.ingest.mapping import OURS, Mapping, Mappings
from watchroom.ingest.mapping_check import require_sound
from watchroom.ingest.progress import Progress, Step
from watchroom.ingest.quarantine import held_at_present, held_of
from watchroom.ingest.ready import Ready, Room
from watchroom.ingest.reconcile import Reconciliation, reconciled
from watchroom.ingest.registry import Source
from watchroom.ingest.replay import require_rolls
from watchroom.ingest.report import BatchReport, DatedBy, IngestReport
from watchroom.ingest.resuming import taken_already
from watchroom.ingest.rolls import deliveries_in
from watchroom.ingest.run_events import Run, RunTeller, untold
from watchroom.ingest.running import RunningFile, each_of
from watchroom.ingest.stopping import stopped_by
from watchroom.kernel.clock import Clock, MachineClock
from watchroom.kernel.errors import UsageError
from watchroom.model.catalogue import Catalogue, catalogue
from watchroom.sources.file_names import suffix_of
from watchroom.store.database import Connection, Database


def _untold_of(_source: Source) -> RunTeller:
    return untold


def _is_table(file: str) -> bool:
    return bool(suffix_of(file))


def _is_message(_file: str) -> bool:
    return True


def silent(_step: Step) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What takes deliveries into a node.

    Attributes:
        database: of the node.
        clock: of the node.
        machine: the machine's clock.
        witness: told of each batch before it is committed; when it raises, nothing stands. It writes the audit
            entry.
        progress: told how far each batch has come.
        overflow: folder in which a batch keeps for its time what it does not hold in memory; None: where the
            machine keeps temporary files.
        memory: bytes that a batch may hold in memory while it is mapped.
        model: of the node; ours without what an agency adds, where it is not told.
        inspect: tells what stops a batch that is written, before it is sealed.
        accepted: why the operator accepts rolls and feeds that would be held; None: they are held.
        settle: keeps what stands beside the last of several deliveries, in the transaction of its batch.
        dated_by: how the instant of an extract is known where neither the operator nor the data tells it.
        runs: gives, for a source, what is told of each batch when it begins and when it is over.
        mappings: that the node may use.
    """

    database: Database
    clock: Clock
    machine: Clock = field(default_factory=MachineClock)
    witness: Witness = nobody
    progress: Progress = silent
    overflow: Path | None = None
    memory: int = MEMORY
    model: Catalogue = field(default_factory=catalogue)
    inspect: Inspect = uninspected
    accepted: str | None = None
    runs: Callable[[Source], RunTeller] = _untold_of
    settle: Settle = unsettled
    dated_by: DatedBy = DatedBy.LOADED
    mappings: Mappings = OURS

    def ingest(
        self, source: Source, folders: Sequence[Path] = (), *, as_at: datetime | None = None, gone: Sequence[str] = ()
    ) -> IngestReport:
        """Take the folders one after the other, each as a batch; the first one refused ends it.

        Of a source of rolls each file is a batch, by the day that its name tells; after one that is stale or held the
        next is taken. Of several deliveries those that an earlier command has taken are told and not taken again.

        Args:
            source: that delivers.
            folders: each a whole delivery, the earliest first; none: the source's own location.
            as_at: the instant of the extract, timezone-aware, and the node time from which it counts as known;
                None: its own instant is looked for in the data. The first delivery of a node counts as known from
                then; every later one from when it is sealed.
            gone: tables, and columns as `TABLE.COLUMN`, that the source no longer gives: what they gave ends.

        Raises:
            NotFoundError, MappingError: the mapping of the source is not there, or cannot be used.
            UsageError: `gone` names what the mapping does not take, `as_at` lies in the future of the node's clock, or
                no folder was told and the source is none.
        """
        if not (folders or source.location):
            raise UsageError(
                f"`{source.name}` is no folder: it is pushed to; name the folder of what it would have sent"
            )
        if as_at is not None and as_at > self.clock.now():
            raise UsageError("the instant of the extract lies in the future of the node's clock; name the true one")
        batches: list[BatchReport] = []
        with taking_alone(self.database, source) as connection:
            mapping = self._mapping_of(source)
            missing = _gone(gone, mapping)
            deliveries = deliveries_in(folders or (Path(source.location),), mapping.snapshot)
            counts = _is_table if mapping.messages is None else _is_message
            taken = taken_already(connection, source.name, deliveries, counts=counts)
            for number, delivery in enumerate(deliveries[len(taken) :], len(taken) + 1):
                # What says that all of them were taken is kept with the last one.
                taking = self if number == len(deliveries) else replace(self, settle=unsettled)
                around = partial(taking._around, source, mapping, as_at=as_at, gone=missing)
                batches += taking._taken(connection, around, delivery)
                if batches[-1].is_refused and not batches[-1].is_passed_over:
                    break
        return IngestReport(source=source.name, batches=tuple(batches), taken_already=taken)

    def take_post(self, source: Source, post: Post, *, ready: Ready | None = None) -> PostTaken:
        """Take what of a post was not there before as one batch; what was writes nothing.

        Args:
            source: that sent it, of a mapping that names a codec.
            post: what came.
            ready: made for the source beforehand, and spent with a batch: the caller closes it; None: it is made then.

        Raises:
            UsageError: the mapping of the source names no codec.
        """
        with taking_alone(self.database, source) as connection:
            mapping = self._mapping_of(source)
            rules = mapping.messages
            if rules is None:
                raise UsageError(f"mapping `{source.mapping}` of `{source.name}` names no codec; it takes tables")
            if post.rules != rules:
                # The mapping was mended since they were read.
                post = replace(post, rules=rules, heard=heard_of([one.message for one in post.heard], rules))
            fresh = only_new(connection, post, source=source.name)
            report = self._run(connection, self._around(source, mapping), fresh, ready=ready) if fresh.heard else None
        return PostTaken(fresh=fresh, report=report)

    def _taken(
        self, connection: Connection, around: Callable[[], Circumstances], delivery: Path
    ) -> Iterator[BatchReport]:
        """The batches of one delivery: of tables or a roll one, of messages as many as memory asks for."""
        rules = around().mapping.messages
        if rules is None:
            yield self._run(connection, around(), delivery)
            return
        for post in posts_in(delivery, rules):
            fresh = only_new(connection, post, source=around().source.name)
            if not fresh.is_new and not fresh.is_last:
                continue
            now = around()
            report = self._run(connection, now if fresh.is_last else replace(now, settle=unsettled), fresh)
            yield report
            # What cannot be read is set aside and takes no other with it, whatever else refuses takes all that follow.
            if report.is_refused and not fresh.is_all_refused:
                return

    def map_again(
        self, source: Source, *, is_trial: bool, shown: Difference | None = None, is_from_the_first: bool = False
    ) -> Difference:
        """Map what is kept of what stands of a source with its mapping as it is now, as a batch of the source.

        It is known from now; of what instant the extract is stays as it was. Of rolls, messages and parts of tables all
        that were taken since the source last ended are mapped, in the order in which they came.

        Args:
            source: that delivered.
            is_trial: tell what would change, and let nothing of it stand. Nobody else can write meanwhile.
            shown: what somebody was shown: only that is done; None: whatever it comes to.
            is_from_the_first: what came before it last ended too; that stands again then, and counts as if it had not.

        Raises:
            UsageError: a roll or snapshot of it was erased, or nothing of it stands.
            NotFoundError, MappingError: the mapping of the source is not there, or cannot be used.
            MovedOnError: it would not do what was shown; nothing was changed.
            StoppedError: somebody stopped it; nothing was changed.
        """
        with taking_alone(self.database, source) as connection:
            mapping = self._mapping_of(source)
            if is_from_the_first:
                bring_back(connection, source.name)
            found = kept_delivery(connection, source.name)
            held = () if found is None else held_of(connection, found.batch_id)
            kept = require_kept(found, source)
            if mapping.snapshot is not None:
                kept = require_rolls(with_rolls(connection, kept, source.name), source.name)
            elif mapping.messages is not None:
                kept = with_messages(connection, kept, source.name, rules=mapping.messages)
            elif not (source.is_full and kept.is_full):
                kept = with_parts(connection, kept, source.name)
            if kept.is_one_by_one:
                held = held_at_present(connection, source.name)
            told = kept.as_at if kept.dated_by == DatedBy.TOLD else None
            around = replace(
                self._around(source, mapping, as_at=told),
                source=replace(source, is_full=kept.holds_everything),
                kept=kept,
                is_trial=is_trial,
                settle=unsettled if shown is None else as_shown(shown, kept, mapping),
            )
            report = self._run(connection, around, Path(kept.name))
        return Difference(was=kept, mapping=mapping, held_before=held, report=report, is_trial=is_trial)

    def _mapping_of(self, source: Source) -> Mapping:
        mapping = self.mappings.load(source.mapping)
        require_sound(mapping, self.model)
        return mapping

    def _run(
        self, connection: Connection, around: Circumstances, given: Path | Post, *, ready: Ready | None = None
    ) -> BatchReport:
        if ready is not None and not ready.fits(around):
            ready = None
        # A trial is no run: nothing of it stands.
        run = Run(untold if around.is_trial else self.runs(around.source))
        name = around.source.name
        at_work = nullcontext(ready) if ready else self._ready_for(around)
        with run.watched(), at_work as at_hand, stopped_by(at_hand.overflow, name) as stop:
            running = RunningFile(at_hand.overflow, machine=self.machine, source=name, delivery=given.name)
            watched = replace(around, progress=each_of(self.progress, running, stop), began=run.begin, stop=stop)
            try:
                return run.end(Batch(around=watched, connection=connection).take(at_hand, given))
            finally:
                running.end()

    def reconcile(self, source: Source, folder: Path | None = None) -> Reconciliation:
        """Compare a delivery with the record, as it would be taken; nothing of it is.

        Args:
            source: that delivers.
            folder: a whole delivery; None: the source's own location.

        Raises:
            UsageError: the source delivers rolls, of which each is compared with the last one already; or messages,
                which tell nothing of what they do not name; or no folder was told and the source is none.
        """
        mapping = self._mapping_of(source)
        if mapping.messages is not None:
            raise UsageError(f"`{source.name}` gives messages, which tell nothing of what they do not name")
        if folder is None and source.kind != "files":
            raise UsageError(f"`{source.name}` is no folder of files; name the folder of a whole delivery of it")
        if mapping.snapshot is not None:
            raise UsageError(f"`{source.name}` delivers rolls, and each is compared with the last one when it is taken")
        with taking_alone(self.database, source) as connection:
            around = self._around(source, mapping)
            with self._ready_for(around) as at_hand:
                return reconciled(Batch(around=around, connection=connection), at_hand, folder or Path(source.location))

    def _around(
        self, source: Source, mapping: Mapping, *, as_at: datetime | None = None, gone: frozenset[str] = frozenset()
    ) -> Circumstances:
        return Circumstances(
            database=self.database,
            # Who is not in a roll has not ended as a record: what becomes of them is told by the roll. A message tells
            # of what it holds, and a snapshot feed only that the rest is no longer reported.
            source=replace(source, is_full=False) if mapping.is_partial else source,
            mapping=mapping,
            machine=self.machine,
            clock=self.clock,
            now=self.clock.now(),
            as_at=as_at,
            gone=gone,
            witness=self.witness,
            progress=self.progress,
            model=self.model,
            inspect=self.inspect,
            accepted=self.accepted,
            settle=self.settle,
            dated_by=self.dated_by,
        )

    def ready(self, source: Source, *, is_small: bool = False) -> Ready:
        """What one batch of the source works in, made before it comes; the caller's to close.

        Args:
            source: whose batch it is to be.
            is_small: few rows will come.
        """
        return self._ready_for(self._around(source, self._mapping_of(source)), is_small=is_small)

    def _ready_for(self, around: Circumstances, *, is_small: bool = False) -> Ready:
        room = Room(overflow=self.overflow, memory=self.memory, is_small=is_small)
        return Ready(around.mapping, zone=around.source.time_zone, room=room, gone=around.gone)


def _gone(names: Sequence[str], mapping: Mapping) -> frozenset[str]:
    given = frozenset(name.upper() for name in names)
    tables = {rule.name for rule in mapping.taken() if not rule.must_be_there}
    columns = {f"{rule.name}.{column}" for rule in mapping.taken() for column in rule.optional}
    for name in sorted(given - tables - columns):
        raise UsageError(
            f"`{name}` cannot be gone: the mapping does not take it, or cannot do without; give `--gone TABLE` or"
            " `--gone TABLE.COLUMN` as the issue names it"
        )
    return given
