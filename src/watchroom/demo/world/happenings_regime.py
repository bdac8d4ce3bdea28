"""What happens in the ordinary day of a prison: rolls, visits, appointments, levels, searches, bells, notes, shifts."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from watchroom.demo.world.happening import Happening, OfLife


class Visited(StrEnum):
    """What became of a visit."""

    HELD = "held"
    CANCELLED = "cancelled by the visitor"
    STOPPED = "cancelled by the prison"
    REFUSED = "refused by the person held"
    NOT_COME = "the visitor did not come"
    CUT_SHORT = "ended by staff"


class Topic(StrEnum):
    """What an officer writes a note about."""

    SETTLED = "settled"
    WORK = "work"
    WARNING = "warning"
    PRAISE = "praise"
    KEY_WORK = "key work"
    FIRST_NIGHT = "first night"
    INDUCTION = "induction"
    MOOD = "mood"
    FAMILY = "family"
    DEBT = "debt"
    THREATS = "threats"
    MEALS = "meals"
    MEDICATION = "medication"
    MOVE = "move"
    COURT = "court"
    VISIT = "visit"
    REVIEW = "review of a care plan"
    RELEASE = "release"
    SEARCH = "search"
    CHAPLAIN = "chaplain"


class Shift(StrEnum):
    """A shift of the rota."""

    EARLY = "early"
    LATE = "late"
    NIGHT = "night"


@dataclass(frozen=True, slots=True, kw_only=True)
class RollChecked(Happening):
    """A wing was counted.

    Attributes:
        wing: code with that of its prison.
        check: morning, midday, evening or night.
        expected: who should be there.
        counted: who was, at the first count.
    """

    prison: str
    wing: str
    check: str
    expected: int
    counted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BellAnswered(Happening):
    """A cell bell was answered after so many seconds."""

    prison: str
    cell: str
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CellSearched(Happening):
    """A cell was searched."""

    prison: str
    cell: str
    staff: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftBegun(Happening):
    """A shift of a wing begins.

    Attributes:
        posts: how many officers it should have.
        staff: numbers of those who are there.
        sick: numbers of those who should be.
        lent: numbers of officers of other wings among those who are there.
    """

    prison: str
    wing: str
    shift: Shift
    posts: int
    staff: tuple[int, ...]
    sick: tuple[int, ...]
    lent: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWritten(OfLife):
    """An officer wrote a note.

    Attributes:
        about: when what it tells of was, UTC; often before it was written.
        topic: of it.
        staff: who wrote it.
    """

    prison: str
    about: datetime
    topic: Topic
    staff: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelSet(OfLife):
    """An incentive level was given: basic, standard or enhanced."""

    prison: str
    level: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyWorkerGiven(OfLife):
    """A key worker was given to somebody."""

    prison: str
    staff: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentMade(OfLife):
    """An appointment inside the prison; `kind` is doctor, dentist, key work, chaplain, induction and the like."""

    prison: str
    number: int
    kind: str
    starts: datetime
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentEnded(OfLife):
    """What became of an appointment: kept, missed, cancelled."""

    number: int
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitBooked(OfLife):
    """A visit was booked; an official one is by a lawyer or probation officer."""

    prison: str
    number: int
    starts: datetime
    is_official: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitEnded(OfLife):
    """What became of a visit."""

    number: int
    ended: Visited


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitOrderGiven(OfLife):
    """Somebody may have visitors: an order was issued."""

    prison: str
    order: int
    on: date
