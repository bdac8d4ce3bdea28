"""What happens to somebody's safety in prison: alerts, care plans, self-harm, violence, finds, charges."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from watchroom.demo.world.happening import Happening, OfLife


class Concern(StrEnum):
    """Why somebody may be at risk."""

    FIRST_NIGHT = "first night in custody"
    SELF_HARM = "has hurt themselves"
    LOW_MOOD = "low in mood"
    BAD_NEWS = "bad news from home"
    DEBT = "in debt on the wing"
    COURT = "came back from court with a long sentence"
    THREATS = "says that others threaten them"


class Method(StrEnum):
    """How somebody hurt themselves; nothing more is told."""

    CUT = "cutting"
    LIGATURE = "ligature"
    OTHER = "other"


class Find(StrEnum):
    """What was found."""

    DRUGS = "suspected drugs"
    PHONE = "mobile phone"
    WEAPON = "weapon"
    HOOCH = "brewed alcohol"
    TOBACCO = "tobacco"
    OTHER = "other"


class Plea(StrEnum):
    """How somebody answered a charge."""

    GUILTY = "guilty"
    NOT_GUILTY = "not guilty"
    REFUSED = "refused to plead or to attend"


class Finding(StrEnum):
    """What became of a charge."""

    PROVED = "proved"
    DISMISSED = "dismissed"
    NOT_PROCEEDED = "not proceeded with"
    ADJOURNED = "adjourned"
    REFERRED = "referred to the police"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRaised(OfLife):
    """An alert was raised; `code` is that of the service's list."""

    prison: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEnded(OfLife):
    """An alert was ended."""

    prison: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CarePlanOpened(OfLife):
    """A care plan (ACCT) was opened.

    Attributes:
        plan: its number.
        concern: why.
        by_day, by_night: how many observations in an hour are to be made, by day and at night.
        review_on: when it is reviewed next.
    """

    prison: str
    plan: int
    concern: Concern
    by_day: float
    by_night: float
    review_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CarePlanReviewed(OfLife):
    """A care plan was reviewed, with the observations from now on."""

    prison: str
    plan: int
    by_day: float
    by_night: float
    review_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CarePlanClosed(OfLife):
    """A care plan was closed; `review_on` is the review after it."""

    prison: str
    plan: int
    review_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed(OfLife):
    """An observation of a care plan was made; `due` is when it should have been.

    Attributes:
        plan: number of the plan.
        due: UTC.
        staff: number of the officer.
        has_talked: a conversation, and not only a look.
    """

    plan: int
    due: datetime
    staff: int
    has_talked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationMissed(OfLife):
    """An observation that was due at `at` was never made."""

    plan: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfHarmed(OfLife):
    """Somebody hurt themselves.

    Attributes:
        incident: number of what happened.
        method: how.
        is_serious: they needed treatment outside.
        staff: number of the officer who found it.
    """

    prison: str
    cell: str
    incident: int
    method: Method
    is_serious: bool
    staff: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Assaulted(OfLife):
    """Somebody attacked another: a person held (`victim`) or an officer (`staff`)."""

    prison: str
    wing: str
    incident: int
    victim: int | None
    staff: int | None
    is_serious: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fought(OfLife):
    """Two people fought."""

    prison: str
    wing: str
    incident: int
    other: int
    is_serious: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Happening):
    """Something was found; `life` is in whose cell or on whom, None: on a landing or in the yard."""

    prison: str
    wing: str
    incident: int
    life: int | None
    find: Find
    staff: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Charged(OfLife):
    """Somebody was placed on report.

    Attributes:
        charge: number of the charge.
        offence: in the words of the list.
        incident: what it is about.
        hearing: when it is to be heard, UTC.
        staff: who laid it.
    """

    prison: str
    charge: int
    offence: str
    incident: int | None
    hearing: datetime
    staff: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeHeard(OfLife):
    """A charge was heard.

    Attributes:
        sitting: how often it had been heard before.
        again: when it is heard again, UTC, if it was adjourned.
    """

    prison: str
    charge: int
    plea: Plea
    finding: Finding
    sitting: int = 0
    again: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptApart(OfLife):
    """Two people are to be kept apart.

    Attributes:
        other: the other life.
        on_wing: they must not live on the same wing; else not on the same landing.
        why: threat, debt, gang or assault.
    """

    prison: str
    other: int
    on_wing: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferredForViolence(OfLife):
    """Somebody was referred for challenge, support and intervention (CSIP)."""

    prison: str
    referral: int
    incident: int | None
    factor: str
    has_plan: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtHeardOf(OfLife):
    """Somebody owes others; `as_intelligence`: it was reported to security and stands in no note."""

    prison: str
    as_intelligence: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BadNewsCame(OfLife):
    """Bad news came from home: a death, an illness, the end of a relationship."""

    prison: str
    news: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MealRefused(OfLife):
    """Somebody did not take a meal; `meal` is midday or evening."""

    prison: str
    meal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicationMissed(OfLife):
    """Somebody did not come for their medication, or refused it."""

    prison: str
    refused: bool
