"""Who is under probation, with whom and until when."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from watchroom.demo.world.happenings_police_custody import Offence
from watchroom.demo.world.happenings_probation import Register, Sentence
from watchroom.demo.world.partners import figures
from watchroom.demo.world.partners.diary import one_of

TEAMS_OF_AREA = 4
_LENGTHS = {
    Sentence.ORDER: (365, 365, 548, 730),
    Sentence.SUSPENDED: (365, 548, 730),
    Sentence.LICENCE: (182, 365, 365, 548, 913, 1461),
}
_SENTENCES = dict(zip((Sentence.ORDER, Sentence.SUSPENDED, Sentence.LICENCE), figures.SENTENCES, strict=True))


@dataclass(slots=True, kw_only=True)
class Case:
    """A supervision as it stands.

    Attributes:
        number: of the supervision.
        since: the day on which it began.
        area: number of the county.
        every: how many days are between two contacts.
        missed: how many contacts in a row.
        entries: open entries in registers, by register.
        limits: open limits of access: number and whether it is an exclusion.
        is_over: it ended.
    """

    number: int
    life: int
    area: int
    sentence: Sentence
    offence: Offence
    officer: int
    since: date
    ends_on: date
    every: int
    missed: int = 0
    entries: dict[Register, int] = field(default_factory=dict)
    limits: list[tuple[int, bool]] = field(default_factory=list)
    is_over: bool = False


def officers_of(area: int) -> int:
    """How many officers an area has."""
    del area
    return max(TEAMS_OF_AREA, round(figures.CASELOAD_PER_RESIDENT * figures.RESIDENTS / figures.CASELOAD_OF_AN_OFFICER))


def team_of(officer: int) -> int:
    """The team of an officer; both are numbered throughout the world."""
    area, within = divmod(officer, officers_of(0))
    return area * TEAMS_OF_AREA + within % TEAMS_OF_AREA


def drawn_sentence(stream: Random) -> tuple[Sentence, int]:
    """Under what somebody is supervised who is already when the world begins, and for how many days in all."""
    sentence = one_of(stream, _SENTENCES)
    return sentence, stream.choice(_LENGTHS[sentence])


def days_between(sentence: Sentence, *, days_served: int, is_high: bool) -> int:
    """How many days are between two contacts: weekly at first and for who is a high risk, then less often."""
    if is_high or days_served < 28:
        return 7
    return 14 if sentence is Sentence.LICENCE or days_served < 112 else 28


def registers(stream: Random, offence: Offence) -> list[Register]:
    """In which registers somebody is put; of very high, high and medium one at most."""
    found: list[Register] = []
    for register, share in figures.REGISTERS.items():
        if stream.random() < share * _weight(register, offence):
            found.append(register)
    for above, below in (
        (Register.VERY_HIGH, Register.HIGH),
        (Register.VERY_HIGH, Register.MEDIUM),
        (Register.HIGH, Register.MEDIUM),
    ):
        if above in found and below in found:
            found.remove(below)
    return found


def _weight(register: Register, offence: Offence) -> float:
    """How much more often people of that offence are in it; over all offences the stated share holds."""
    if register is Register.SEX_OFFENDER:
        return 0.95 / figures.REGISTERS[register] if offence is Offence.SEXUAL else 0.05
    return 1.0


def until(on: date, days: int, *, served: int) -> date:
    """The day on which a sentence of so many days ends of which so many are served."""
    return on + timedelta(days=max(1, days - served))
