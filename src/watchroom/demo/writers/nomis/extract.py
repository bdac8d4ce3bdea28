"""NOMIS as a whole: it takes what happens day by day, and is extracted as it stands."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

from watchroom.demo.world import happenings_custody as custody_of
from watchroom.demo.world import happenings_regime as regime_of
from watchroom.demo.world import happenings_safety as safety_of
from watchroom.demo.world.chance import Chance
from watchroom.demo.world.county_time import wall
from watchroom.demo.world.happening import Day, Happening
from watchroom.demo.world.lives import Lives
from watchroom.demo.world.prisons.places import Cell, County, cells_of
from watchroom.demo.writers.nomis import custody, regime, safety
from watchroom.demo.writers.nomis.book import Book
from watchroom.demo.writers.nomis.codes import OUT_OF_USE
from watchroom.demo.writers.nomis.forms import COPIED, copied_text, local_day
from watchroom.demo.writers.nomis.places import write_cell, write_places


class Nomis:
    """The prisons' case management system."""

    def __init__(self, chance: Chance, lives: Lives, counties: Sequence[County]) -> None:
        """The system before anybody was entered.

        Args:
            chance: of the world; errors and wordings are drawn from it.
            lives: its people.
            counties: its prisons.
        """
        prisons = [prison for county in counties for prison in county.prisons]
        self._book = Book(chance, lives, prisons)
        self._cells: dict[str, Cell] = {cell.path: cell for prison in prisons for cell in cells_of(prison)}
        write_places(self._book, prisons)
        self._on: date | None = None
        self._by_kind: dict[type[Happening], Callable[..., None]] = {
            custody_of.Received: custody.received,
            custody_of.CellChanged: custody.cell_changed,
            custody_of.PrisonChanged: custody.prison_changed,
            custody_of.MovedAfar: custody.moved_afar,
            custody_of.Released: custody.released,
            custody_of.WentOut: custody.went_out,
            custody_of.CameBack: custody.came_back,
            custody_of.LegalChanged: custody.legal_changed,
            custody_of.HearingListed: custody.hearing_listed,
            custody_of.HearingHeld: custody.hearing_held,
            custody_of.EscortBooked: regime.escort_booked,
            custody_of.EscortEnded: regime.escort_ended,
            custody_of.DatesCalculated: custody.dates_calculated,
            custody_of.ReleaseConfirmed: custody.release_confirmed,
            custody_of.CategorySet: custody.category_set,
            custody_of.SharingRiskSet: custody.risk_set,
            safety_of.AlertRaised: safety.alert_raised,
            safety_of.AlertEnded: safety.alert_ended,
            safety_of.SelfHarmed: safety.self_harmed,
            safety_of.Assaulted: safety.assaulted,
            safety_of.Fought: safety.fought,
            safety_of.Found: safety.found,
            safety_of.Charged: safety.charged,
            safety_of.ChargeHeard: safety.charge_heard,
            safety_of.KeptApart: safety.kept_apart,
            safety_of.ReferredForViolence: safety.referred,
            regime_of.NoteWritten: regime.note_written,
            regime_of.LevelSet: regime.level_set,
            regime_of.KeyWorkerGiven: regime.key_worker_given,
            regime_of.AppointmentMade: regime.appointment_made,
            regime_of.AppointmentEnded: regime.appointment_ended,
            regime_of.VisitBooked: regime.visit_booked,
            regime_of.VisitEnded: regime.visit_ended,
            regime_of.VisitOrderGiven: regime.order_given,
        }

    def take(self, day: Day) -> None:
        """Enter what happened on a day, as far as staff enter it; a care plan itself is on paper.

        A day may be given in parts, one after the other, with extracts between them.
        """
        self._book.begin(day.date)
        by_kind, book = self._by_kind, self._book
        for one in day.happenings:
            book.catch_up(one.at)
            write = by_kind.get(type(one))
            if write is not None:
                write(book, one)
            elif isinstance(one, custody_of.Died):
                safety.died(book, one)
                custody.died(book, one)
            elif isinstance(one, (custody_of.CellClosed, custody_of.CellOpened)):
                self._cell(one)

    def _cell(self, one: custody_of.CellClosed | custody_of.CellOpened) -> None:
        closed = None
        if isinstance(one, custody_of.CellClosed):
            closed = (local_day(one.at), OUT_OF_USE[one.why])
        write_cell(self._book, self._cells[one.cell], closed=closed)

    def extract(self, folder: Path, at: datetime) -> Path:
        """Write every table as it stands into a folder below that one, named by the instant; its path.

        Args:
            folder: made when missing.
            at: when the extract is made, UTC; the folder's name has it by the county's clocks.
        """
        self._book.catch_up(at)
        target = folder / f"{wall(at):%Y-%m-%dT%H%M}"
        target.mkdir(parents=True, exist_ok=True)
        for name in COPIED:
            (target / f"{name}.csv").write_text(copied_text(name), encoding="utf-8", newline="")
        for table in self._book.tables.values():
            table.write(target)
        return target

    @property
    def rows(self) -> int:
        """How many rows stand in it."""
        return sum(len(table) for table in self._book.tables.values())
