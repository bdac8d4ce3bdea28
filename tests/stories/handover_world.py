"""A node's record and gate with the example night in it: the evening's export, then the morning's."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from servers import TestServer
from watchroom.audit.memory import MemoryAuditLog
from watchroom.demo.night import EVENING, MORNING, ZONE, write_exports
from watchroom.gate.askers import Asker
from watchroom.gate.door import Gate, Refused, Seen
from watchroom.handover.build import build_briefing
from watchroom.handover.page import briefing_page
from watchroom.handover.show import BriefingPage, ChangeLine, PersonRow
from watchroom.handover.show_wing import Occupant
from watchroom.ingest.registry import Source, add_source
from watchroom.ingest.run import Intake
from watchroom.kernel.clock import SteppedClock
from watchroom.model.catalogue import catalogue
from watchroom.model.words import Words
from watchroom.policy.agreement import charter_text, load_agreement
from watchroom.policy.clauses import Agreement
from watchroom.store.database import Database, Principal

OFFICER = Asker(name="officer.a", roles=("wing_officer",), organisation="HMPPS", sites=("LEI",), units=("LEI-A",))
OFFICER_H = Asker(name="officer.h", roles=("wing_officer",), organisation="HMPPS", sites=("LEI",), units=("LEI-H",))
NURSE = Asker(name="nurse", roles=("nurse",), organisation="HMPPS", sites=("LEI",))
GOVERNOR = Asker(name="governor", roles=("duty_governor",), organisation="HMPPS", sites=("LEI",))
BOARD = Asker(name="board", roles=("board",), organisation="HMPPS")
OF_WING = {"LEI-A": OFFICER, "LEI-H": OFFICER_H}


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A gate over the example night, and the log that it writes to."""

    gate: Gate
    audit: MemoryAuditLog
    clock: SteppedClock
    database: Database

    def without(self, entity: str) -> "World":
        """The same record behind a charter that shows nobody a row of one entity."""
        charter = _charter()
        clauses = tuple(clause for clause in charter.clauses if clause.entity != entity)
        digest = sha256(f"{charter.digest} without {entity}".encode()).hexdigest()
        return replace(
            self, gate=_gate(self.database, self.audit, self.clock, replace(charter, clauses=clauses, digest=digest))
        )

    def ask(self, post: str, *, at: datetime = MORNING, asker: Asker | None = None, purpose: str = "custody.care"):
        stood = self.clock.at
        self.clock.at = max(stood, at)
        try:
            return build_briefing(self.gate, asker or OF_WING[post], purpose=purpose, post=post, at=at)
        finally:
            self.clock.at = stood

    def page(self, post: str, *, at: datetime = MORNING, asker: Asker | None = None) -> BriefingPage:
        seen = self.ask(post, at=at, asker=asker)
        assert not isinstance(seen, Refused), seen
        assert isinstance(seen, Seen)
        return briefing_page(seen.value, Words(zone=ZONE))


@contextmanager
def example_night(server: TestServer, folder: Path, *, with_patch: bool) -> Generator[World]:
    """The world of the example night in a database of its own."""
    with server.database(name="night") as database:
        yield _filled(database, folder, with_patch=with_patch)


def _filled(database: Database, folder: Path, *, with_patch: bool) -> World:
    clock = SteppedClock(EVENING - timedelta(minutes=1))
    source = Source(
        name="nomis",
        kind="files",
        location=str(folder),
        mapping="nomis",
        agency_code="HMPPS",
        expected_every_seconds=900,
    )
    with database.connection(Principal.LOADER) as connection:
        add_source(connection, source, at=clock.now())
    exports = write_exports(folder, with_patch=with_patch)
    for export, instant in zip(exports, (EVENING, MORNING), strict=True):
        clock.at = instant
        report = Intake(database=database, clock=clock).ingest(source, [export], as_at=instant)
        assert not report.is_refused
    audit = MemoryAuditLog(clock=clock)
    return World(gate=_gate(database, audit, clock, _charter()), audit=audit, clock=clock, database=database)


def _charter() -> Agreement:
    return load_agreement(charter_text(), where="charter.yaml", model=catalogue())


def _gate(database: Database, audit: MemoryAuditLog, clock: SteppedClock, charter: Agreement) -> Gate:
    return Gate(database=database, audit=audit, agreements=[charter], clock=clock, zone=ZONE)


def people(page: BriefingPage) -> list[PersonRow]:
    """Everyone listed on a page, in its order."""
    return [row for group in page.attention for row in group.rows]


def row_of(page: BriefingPage, prison_number: str) -> PersonRow:
    """The row of one person."""
    return next(row for row in people(page) if row.prison_number == prison_number)


def changes(page: BriefingPage) -> list[ChangeLine]:
    """Every change on a page, in its order."""
    return [line for group in page.changes for line in group.lines]


def codes(row: PersonRow) -> dict[str, str]:
    """The reasons of a row: code to level."""
    return {reason.code: reason.level for reason in row.reasons}


def everyone(page: BriefingPage) -> list[Occupant]:
    """Everyone of the unit whom the asker may know, in a cell or elsewhere."""
    cells = [cell for landing in page.roll.landings for cell in landing.cells]
    return [one for cell in cells for one in cell.occupants] + [one for line in page.roll.lines for one in line.people]
