"""What happens to somebody's custody: received, moved, at court, sentenced, released; and cells that go out of use."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from watchroom.demo.world.happening import Happening, OfLife


class Coming(StrEnum):
    """Why somebody is received."""

    REMAND = "remanded by a court"
    SENTENCE = "sentenced by a court"
    RECALL = "recalled from licence"
    CURFEW_RECALL = "recalled from home detention curfew"
    FROM_AFAR = "transferred in from a prison of another county"


class Leaving(StrEnum):
    """Why somebody is released."""

    CONDITIONAL = "conditional release"
    CURFEW = "home detention curfew"
    TERM_OF_RECALL = "end of a recall for a fixed term"
    SENTENCE_ENDED = "sentence completed"
    BAILED = "bailed at court"
    NOT_GUILTY = "found not guilty"
    DISCONTINUED = "case ended"
    NO_CUSTODY = "sentenced without custody"
    TIME_SERVED = "sentenced to what was served"


class Legal(StrEnum):
    """By what right somebody is held."""

    REMAND = "remand"
    TRIAL = "committed for trial"
    CONVICTED = "convicted, not sentenced"
    SENTENCED = "sentenced"
    LIFE = "life sentence"
    RECALLED = "recalled"
    FIXED_RECALL = "recalled for a fixed term"


class Why(StrEnum):
    """Why somebody moves to another cell."""

    INDUCTED = "first nights are over"
    LOCATION = "needs of the wing"
    CONFLICT = "conflict with others"
    SEPARATED = "to care and separation"
    BACK = "back from separation or healthcare"
    HEALTH = "to healthcare"
    PROTECTION = "own protection"
    CELL_CLOSED = "the cell goes out of use"


class Errand(StrEnum):
    """Why somebody is out of the prison for a time."""

    COURT = "court"
    OUTPATIENT = "hospital, and back the same day"
    BED_WATCH = "hospital, over night"


class Outcome(StrEnum):
    """What a court did."""

    REMANDED = "remanded again"
    COMMITTED = "committed for trial"
    CONVICTED = "convicted, adjourned for sentence"
    SENTENCED = "sentenced"
    BAILED = "bailed"
    NOT_GUILTY = "not guilty"
    DISCONTINUED = "case ended"
    NO_CUSTODY = "sentenced without custody"
    TIME_SERVED = "sentenced to what was served"
    NOT_PRODUCED = "not produced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received(OfLife):
    """Somebody was received into a prison.

    Attributes:
        prison: code of it.
        cell: path of the cell of the first night; empty in what a storyline orders: the prison finds one.
        coming: why.
        legal: by what right.
        period: how many periods in custody were known here before.
    """

    prison: str
    cell: str
    coming: Coming
    legal: Legal
    period: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CellChanged(OfLife):
    """Somebody moved to another cell of the prison; a storyline may leave `cell` empty."""

    prison: str
    from_cell: str
    cell: str
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class PrisonChanged(OfLife):
    """Somebody arrived at another prison of the county.

    Attributes:
        from_prison, prison: codes.
        from_cell, cell: paths.
        left: when the van left, UTC.
        for_crowding: to make room.
    """

    from_prison: str
    prison: str
    from_cell: str
    cell: str
    left: datetime
    for_crowding: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WentOut(OfLife):
    """Somebody left the prison for a time and keeps their cell; `place` is the code of a court or hospital."""

    prison: str
    place: str
    errand: Errand


@dataclass(frozen=True, slots=True, kw_only=True)
class CameBack(OfLife):
    """Somebody came back from court or hospital."""

    prison: str
    place: str
    errand: Errand


@dataclass(frozen=True, slots=True, kw_only=True)
class EscortBooked(OfLife):
    """An appointment in a hospital was booked; `number` is its own, `starts` when it is, UTC."""

    number: int
    prison: str
    place: str
    starts: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EscortEnded(OfLife):
    """What became of a booked escort: whether they were taken; if not, there were no staff or they could not go."""

    number: int
    was_taken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HearingListed(OfLife):
    """A court listed a hearing.

    Attributes:
        number: of the hearing.
        court: code.
        starts: when it is to begin, UTC.
        by_video: from the prison.
    """

    number: int
    prison: str
    court: str
    starts: datetime
    by_video: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HearingHeld(OfLife):
    """What became of a hearing."""

    number: int
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalChanged(OfLife):
    """Somebody is held by another right from now on."""

    prison: str
    legal: Legal


@dataclass(frozen=True, slots=True, kw_only=True)
class DatesCalculated(OfLife):
    """The dates of a sentence were worked out.

    Attributes:
        begins_on: of the sentence.
        expires_on: when it ends.
        release_on: when somebody must be released; None: a board decides.
        curfew_on: from when home detention curfew is possible.
        tariff_on: of a life sentence.
    """

    begins_on: date
    expires_on: date | None
    release_on: date | None
    curfew_on: date | None = None
    tariff_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseConfirmed(OfLife):
    """A day of release was confirmed."""

    prison: str
    on: date
    leaving: Leaving


@dataclass(frozen=True, slots=True, kw_only=True)
class Released(OfLife):
    """Somebody was released, from the gate or at court."""

    prison: str
    cell: str
    leaving: Leaving
    at_court: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedAfar(OfLife):
    """Somebody was transferred to a prison of another county."""

    prison: str
    cell: str
    to_prison: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Died(OfLife):
    """Somebody died in custody."""

    prison: str
    cell: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CategorySet(OfLife):
    """A security category was given: the letter that the service uses."""

    prison: str
    category: str
    review_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingRiskSet(OfLife):
    """Whether somebody may share a cell was assessed.

    Attributes:
        is_high: they may not.
        is_first: at reception; else a review.
    """

    prison: str
    is_high: bool
    is_first: bool
    review_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CellClosed(Happening):
    """A cell went out of use; `why` is damage, damp, staff or work."""

    prison: str
    cell: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellOpened(Happening):
    """A cell is in use again."""

    prison: str
    cell: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CrowdingOrdered(Happening):
    """A cell has to hold more people than it has beds for, until it holds fewer again."""

    prison: str
    cell: str
    beds: int
