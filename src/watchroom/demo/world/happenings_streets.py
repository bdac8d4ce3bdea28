"""What happens in the streets of the county, and what its control rooms do about it."""

from dataclasses import dataclass
from enum import StrEnum

from watchroom.demo.world.county import Point
from watchroom.demo.world.happening import Happening


class Agency(StrEnum):
    """An agency with a control room."""

    POLICE = "police"
    AMBULANCE = "ambulance"
    FIRE = "fire"


class Line(StrEnum):
    """The number that somebody calls."""

    EMERGENCY = "999"
    OTHER = "101"


class UnitState(StrEnum):
    """What a unit does for an incident."""

    SENT = "sent"
    ON_WAY = "on its way"
    ON_SCENE = "on scene"
    STOOD_DOWN = "stood down"
    CLEAR = "clear"


class Note(StrEnum):
    """Of what a control room is told, or what it decides, while an incident runs."""

    WAITING = "no unit is free"
    CALLED_BACK = "the caller was called back"
    REVIEWED = "a supervisor looked at it"
    FROM_SCENE = "the crew says what it found"
    UNDER_CONTROL = "the fire is under control"
    LEAVING = "the crew takes the patient to hospital"


class Result(StrEnum):
    """How an incident ended."""

    DEALT_WITH = "dealt with"
    REPORT = "a report is made"
    ARREST = "somebody was arrested"
    NO_TRACE = "nothing was found"
    TO_HOSPITAL = "taken to hospital"
    LEFT_THERE = "treated and left there"
    FALSE_ALARM = "false alarm"
    BY_TELEPHONE = "dealt with by telephone"
    DUPLICATE = "the same as another incident"
    FOUND = "found"


class Risk(StrEnum):
    """How much is to be feared for somebody who is missing."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NO_APPARENT = "none apparent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place where something happens.

    Attributes:
        town: name of it, or of the nearest.
        street: or the code of the road.
        house: number in the street; empty on a road.
        point: on the map.
        road: code of the road that the road control centre watches; None: it is none of them.
    """

    town: str
    street: str
    house: str
    point: Point
    road: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A crew with its vehicle: call sign, what it is, and the code of its station."""

    call_sign: str
    agency: Agency
    kind: str
    station: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The control room of an agency in a county; counties have numbers from 0."""

    county: int
    agency: Agency


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An incident of one agency.

    Attributes:
        room: whose it is.
        incident: by which the world knows it; agencies have numbers of their own.
        occasion: what it is about, as it truly is: incidents of three agencies, or two of one, may have the same.
    """

    room: Room
    incident: str
    occasion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfRoom(Happening):
    """Something in a control room."""

    room: Room


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTaken(OfRoom):
    """Somebody was heard on the telephone.

    Attributes:
        occasion: what they call about, as it truly is: all calls about one fire have the same.
        incident: that the call was written to; None: none was made.
        line: the number that was called.
        kind: of the occasion.
        number: which of the calls about it that is, from 1.
        waited: seconds until somebody answered.
    """

    occasion: str
    incident: str | None
    line: Line
    kind: str
    number: int
    waited: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfIncident(Happening):
    """Something on an incident."""

    case: Case


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOpened(OfIncident):
    """An incident was made.

    Attributes:
        kind: what it seems to be.
        grade: from 1, at once, to 4.
        spot: where.
        line: that it was called on; None: another agency passed it on, or a crew came upon it.
        passed_from: the agency that passed it on.
        their_incident: that agency's.
        words: a number by which writers choose how staff put it.
    """

    kind: str
    grade: int
    spot: Spot
    line: Line | None
    passed_from: Agency | None = None
    their_incident: str | None = None
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentGraded(OfIncident):
    """Its grade was changed."""

    grade: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPassed(OfIncident):
    """Another agency was asked to come; it opens one of its own when somebody there has keyed it."""

    to: Agency


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentNoted(OfIncident):
    """Something to write down was heard or decided; `words` as of `IncidentOpened`."""

    note: Note
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMoved(OfIncident):
    """A unit began to do something for it."""

    unit: Unit
    state: UnitState


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentClosed(OfIncident):
    """It was closed; `same_as` names the incident that it turned out to be the same as."""

    result: Result
    same_as: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMissing(OfIncident):
    """Somebody was reported missing; nobody of the lives, and without a name.

    Attributes:
        age: in years.
        sex: `M` or `F`.
        risk: as it was graded.
        is_from_care: from a place of care.
    """

    age: int
    sex: str
    risk: Risk
    is_from_care: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingGraded(OfIncident):
    """The risk for somebody missing was graded anew."""

    risk: Risk


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFound(OfIncident):
    """Somebody who was missing was found, or came back; `town` says where."""

    town: str
    came_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewOn(OfRoom):
    """A crew booked on at the beginning of its shift of so many hours."""

    unit: Unit
    hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewShort(OfRoom):
    """A unit that was planned has no crew for its shift, for sickness."""

    unit: Unit
    hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemDown(OfRoom):
    """The control room's system stopped: calls are written on paper and keyed later."""

    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemUp(OfRoom):
    """It runs again."""
