"""The source systems of a node: register them, agree how often they deliver, take what they deliver."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watchroom.audit.entries import Act, AuditTrail, Entry
from watchroom.ingest.alone import Queue, queues
from watchroom.ingest.mapping import Mappings, MappingVersion
from watchroom.ingest.overflow import OVERFLOW_FOLDER
from watchroom.ingest.registry import (
    Source,
    add_source,
    expect_every,
    find_source,
    let_shrink,
    list_sources,
    mappings_that_made,
    zone_of,
)
from watchroom.ingest.staff import STAFF, StaffIntake
from watchroom.kernel.clock import Clock
from watchroom.kernel.errors import UsageError
from watchroom.kernel.secrets import Secret
from watchroom.model.catalogue import Catalogue
from watchroom.node.mapping_texts import MAPPING_FOLDER
from watchroom.node.outbox_desk import link_delivered
from watchroom.node.run_file import RunFile
from watchroom.node.settings import operator
from watchroom.node.source_secrets import keep_source_secret
from watchroom.quality.stopping import Stopping
from watchroom.store.database import Database
from watchroom.store.roles import Principal

if TYPE_CHECKING:
    from watchroom.ingest.difference import Difference
    from watchroom.ingest.drift_keeping import StandingDrift
    from watchroom.ingest.progress import Progress
    from watchroom.ingest.reconcile import Earlier, Reconciliation
    from watchroom.ingest.report import BatchReport, IngestReport
    from watchroom.ingest.run import Intake
    from watchroom.ingest.run_events import RunTeller
    from watchroom.ingest.running import Running


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an operator says of deliveries.

    Attributes:
        as_at: instant of the extract, timezone-aware; None: its own, where it shows one.
        gone: tables, and columns as `TABLE.COLUMN`, that the source no longer gives.
        accepted: why what would be held is taken, in words; None: it is held.
    """

    as_at: datetime | None = None
    gone: Sequence[str] = ()
    accepted: str | None = None

    def __post_init__(self) -> None:
        """Refuse to accept without a reason."""
        if self.accepted is not None and not self.accepted.strip():
            raise UsageError("say in words why it is taken although it would be held; that is kept with it")


