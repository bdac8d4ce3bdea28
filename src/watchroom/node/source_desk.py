"""The source systems of a node: register them, agree how often they deliver, take what they deliver."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watchroom.audit.entries import Act, AuditTrail, Entry
from watchroom.ingest.registry import Source, add_source, expect_every, find_source, let_shrink, list_sources, zone_of
from watchroom.ingest.staff import STAFF, StaffIntake
from watchroom.kernel.clock import Clock
from watchroom.kernel.errors import UsageError
from watchroom.model.catalogue import Catalogue
from watchroom.node.outbox_desk import follow_people, link_delivered
from watchroom.node.settings import operator
from watchroom.quality.stopping import Stopping
from watchroom.store.database import Database
from watchroom.store.roles import Principal

if TYPE_CHECKING:
    from watchroom.ingest.circumstances import Progress
    from watchroom.ingest.report import BatchReport, IngestReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an operator says of deliveries.

    Attributes:
        as_at: instant of the extract, timezone-aware; None: its own, where it shows one.
        gone: tables, and columns as `TABLE.COLUMN`, that the source no longer gives.
        accepted: why rolls that would be held are taken; None: they are held.
    """

    as_at: datetime | None = None
    gone: Sequence[str] = ()
    accepted: str | None = None


NOTHING = Told()


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

    def add(self, name: str, *, kind: str, at: str, mapping: str, every: timedelta | None = None) -> None:
        """Register a source system.

        Args:
            name: that the node gives it.
            kind, at, mapping: how it is reached, where, and what reads it.
            every: how often it was agreed to deliver; None: nothing was agreed, and nobody says that it is late.

        Raises:
            UsageError, NotFoundError: see `ingest.registry.add_source`.
        """
        source = Source(
            name=name,
            kind=kind,
            location=at,
            mapping=mapping,
            agency_code=self.agency,
            time_zone=zone_of(mapping) or self.zone.key,
            expected_every_seconds=None if every is None else int(every.total_seconds()),
        )
        with self.database.connection(Principal.LOADER) as connection:
            add_source(connection, source, at=self.clock.now())
            # Before the commit: without its entry there is no source.
            self._enter_change()

    def let_shrink(self, name: str, *, percent: int) -> None:
        """Change by how much a roll of a registered source may be shorter than the last one before it is held.

        Raises:
            NotFoundError: there is no source of that name.
        """
        with self.database.connection(Principal.LOADER) as connection:
            let_shrink(connection, name, percent=percent)
            self._enter_change()

    def expect(self, name: str, *, every: timedelta) -> None:
        """Change how often a registered source was agreed to deliver.

        Raises:
            NotFoundError: there is no source of that name.
        """
        with self.database.connection(Principal.LOADER) as connection:
            expect_every(connection, name, seconds=int(every.total_seconds()))
            # Before the commit: without its entry nothing is changed.
            self._enter_change()

    def every(self) -> tuple[Source, ...]:
        """The registered source systems."""
        with self.database.connection(Principal.LOADER) as connection:
            return list_sources(connection)

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
        # DuckDB and Arrow are loaded by what takes deliveries; every other command would wait for them in vain.
        from watchroom.ingest.run import OVERFLOW_FOLDER, Intake, silent

        intake = Intake(
            database=self.database,
            clock=self.clock,
            machine=self.machine,
            witness=self._witness,
            progress=progress or silent,
            overflow=self.folder / OVERFLOW_FOLDER,
            model=self.model,
            inspect=Stopping(model=self.model),
            accepted=told.accepted,
        )
        source = self.find(name)
        if source.kind == STAFF:
            raise UsageError(f"`{name}` is what staff write at the pages: nothing is delivered of it")
        found = intake.ingest(source, folders, as_at=told.as_at, gone=told.gone)
        self.link(source)
        return found

    def link(self, source: Source) -> int:
        """Have what staff wrote follow its people, and link it with what a source delivered of it; how many entries."""
        staff = StaffIntake(
            database=self.database,
            clock=self.clock,
            machine=self.machine,
            model=self.model,
            agency=self.agency,
            time_zone=self.zone.key,
        )
        follow_people(staff, audit=self.audit)
        return link_delivered(staff, source, legal_mappings=self.legal_mappings, audit=self.audit)

    def _enter_change(self) -> None:
        who = operator()
        self.audit.append(Entry(act=Act.SETTINGS, actor=who, operator=who, organisation=self.agency, entity="source"))

    def _witness(self, batch: "BatchReport") -> None:
        self.audit.append(
            Entry(
                act=Act.INGEST,
                actor=operator(),
                operator=operator(),
                organisation=self.agency,
                entity="batch",
                count=batch.rows.read,
                detail={
                    "source": batch.source,
                    "batch": str(batch.id),
                    "state": "refused" if batch.is_refused else "sealed",
                    **({} if batch.roll is None or batch.roll.accepted is None else {"accepted": batch.roll.accepted}),
                },
            )
        )
