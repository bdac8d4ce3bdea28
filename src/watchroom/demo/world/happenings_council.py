"""What the council knows: children with plans and in care, contacts of the safeguarding hub, conferences, schools."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from watchroom.demo.world.happening import Happening


class Standing(StrEnum):
    """Why a child is known."""

    PLAN = "child protection plan"
    LOOKED_AFTER = "looked after"
    UNBORN = "unborn child, protection plan"


class Harm(StrEnum):
    """Why there is a plan."""

    NEGLECT = "Neglect"
    EMOTIONAL = "Emotional abuse"
    PHYSICAL = "Physical abuse"
    SEXUAL = "Sexual abuse"


class Raised(StrEnum):
    """Who raised a concern."""

    POLICE = "Police"
    SCHOOL = "School"
    HEALTH = "Health"
    FAMILY = "Family"
    PUBLIC = "Neighbour"
    PROBATION = "Probation"
    CHARITY = "Charity"


class Rating(StrEnum):
    """How urgent a concern is."""

    RED = "Red"
    AMBER = "Amber"
    GREEN = "Green"


class Answer(StrEnum):
    """What the hub decided."""

    NO_ACTION = "No further action"
    EARLY_HELP = "Early help"
    IN_NEED = "Section 17"
    ENQUIRY = "Section 47"
    STRATEGY = "Strategy discussion"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfChild(Happening):
    """Something of a child.

    Attributes:
        child: number of the child.
        area: number of the county.
        parent: number of the life of a parent.
    """

    child: int
    area: int
    parent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildKnown(OfChild):
    """A child is with a plan or looked after from a day on, which may lie before the world."""

    standing: Standing
    harm: Harm | None
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildClosed(OfChild):
    """A plan ended, or a child is no longer looked after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildMoved(OfChild):
    """A child lives elsewhere; `place` counts the addresses from 0."""

    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildAbsent(OfChild):
    """A child was not at school; `days` counts them one after another."""

    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildNoted(OfChild):
    """Somebody wrote a remark beside a child, which stands until the next."""

    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernRaised(OfChild):
    """A concern came to the safeguarding hub.

    Attributes:
        contact: its number.
        raised: by whom.
        rating: how urgent.
        about: in words.
        answer: what was decided within the day.
    """

    contact: int
    raised: Raised
    rating: Rating
    about: str
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceListed(Happening):
    """A case of domestic abuse was put before the next conference.

    Attributes:
        case: its number.
        area: number of the county.
        victim: a number of her own among victims.
        perpetrator: number of the life.
        criterion: why, in words.
        meets_on: the day of the conference.
        children: how many are in the household.
    """

    case: int
    area: int
    victim: int
    perpetrator: int
    criterion: str
    meets_on: date
    children: int
