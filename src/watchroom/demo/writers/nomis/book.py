"""What NOMIS holds at present: its tables, and which rows are whose."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from random import Random

from watchroom.demo.world.chance import Chance, Word
from watchroom.demo.world.county import Prison
from watchroom.demo.world.lives import Lives
from watchroom.demo.writers.nomis.forms import local_day, stamp, tables
from watchroom.demo.writers.table import Table

# Somebody who has gone stays in the extract for so many days; notes, visits, appointments and charges for so many.
AFTER_RELEASE = timedelta(days=28)
WINDOW = {
    "OFFENDER_CASE_NOTES": 90,
    "OFFENDER_IND_SCHEDULES": 35,
    "OFFENDER_VISITS": 60,
    "COURT_EVENTS": 180,
    "INCIDENT_CASES": 120,
    "AGENCY_INCIDENTS": 120,
}
# Tables whose rows of a booking are counted from 1.
COUNTED = (
    *("OFFENDER_ALERTS", "OFFENDER_ASSESSMENTS", "OFFENDER_IEP_LEVELS", "OFFENDER_IMPRISON_STATUSES"),
    *("OFFENDER_EXTERNAL_MOVEMENTS", "BED_ASSIGNMENT_HISTORIES"),
)


@dataclass(slots=True, kw_only=True)
class Booking:
    """A booking, with what its row says at present and which rows belong to it.

    Attributes:
        number: OFFENDER_BOOK_ID.
        life: whose.
        counts: how many rows it has of each counted table.
        rows: keys of its rows in the other tables, in the order in which they were made.
        alerts: of each active alert by its code: its sequence, since when it is, and when it was entered.
        bed: sequence, path and start of the bed that it has.
        last: the last movement.
    """

    number: int
    life: int
    begun: datetime
    agency: str
    sequence: int = 1
    path: str = ""
    in_out: str = "IN"
    is_active: bool = True
    reason: str = ""
    ended: datetime | None = None
    is_young: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    rows: dict[str, deque[tuple[object, ...]]] = field(default_factory=dict)
    alerts: dict[str, tuple[int, datetime, datetime]] = field(default_factory=dict)
    last: dict[str, dict[str, object]] = field(default_factory=dict)

    def next(self, table: str) -> int:
        """The next sequence of a counted table."""
        self.counts[table] = self.counts.get(table, 0) + 1
        return self.counts[table]


class Book:
    """The tables and whose their rows are."""

    def __init__(self, chance: Chance, lives: Lives, prisons: Iterable[Prison]) -> None:
        """Empty tables of those prisons."""
        self.lives = lives
        self.prisons = {prison.code: prison for prison in prisons}
        self.tables: dict[str, Table] = tables()
        self.bookings: dict[int, list[Booking]] = {}
        self.locations: dict[str, int] = {}
        self.apart: dict[int, set[int]] = {}
        self.incidents: dict[int, tuple[object, ...]] = {}
        self.events: dict[int, tuple[str, dict[str, object]]] = {}
        self._waiting: list[tuple[datetime, int, Callable[[], None]]] = []
        self.by_table: dict[str, deque[tuple[date, Booking | None, tuple[object, ...]]]] = {
            name: deque() for name in WINDOW
        }
        self._chance = chance
        self._leaving: dict[date, list[Booking]] = {}
        self._last: dict[str, int] = {}

    def stream(self, *words: Word) -> Random:
        """What decides of an error or a wording of NOMIS."""
        return self._chance.stream("nomis", *words)

    def put(self, table: str, **cells: object) -> None:
        """Put a row."""
        self.tables[table].put(**cells)

    def number(self, table: str) -> int:
        """The next number of a table whose rows are numbered."""
        self._last[table] = self._last.get(table, 1_000_000) + 1
        return self._last[table]

    def booking(self, life: int) -> Booking | None:
        """The present booking of a life; None: none, or it has left the extract."""
        found = self.bookings.get(life)
        return found[-1] if found else None

    def active(self, life: int) -> Booking | None:
        """The present booking of a life who is held."""
        booking = self.booking(life)
        return booking if booking is not None and booking.is_active else None

    def of(self, booking: Booking, table: str, *key: object) -> None:
        """Let a row belong to a booking; it goes when that one does, and when its time in the extract is over."""
        booking.rows.setdefault(table, deque()).append(key)

    def windowed(self, table: str, at: datetime, booking: Booking | None, *key: object) -> None:
        """Let a row stand for as long as the extract tells of such rows."""
        self.by_table[table].append((local_day(at), booking, key))
        if booking is not None:
            self.of(booking, table, *key)

    def later(self, at: datetime, write: Callable[[], None]) -> None:
        """Let something be entered at a later instant, UTC, as staff do who did not come to it."""
        heappush(self._waiting, (at, self.number("waiting"), write))

    def catch_up(self, until: datetime) -> None:
        """Enter what was to be entered by then."""
        while self._waiting and self._waiting[0][0] <= until:
            heappop(self._waiting)[2]()

    def gone(self, booking: Booking, at: datetime) -> None:
        """Somebody was released: their rows leave in four weeks."""
        self._leaving.setdefault(local_day(at) + AFTER_RELEASE, []).append(booking)

    def begin(self, on: date) -> None:
        """Leave out what the extract tells of no more on that day; asked for again, it does nothing."""
        for booking in self._leaving.pop(on, ()):
            self._forget(booking)
        for table, rows in self.by_table.items():
            until = on - timedelta(days=WINDOW[table])
            while rows and rows[0][0] < until:
                _, booking, key = rows.popleft()
                self._expire(table, booking, key)

    def _expire(self, table: str, booking: Booking | None, key: tuple[object, ...]) -> None:
        self.tables[table].drop(*key)
        if table == "AGENCY_INCIDENTS":
            self.drop_charge(int(str(key[0])))
        if table == "INCIDENT_CASES":
            for sequence in range(1, 5):
                self.tables["INCIDENT_CASE_PARTIES"].drop(*key, sequence)
            self.incidents.pop(int(str(key[0])), None)
        if booking is not None:
            own = booking.rows.get(table)
            if own and own[0] == key:
                own.popleft()
        self.events.pop(int(str(key[0])), None)

    def _forget(self, booking: Booking) -> None:
        """Leave out the rows of a booking, and of its person where it is their only one."""
        for table in COUNTED:
            for sequence in range(1, booking.counts.get(table, 0) + 1):
                self.tables[table].drop(booking.number, sequence)
        for table, keys in booking.rows.items():
            for key in keys:
                if table == "AGENCY_INCIDENTS":
                    self.drop_charge(int(str(key[0])))
                self.tables[table].drop(*key)
        self.tables["OFFENDER_BOOKINGS"].drop(booking.number)
        self.tables["OFFENDER_RELEASE_DETAILS"].drop(booking.number)
        left = [one for one in self.bookings.get(booking.life, ()) if one is not booking]
        if left:
            self.bookings[booking.life] = left
        else:
            self._forget_person(booking.life)

    def _forget_person(self, life: int) -> None:
        self.bookings.pop(life, None)
        root = root_of(life)
        for alias in range(4):
            self.tables["OFFENDERS"].drop(root + alias)
        for sequence in range(1, 4):
            self.tables["OFFENDER_IDENTIFIERS"].drop(root, sequence)
        self.tables["ADDRESSES"].drop(root)
        for other in self.apart.pop(life, ()):
            self.apart.get(other, set()).discard(life)
            for one, two in ((root, root_of(other)), (root_of(other), root)):
                self.tables["OFFENDER_NON_ASSOCIATIONS"].drop(one, two)
                self.tables["OFFENDER_NA_DETAILS"].drop(one, two, 1)

    def drop_charge(self, charge: int) -> None:
        """Leave out a charge with its hearing."""
        self.tables["AGENCY_INCIDENTS"].drop(charge)
        self.tables["AGENCY_INCIDENT_PARTIES"].drop(charge, 1)
        for hearing in (charge * 10, charge * 10 + 1):
            self.tables["OIC_HEARINGS"].drop(hearing)
            self.tables["OIC_HEARING_RESULTS"].drop(hearing, 1)

    def row_of(self, booking: Booking) -> None:
        """Put the row of a booking as it stands."""
        self.put(
            "OFFENDER_BOOKINGS",
            OFFENDER_BOOK_ID=booking.number,
            BOOKING_BEGIN_DATE=stamp(booking.begun),
            BOOKING_NO=f"{'ABCDEFGH'[booking.number % 8]}{booking.number % 100_000:05d}",
            OFFENDER_ID=root_of(booking.life),
            BOOKING_SEQ=booking.sequence,
            DISCLOSURE_FLAG="N",
            IN_OUT_STATUS=booking.in_out,
            ACTIVE_FLAG="Y" if booking.is_active else "N",
            YOUTH_ADULT_CODE="Y" if booking.is_young else "N",
            AGY_LOC_ID=booking.agency,
            ROOT_OFFENDER_ID=root_of(booking.life),
            LIVING_UNIT_ID=self.locations.get(booking.path, ""),
            BOOKING_STATUS="O" if booking.is_active else "C",
            STATUS_REASON=booking.reason,
            BOOKING_END_DATE="" if booking.ended is None else stamp(booking.ended),
        )


def root_of(life: int) -> int:
    """The OFFENDER_ID of a life; three more are left for other names."""
    return 2_000_000 + life * 4
