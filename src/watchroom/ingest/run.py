"""Ingest: one delivery becomes one batch, all of it or nothing."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from watchroom.ingest.again import kept_delivery
from watchroom.ingest.batch import Batch
from watchroom.ingest.circumstances import Circumstances, Settle, Witness, nobody, unsettled
from watchroom.ingest.difference import Difference, require_kept
from watchroom.ingest.duck import MEMORY
from watchroom.ingest.hearing import Post, heard_of, only_new, post_in
from watchroom.ingest.inspection import Inspect, uninspected
from watchroom.ingest.mapping import OURS, Mapping, Mappings
from watchroom.ingest.mapping_check import require_sound
from watchroom.ingest.progress import Progress, Step
from watchroom.ingest.quarantine import held_of
from watchroom.ingest.ready import Ready, Room
from watchroom.ingest.reconcile import Reconciliation, reconciled
from watchroom.ingest.registry import Source
from watchroom.ingest.report import BatchReport, DatedBy, IngestReport
from watchroom.ingest.resuming import taken_already
from watchroom.ingest.rolls import deliveries_in
from watchroom.ingest.run_events import Run, RunTeller, untold
from watchroom.ingest.running import RunningFile, both
from watchroom.kernel.clock import Clock, MachineClock
from watchroom.kernel.errors import UsageError
from watchroom.model.catalogue import Catalogue, catalogue
from watchroom.sources.messages import Message
from watchroom.store.database import Database, Principal


def _untold_of(_source: Source) -> RunTeller:
    return untold


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
            gone: see `take`.

        Raises:
            NotFoundError, MappingError: the mapping of the source is not there, or cannot be used.
        """
        deliveries = deliveries_in(folders or (Path(source.location),), self._mapping_of(source).snapshot)
        with self.database.connection(Principal.LOADER) as connection:
            taken = taken_already(connection, source.name, deliveries)
        batches: list[BatchReport] = []
        for number, delivery in enumerate(deliveries[len(taken) :], len(taken) + 1):
            # What says that all of them were taken is kept with the last one.
            taking = self if number == len(deliveries) else replace(self, settle=unsettled)
            batches.append(taking.take(source, delivery, as_at=as_at, gone=gone))
            if batches[-1].is_refused and not batches[-1].is_passed_over:
                break
        return IngestReport(source=source.name, batches=tuple(batches), taken_already=taken)

    def take(
        self, source: Source, folder: Path, *, as_at: datetime | None = None, gone: Sequence[str] = ()
    ) -> BatchReport:
        """Take one delivery, as `ingest` does.

        Args:
            source: that delivers.
            folder: a whole delivery; of a source of rolls one file.
            as_at: the instant of the extract.
            gone: tables, and columns as `TABLE.COLUMN`, that the source no longer gives: what they gave ends.

        Raises:
            UsageError: `gone` names what the mapping does not take, or `as_at` lies in the future of the node's clock.
        """
        if as_at is not None and as_at > self.clock.now():
            raise UsageError("the instant of the extract lies in the future of the node's clock; name the true one")
        mapping = self._mapping_of(source)
        given: Path | Post = folder
        if mapping.messages is not None:
            given = self.only_new(source, post_in(folder, mapping.messages))
        return self._batch(source, given, as_at=as_at, gone=_gone(gone, mapping))

    def take_messages(self, source: Source, messages: Sequence[Message], *, name: str) -> BatchReport | None:
        """Take messages that came together as one batch; those that were there before write nothing.

        Args:
            source: that sends, of a mapping that names a codec.
            messages: as they came, each with a name of its own.
            name: of the delivery.

        Returns:
            what became of them; None: every one was there before.

        Raises:
            UsageError: the mapping of the source names no codec.
        """
        rules = self._mapping_of(source).messages
        if rules is None:
            raise UsageError(f"mapping `{source.mapping}` of source `{source.name}` names no codec; it takes tables")
        post = self.only_new(source, Post(name=name, rules=rules, heard=heard_of(messages, rules)))
        return self.take_post(source, post) if post.heard else None

    def take_post(self, source: Source, post: Post, *, ready: Ready | None = None) -> BatchReport:
        """Take a post of which every message is new.

        Args:
            source: that sent it.
            post: what came.
            ready: made for the source beforehand, and spent with this: the caller closes it; None: it is made now.
        """
        return self._batch(source, post, ready=ready)

    def only_new(self, source: Source, post: Post) -> Post:
        """The post without what was there before, which stands in its `repeated`."""
        with self.database.connection(Principal.LOADER) as connection:
            return only_new(connection, post, source=source.name)

    def _batch(
        self,
        source: Source,
        given: Path | Post,
        *,
        as_at: datetime | None = None,
        gone: frozenset[str] = frozenset(),
        ready: Ready | None = None,
    ) -> BatchReport:
        mapping = self._mapping_of(source)
        return self._run(self._around(source, mapping, as_at=as_at, gone=gone), given, ready=ready)

    def map_again(self, source: Source, *, is_trial: bool) -> Difference:
        """Map the kept raw rows of what stands of a source with its mapping as it is now, as a batch of the source.

        It is known from now; of what instant the extract is stays as it was.

        Args:
            source: that delivered.
            is_trial: tell what would change, and let nothing of it stand. Nobody else can write meanwhile.

        Raises:
            UsageError: the source delivers rolls, or parts; or nothing of it stands.
            NotFoundError, MappingError: the mapping of the source is not there, or cannot be used.
        """
        mapping = self._mapping_of(source)
        with self.database.connection(Principal.LOADER) as connection:
            kept = kept_delivery(connection, source.name)
            held = () if kept is None else held_of(connection, kept.batch_id)
        kept = require_kept(kept, source, mapping)
        told = kept.as_at if kept.dated_by == DatedBy.TOLD else None
        around = replace(self._around(source, mapping, as_at=told), kept=kept, is_trial=is_trial)
        report = self._run(around, Path(kept.name))
        return Difference(was=kept, mapping=mapping, held_before=held, report=report, is_trial=is_trial)

    def _mapping_of(self, source: Source) -> Mapping:
        mapping = self.mappings.load(source.mapping)
        require_sound(mapping, self.model)
        return mapping

    def _run(self, around: Circumstances, given: Path | Post, *, ready: Ready | None = None) -> BatchReport:
        # A trial is no run: nothing of it stands.
        run = Run(untold if around.is_trial else self.runs(around.source))
        with run.watched(), nullcontext(ready) if ready else self._ready_for(around) as at_hand:
            told = {"source": around.source.name, "delivery": given.name}
            running = RunningFile(at_hand.overflow, machine=self.machine, **told)
            watched = replace(around, progress=both(self.progress, running), began=run.begin)
            return run.end(Batch(around=watched).take(at_hand, given))

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
        around = self._around(source, mapping)
        with self.ready(source) as at_hand:
            return reconciled(Batch(around=around), at_hand, folder or Path(source.location))

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
