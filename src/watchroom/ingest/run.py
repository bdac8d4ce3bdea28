"""Ingest: one delivery becomes one batch, all of it or nothing."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from watchroom.ingest.again import kept_delivery
from watchroom.ingest.batch import Batch
from watchroom.ingest.circumstances import Circumstances, Witness
from watchroom.ingest.difference import Difference, require_kept
from watchroom.ingest.duck import MEMORY, Duck
from watchroom.ingest.inspection import Inspect, uninspected
from watchroom.ingest.mapping import OURS, Mapping, Mappings
from watchroom.ingest.mapping_check import require_sound
from watchroom.ingest.overflow import overflow_folder
from watchroom.ingest.progress import Progress, Step
from watchroom.ingest.quarantine import held_of
from watchroom.ingest.registry import Source
from watchroom.ingest.report import BatchReport, DatedBy, IngestReport
from watchroom.ingest.resuming import taken_already
from watchroom.ingest.rolls import deliveries_in
from watchroom.ingest.running import RunningFile, both
from watchroom.kernel.clock import Clock, MachineClock
from watchroom.kernel.errors import UsageError
from watchroom.model.catalogue import Catalogue, catalogue
from watchroom.store.database import Database, Principal


def _nobody(_batch: BatchReport) -> None:
    return


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
        accepted: why the operator accepts rolls that would be held; None: they are held.
        mappings: that the node may use.
    """

    database: Database
    clock: Clock
    machine: Clock = field(default_factory=MachineClock)
    witness: Witness = _nobody
    progress: Progress = silent
    overflow: Path | None = None
    memory: int = MEMORY
    model: Catalogue = field(default_factory=catalogue)
    inspect: Inspect = uninspected
    accepted: str | None = None
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
        for delivery in deliveries[len(taken) :]:
            batches.append(self.take(source, delivery, as_at=as_at, gone=gone))
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
        around = replace(self._around(source, mapping), as_at=as_at, gone=_gone(gone, mapping))
        return self._run(around, folder)

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
        around = self._around(source, mapping)
        around = replace(around, as_at=kept.as_at if kept.dated_by == DatedBy.TOLD else None, kept=kept)
        report = self._run(replace(around, is_trial=is_trial), Path(kept.name))
        return Difference(was=kept, mapping=mapping, held_before=held, report=report, is_trial=is_trial)

    def _mapping_of(self, source: Source) -> Mapping:
        mapping = self.mappings.load(source.mapping)
        require_sound(mapping, self.model)
        return mapping

    def _run(self, around: Circumstances, folder: Path) -> BatchReport:
        with overflow_folder(self.overflow) as overflow, closing(Duck(overflow=overflow, memory=self.memory)) as duck:
            running = RunningFile(overflow, source=around.source.name, delivery=folder.name, machine=self.machine)
            watched = replace(around, progress=both(self.progress, running))
            return Batch(around=watched, overflow=overflow).take(duck, folder)

    def _around(self, source: Source, mapping: Mapping) -> Circumstances:
        return Circumstances(
            database=self.database,
            # Who is not in a roll has not ended as a record: what becomes of them is told by the roll.
            source=source if mapping.snapshot is None else replace(source, is_full=False),
            mapping=mapping,
            machine=self.machine,
            clock=self.clock,
            now=self.clock.now(),
            as_at=None,
            gone=frozenset(),
            witness=self.witness,
            progress=self.progress,
            model=self.model,
            inspect=self.inspect,
            accepted=self.accepted,
        )


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
