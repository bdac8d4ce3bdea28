"""What happens at the courts of the county: lists, decisions, vans, and who is sent to prison."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from watchroom.demo.world.happening import Happening, OfLife
from watchroom.demo.world.happenings_police_custody import Offence


class Hearing(StrEnum):
    """What a hearing is for."""

    FIRST = "first hearing"
    PLEA = "plea and trial preparation"
    TRIAL = "trial"
    SENTENCE = "sentence"
    BREACH = "breach"


class Brought(StrEnum):
    """From where somebody comes to court."""

    POLICE = "from police custody"
    BAIL = "on bail"
    SUMMONS = "by summons"


class Decision(StrEnum):
    """What a court decided."""

    REMANDED = "remanded in custody"
    BAILED = "bailed"
    ADJOURNED = "adjourned"
    SENT_UP = "sent to the crown court on bail"
    PRISON = "immediate custody"
    SUSPENDED = "suspended sentence order"
    ORDER = "community order"
    FINED = "fined"
    DISCHARGED = "conditional discharge"
    ACQUITTED = "not guilty"
    WITHDRAWN = "withdrawn"
    WARRANT = "did not come: warrant"


class Reason(StrEnum):
    """Why somebody is sent to prison."""

    REMAND = "remand"
    SENTENCE = "sentence"
    RECALL = "recall"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfHearing(OfLife):
    """Something of a hearing.

    Attributes:
        hearing: its number.
        court: code.
    """

    hearing: int
    court: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HearingFixed(OfHearing):
    """A hearing was put in a list.

    Attributes:
        starts: when it is listed for, UTC.
        room: of the court.
        kind: what it is for.
        brought: how they come.
        offence: the main one.
    """

    starts: datetime
    room: int
    kind: Hearing
    brought: Brought
    offence: Offence


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtDecided(OfHearing):
    """A court decided.

    Attributes:
        offence: the main one.
        kind: what the hearing was for.
        decision: what.
        days: length of the sentence; 0: none.
        requirements: of an order, in the words of probation.
        next_on: the day of the next hearing; None: none.
        remark: what the custody officer of the court wrote; empty: nothing.
    """

    offence: Offence
    kind: Hearing
    decision: Decision
    days: int = 0
    requirements: tuple[str, ...] = ()
    next_on: date | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VanLate(Happening):
    """The van from a court to the prisons left late.

    Attributes:
        court: code.
        due: when it should have left, UTC.
        leaves_at: when it left, UTC.
        people: how many were in it.
    """

    court: str
    due: datetime
    leaves_at: datetime
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SentToPrison(OfLife):
    """Somebody is to be received by a prison this evening.

    Attributes:
        court: code of the court, or of the custody suite from which a recalled person comes.
        prison: code of the prison.
        reason: why.
        leaves_at: when the van leaves, UTC.
        days: length of a sentence; 0: none, or a recall.
    """

    court: str
    prison: str
    reason: Reason
    leaves_at: datetime
    days: int = 0
