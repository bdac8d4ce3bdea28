"""What happens under probation: orders and licences, contacts, registers, recalls, and records kept from staff."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from watchroom.demo.world.happening import OfLife
from watchroom.demo.world.happenings_police_custody import Offence


class Sentence(StrEnum):
    """Under what somebody is supervised."""

    ORDER = "community order"
    SUSPENDED = "suspended sentence order"
    LICENCE = "licence"


class Register(StrEnum):
    """In what register of the service somebody is put."""

    MAPPA = "public protection arrangements"
    VERY_HIGH = "very high risk of serious harm"
    HIGH = "high risk of serious harm"
    MEDIUM = "medium risk of serious harm"
    SELF_HARM = "suicide or self-harm"
    ARSON = "arson"
    ABUSER = "domestic abuse: perpetrator"
    ABUSED = "domestic abuse: victim"
    CHILDREN = "risk to children"
    CHILD_CONCERNS = "concerns about children"
    STAFF = "risk to staff"
    WEAPONS = "weapons"
    SEX_OFFENDER = "registered sex offender"
    GANG = "street gangs"


class Kind(StrEnum):
    """What a contact is."""

    FIRST = "initial appointment"
    OFFICE = "planned office visit"
    HOME = "home visit"
    TELEPHONE = "planned telephone contact"
    UNPAID_WORK = "unpaid work"
    PROGRAMME = "programme session"


class Kept(StrEnum):
    """What became of a contact."""

    KEPT = "attended and complied"
    DISRUPTIVE = "attended and did not comply"
    EXCUSED = "acceptable absence"
    MISSED = "unacceptable absence"


class Action(StrEnum):
    """What an officer does about a contact that was missed."""

    LETTER = "enforcement letter requested"
    WARNING = "final warning letter sent"
    BREACH = "breach initiated"
    RECALL = "recall considered"


class Ended(StrEnum):
    """Why supervision ends."""

    EXPIRED = "expired"
    RECALLED = "recalled"
    RESENTENCED = "revoked and dealt with otherwise"
    MOVED = "transferred to another area"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfCase(OfLife):
    """Something in a supervision of somebody.

    Attributes:
        case: number of the supervision.
    """

    case: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionBegun(OfCase):
    """Probation began to supervise somebody.

    Attributes:
        sentence: under what.
        offence: for which they were sentenced.
        court: code, or empty where it is of another county.
        sentenced_on: the day.
        since: the first day of supervision, which may lie before the world.
        days: length of the sentence.
        officer, team: numbers.
        conditions: of the licence or the order.
        from_prison: they were held for it.
        ends_on: the day.
    """

    sentence: Sentence
    offence: Offence
    court: str
    sentenced_on: date
    since: date
    days: int
    officer: int
    team: int
    conditions: tuple[str, ...]
    from_prison: bool
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerChanged(OfCase):
    """Another officer is responsible from now on."""

    officer: int
    team: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionEnded(OfCase):
    """A supervision ended."""

    why: Ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered(OfCase):
    """Somebody was put in a register.

    Attributes:
        entry: its number.
        register: which.
        level, category: of public protection; 0: none.
        since: the day of the entry, which may lie before the world.
        review_on: when the entry is to be looked at again.
        note: what was written; empty: the usual words.
    """

    entry: int
    register: Register
    level: int
    category: int
    since: date
    review_on: date
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionAdded(OfCase):
    """A condition was added to a licence; `condition` counts those that were added in the world."""

    condition: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deregistered(OfCase):
    """An entry in a register was ended."""

    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPlanned(OfCase):
    """An appointment was made.

    Attributes:
        contact: its number.
        kind: what it is.
        starts, ends: UTC.
        officer: number.
    """

    contact: int
    kind: Kind
    starts: datetime
    ends: datetime
    officer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactEnded(OfCase):
    """What became of an appointment.

    Attributes:
        contact: its number.
        kept: what.
        note: what the officer wrote; empty: nothing.
        is_sensitive: the note is not for others.
    """

    contact: int
    kept: Kept
    note: str
    is_sensitive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforced(OfCase):
    """An officer did something about a contact that was missed.

    Attributes:
        contact: the missed one.
        action: what.
        sequence: number of the enforcement.
    """

    contact: int
    action: Action
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallOrdered(OfCase):
    """A licence was revoked: they are to be arrested and returned to prison.

    Attributes:
        recall: its number.
        why: in words.
    """

    recall: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessLimited(OfCase):
    """A record is kept from staff.

    Attributes:
        entry: its number.
        is_exclusion: from those named; else from all but those named.
        named: number of the member of staff who is named.
    """

    entry: int
    is_exclusion: bool
    named: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessOpened(OfCase):
    """A record is no longer kept from staff."""

    entry: int
    is_exclusion: bool