NOTHING = Told()
_EARLIER = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What was agreed with a source, and how the node fetches from it.

    Attributes:
        every: how often it was agreed to deliver; None: nothing was agreed, and nobody says that it is late.
        options: by the names that its kind declares.
        poll: how often it is asked by itself; None: as often as its kind is.
        secret: what opens it; None: nothing is needed.
        is_in_parts: a delivery adds to those before.
    """

    every: timedelta | None = None
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    poll: timedelta | None = None
    secret: Secret[str] | None = None
    is_in_parts: bool = False


AS_ITS_KIND = Asking()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDesk:
    """What an operator does with sources.

    Attributes:
        folder: of the node.
        agency: its code; controller of the records of its sources.
        database: its own.
        audit: its log.
        clock, machine: the node's clock, and the machine's.
        zone: of the node.
        model: of the node.
        legal_mappings: legal record -> the mapping that reads its deliveries, as the pack has it.
    """

    folder: Path
    agency: str
    database: Database
    audit: AuditTrail
    clock: Clock
    machine: Clock
    zone: ZoneInfo
    model: Catalogue
    legal_mappings: Mapping[str, str] = field(default_factory=dict[str, str])

    def add(self, name: str, *, kind: str, at: str, mapping: str, asked: Asking = AS_ITS_KIND) -> None:
        """Register a source system.

        Args:
            name: that the node gives it.
            kind, at, mapping: how it is reached, where, and what reads it.
            asked: what was agreed with it, and how the node fetches from it.

        Raises:
            UsageError, NotFoundError: see `ingest.registry.add_source`.
        """
        source = Source(
            name=name,
            kind=kind,
            location=at,
            mapping=mapping,
            agency_code=self.agency,
            time_zone=zone_of(mapping, mappings=self.mappings) or self.zone.key,
            expected_every_seconds=None if asked.every is None else int(asked.every.total_seconds()),
            options=asked.options,
            poll_seconds=None if asked.poll is None else int(asked.poll.total_seconds()),
            is_full=not asked.is_in_parts,
        )
        with self.database.connection(Principal.LOADER) as connection:
            add_source(connection, source, at=self.clock.now(), mappings=self.mappings)
            # Before the commit: without its entry there is no source.
            self.enter_change()
            if asked.secret is not None:
                keep_source_secret(self.folder, name, asked.secret)

    def let_shrink(self, name: str, *, percent: int) -> None:
        """Change by how much a roll of a registered source may be shorter than the last one before it is held.

        Raises:
            NotFoundError: there is no source of that name.
        """
        with self.database.connection(Principal.LOADER) as connection:
            let_shrink(connection, name, percent=percent)
            self.enter_change()

    def expect(self, name: str, *, every: timedelta) -> None:
        """Change how often a registered source was agreed to deliver.

        Raises:
            NotFoundError: there is no source of that name.
        """
        with self.database.connection(Principal.LOADER) as connection:
            expect_every(connection, name, seconds=int(every.total_seconds()))
            # Before the commit: without its entry nothing is changed.
            self.enter_change()

    def renew_secret(self, name: str, secret: Secret[str]) -> None:
        """Have a registered source opened with another secret from now on.

        Raises:
            NotFoundError: there is no source of that name.
        """
        with self.database.connection(Principal.LOADER) as connection:
            find_source(connection, name)
            self.enter_change()
            keep_source_secret(self.folder, name, secret)

    def every(self) -> tuple[Source, ...]:
        """The registered source systems."""
        with self.database.connection(Principal.LOADER) as connection:
            return list_sources(connection)

    def drift(self, name: str | None = None) -> "tuple[StandingDrift, ...]":
        """What sources, or the one of that name, no longer give as they did, and since when; no value.

        Raises:
            NotFoundError: there is no source of that name.
        """
        from watchroom.ingest.drift_keeping import standing_drift

        with self.database.connection(Principal.LOADER) as connection:
            if name is not None:
                find_source(connection, name)
            return standing_drift(connection, name)

    def find(self, name: str) -> Source:
        """The source of that name.

        Raises:
            NotFoundError: there is none.
        """
        with self.database.connection(Principal.LOADER) as connection:
            return find_source(connection, name)

    def ingest(
        self,
        name: str,
        folders: Sequence[Path] = (),
        *,
        told: Told = NOTHING,
        progress: "Progress | None" = None,
    ) -> "IngestReport":
        """Take deliveries of a source; each is an entry of the audit log before it is committed.

        Args:
            name: of the source.
            folders: deliveries, the earliest first; none: the source's own location.
            told: what the operator says of them.
            progress: told what is being done.
        """
        source = self.find(name)
        if source.kind == STAFF:
            raise UsageError(f"`{name}` is what staff write at the pages: nothing is delivered of it")
        found = self.intake(told=told, progress=progress).ingest(source, folders, as_at=told.as_at, gone=told.gone)
        self.link(source)
        return found

    def reconcile(self, name: str, folder: Path | None = None) -> "tuple[Reconciliation, Sequence[Earlier]]":
        """Compare what a source has with the record; the result is kept, and entered in the log before that.

        Args:
            name: of the source.
            folder: a whole delivery; None: the source's own location.

        Returns:
            what was found, and the comparisons before it, the latest first.
        """
        from watchroom.ingest.reconcile import earlier_reconciliations, keep_reconciliation

        found = self.intake().reconcile(self.find(name), folder)
        with self.database.connection(Principal.LOADER) as connection:
            earlier = earlier_reconciliations(connection, name, most=_EARLIER)
            if not found.refused:
                keep_reconciliation(connection, found)
            who = operator()
            count = sum(one.only_source + one.only_record + one.differing for one in found.entities.values())
            said = {"source": name, "state": "refused" if found.refused else "compared"}
            by = Entry(act=Act.RECONCILE, actor=who, operator=who, organisation=self.agency, entity="source")
            self.audit.append(replace(by, count=count, detail=said))
        return found, earlier

    def repair(self, name: str, folder: Path | None, found: "Reconciliation") -> "IngestReport":
        """Take the delivery that was compared, as every delivery is taken."""
        from watchroom.ingest.reconcile import mark_repaired

        report = self.ingest(name, () if folder is None else (folder,))
        if not report.is_refused:
            with self.database.connection(Principal.LOADER) as connection:
                mark_repaired(connection, found.id, batch=report.batches[-1].id)
        return report

    def map_again(
        self,
        name: str,
        *,
        is_trial: bool,
        shown: "Difference | None" = None,
        progress: "Progress | None" = None,
        is_from_the_first: bool = False,
    ) -> "Difference":
        """What mapping what is kept of a source again changes, or would; either is an entry of the audit log.

        Args:
            name: of the source.
            is_trial: nothing of it is to stand.
            shown: what somebody was shown: only that is done.
            progress: told what is being done.
            is_from_the_first: also what came before it last ended.

        Raises:
            NotFoundError, MappingError, UsageError, MovedOnError, StoppedError: see `ingest.run.Intake.map_again`.
        """
        source = self.find(name)
        if is_trial:
            who = operator()
            self.audit.append(Entry(act=Act.COUNT, actor=who, operator=who, organisation=self.agency, entity="batch"))
        return self.intake(progress=progress).map_again(
            source, is_trial=is_trial, shown=shown, is_from_the_first=is_from_the_first
        )

    def intake(self, *, told: Told = NOTHING, progress: "Progress | None" = None) -> "Intake":
        """What takes deliveries into the node; each is an entry of the audit log before it is committed."""
        # DuckDB and Arrow are loaded by what takes deliveries; every other command would wait for them in vain.
        from watchroom.ingest.run import Intake, silent

        return Intake(
            database=self.database,
            clock=self.clock,
            machine=self.machine,
            witness=self._witness,
            progress=progress or silent,
            overflow=self.folder / OVERFLOW_FOLDER,
            model=self.model,
            inspect=Stopping(model=self.model, zone=self.zone),
            accepted=told.accepted,
            runs=self._runs,
            mappings=self.mappings,
        )

    def link(self, source: Source) -> int:
        """Link what staff wrote with what a source delivered of it; how many entries."""
        staff = StaffIntake(
            database=self.database,
            clock=self.clock,
            machine=self.machine,
            model=self.model,
            agency=self.agency,
            time_zone=self.zone.key,
        )
        return link_delivered(staff, source, legal_mappings=self.legal_mappings, audit=self.audit)

    @property
    def mappings(self) -> Mappings:
        """The mappings that the node may use: ours, and the agency's own in the folder `mappings`."""
        return Mappings(self.folder / MAPPING_FOLDER)

    @property
    def at_work(self) -> tuple[Path, Path]:
        """The folders in which is what is being fetched, and what is being taken: the latter says more."""
        from watchroom.ingest.overflow import FETCHED_FOLDER

        return self.folder / FETCHED_FOLDER, self.folder / OVERFLOW_FOLDER

    def running(self) -> "Sequence[Running]":
        """What is being taken at present, by whatever process of this machine."""
        from watchroom.ingest.running import running_batches

        return tuple(one for place in self.at_work for one in running_batches(place))

    def queues(self) -> Mapping[str, Queue]:
        """Who waits for a source at present, by source."""
        with self.database.connection(Principal.LOADER) as connection:
            return queues(connection)

    def made_by(self) -> Mapping[str, MappingVersion]:
        """The mapping that made what stands of each source; a source of which that was not kept is left out."""
        with self.database.connection(Principal.LOADER) as connection:
            return mappings_that_made(connection)

    def _runs(self, source: Source) -> "RunTeller":
        """What writes the events of the batches of a source."""
        from watchroom.ingest.run_events import Job, run_event

        job = Job(
            agency=self.agency,
            source=source.name,
            mapping_name=source.mapping,
            mapping=self.mappings.load(source.mapping),
            model=self.model,
        )
        kept = RunFile(folder=self.folder)
        return lambda state, report: kept.append(run_event(job, state, report, at=self.machine.now()))

    def enter_change(self) -> None:
        """Enter in the log that what is known of a source was changed.

        Raises:
            AuditUnavailableError: it could not be entered.
        """
        who = operator()
        self.audit.append(Entry(act=Act.SETTINGS, actor=who, operator=who, organisation=self.agency, entity="source"))

    def _witness(self, batch: "BatchReport") -> None:
        by = Entry(act=Act.INGEST, actor=operator(), operator=operator(), organisation=self.agency)
        said = {
            "source": batch.source,
            "batch": str(batch.id),
            "state": "refused" if batch.is_refused else "sealed",
            **({} if batch.accepted is None else {"accepted": batch.accepted}),
            **_versions(batch),
        }
        self.audit.append(replace(by, entity="batch", count=batch.rows.read, detail=said))
        if batch.on_hold and not batch.is_refused:
            held = replace(by, act=Act.HOLD, entity="hold", count=len(batch.on_hold), subjects=batch.on_hold)
            why = {"did": "placed by itself", "kind": "death_in_custody", "batch": str(batch.id)}
            self.audit.append(replace(held, detail=why))


def _versions(batch: "BatchReport") -> Mapping[str, str]:
    """Which mapping made it; of a re-run also of which delivery, and which mapping had made that."""
    said = {} if batch.mapping is None else {"mapping": str(batch.mapping)}
    if batch.rerun_of is None:
        return said
    before = "not kept" if batch.mapping_before is None else str(batch.mapping_before)
    return {**said, "rerun_of": str(batch.rerun_of), "mapping_before": before}
