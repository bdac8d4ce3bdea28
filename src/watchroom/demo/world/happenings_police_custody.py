"""What happens in a police custody suite, from arrest to release or court."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum

from watchroom.demo.world.happening import OfLife


class Offence(StrEnum):
    """For what somebody is arrested, by the groups of the yearly counts."""

    VIOLENCE = "violence"
    SEXUAL = "sexual"
    ROBBERY = "robbery"
    BURGLARY = "burglary"
    THEFT = "theft"
    DAMAGE = "criminal damage"
    DRUGS = "drugs"
    WEAPONS = "weapons"
    PUBLIC_ORDER = "public order"
    OTHER = "other"


class Grounds(StrEnum):
    """Why detention was authorised."""

    EVIDENCE = "to secure or preserve evidence"
    QUESTION = "to obtain evidence by questioning"
    HARM = "to prevent harm"
    WARRANT = "on a warrant"
    RECALL = "recalled to prison"


class Watch(IntEnum):
    """How closely somebody is watched in a cell."""

    GENERAL = 1
    INTERMITTENT = 2
    CONSTANT = 3
    CLOSE = 4


class Help(StrEnum):
    """Who is asked to come to somebody in a cell."""

    ADULT = "appropriate adult"
    SOLICITOR = "solicitor"
    INTERPRETER = "interpreter"
    HEALTHCARE = "healthcare"


class Marker(StrEnum):
    """What somebody says, or the police know, at booking in."""

    SELF_HARM = "self-harm"
    SUICIDAL = "suicidal"
    MENTAL = "mental health"
    ALCOHOL = "alcohol"
    DRUGS = "drugs"
    MEDICATION = "medication"
    VIOLENT = "violent"
    INJURY = "injury"


class Disposal(StrEnum):
    """What becomes of an arrest."""

    COURT = "charged and kept for court"
    CHARGED = "charged and bailed to court"
    BAIL = "bailed to return"
    INVESTIGATION = "released under investigation"
    OUT_OF_COURT = "dealt with out of court"
    NO_ACTION = "no further action"
    PRISON = "returned to prison"
    ELSEWHERE = "to hospital or another force"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfCustody(OfLife):
    """Something in a time in police detention.

    Attributes:
        custody: number of the custody record.
        suite: code of the suite.
    """

    custody: int
    suite: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrested(OfCustody):
    """Somebody was arrested.

    Attributes:
        offence: for what.
        arrives: when they come to the suite, UTC; the clock of detention runs from here.
    """

    offence: Offence
    arrives: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DetentionAuthorised(OfCustody):
    """A custody officer authorised detention.

    Attributes:
        cell: of the suite.
        grounds: why.
        review_by: when the first review is due, UTC: six hours on.
    """

    cell: str
    grounds: Grounds
    review_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyRiskAssessed(OfCustody):
    """What risk there is to somebody was assessed.

    Attributes:
        watch: how closely they are watched from now on.
        is_to_be_roused: they are woken and spoken to at each visit.
        warnings: what they say or the police know.
        needs: who is to come.
        note: what the custody officer wrote beside it; empty: nothing.
    """

    watch: Watch
    is_to_be_roused: bool
    warnings: tuple[Marker, ...]
    needs: tuple[Help, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HurtInCell(OfCustody):
    """Somebody hurt themselves in a cell of the suite; `note` is what was written of it."""

    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpAsked(OfCustody):
    """Somebody was asked to come."""

    help: Help


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpCame(OfCustody):
    """Who was asked came.

    Attributes:
        help: who.
        is_fit: healthcare found them fit to be detained and to be interviewed; None: not healthcare.
    """

    help: Help
    is_fit: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CellVisited(OfCustody):
    """Somebody was visited in their cell.

    Attributes:
        due: when, at the latest, UTC.
        is_roused: they were woken and spoke.
    """

    due: datetime
    is_roused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DetentionReviewed(OfCustody):
    """An inspector reviewed whether somebody must stay.

    Attributes:
        sequence: of the review, from 1.
        due: when, at the latest, UTC.
        by_telephone: not in person.
    """

    sequence: int
    due: datetime
    by_telephone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargedWith(OfCustody):
    """Somebody was charged.

    Attributes:
        offence: with what.
        court: code, before which they are to come.
        appears_on: the day.
        is_kept: they stay in the suite until then.
    """

    offence: Offence
    court: str
    appears_on: date
    is_kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftCustody(OfCustody):
    """Somebody left the suite.

    Attributes:
        offence: for which they were arrested.
        disposal: what came of it.
        court: code, where they go to one; else empty.
        bail_until: when they must return; None: they need not.
        is_at_risk: the assessment before release found a risk to them.
    """

    offence: Offence
    disposal: Disposal
    court: str = ""
    bail_until: date | None = None
    is_at_risk: bool = False
