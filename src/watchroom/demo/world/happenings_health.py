"""What the health trust does for people in custody: appointments, flags, missed doses, hospital and pharmacy."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watchroom.demo.world.happening import OfLife


class Service(StrEnum):
    """Which service an appointment is with; the code that the trust writes."""

    DOCTOR = "DOCTOR"
    NURSE = "NURSE"
    MENTAL_HEALTH = "MENTAL_HEALTH"
    DENTIST = "DENTIST"
    OPTICIAN = "OPTICIAN"
    PHYSIOTHERAPY = "PHYSIOTHERAPY"
    SUBSTANCE = "SUBSTANCE"
    HOSPITAL = "HOSPITAL"


class Came(StrEnum):
    """What became of an appointment."""

    DONE = "done"
    MISSED = "did not attend"
    CANCELLED = "cancelled"


class Instruction(StrEnum):
    """What staff must do for somebody; the code that the trust writes."""

    LOWER_BUNK = "LOWER_BUNK"
    GROUND_FLOOR = "GROUND_FLOOR"
    STEP_FREE = "STEP_FREE"
    EVACUATION_HELP = "EVACUATION_HELP"
    FACE_WHEN_SPEAKING = "FACE_WHEN_SPEAKING"
    READ_OUT = "READ_OUT"
    ASK_HEALTHCARE = "ASK_HEALTHCARE"


class Medicine(StrEnum):
    """What is given at the hatch."""

    METHADONE = "methadone"
    INSULIN = "insulin"
    ANTIDEPRESSANT = "antidepressant"
    ANTIPSYCHOTIC = "antipsychotic"
    EPILEPSY = "medicine for epilepsy"
    PAIN = "pain relief"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthBooked(OfLife):
    """An appointment was made.

    Attributes:
        appointment: its number.
        service: with which service.
        starts: UTC.
        place: code of the prison, or of the hospital.
    """

    appointment: int
    service: Service
    starts: datetime
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthEnded(OfLife):
    """What became of an appointment; `service`, `starts` and `place` as when it was made."""

    appointment: int
    service: Service
    starts: datetime
    place: str
    came: Came


@dataclass(frozen=True, slots=True, kw_only=True)
class CareFlagged(OfLife):
    """Health tells staff what to do for somebody, and not why.

    Attributes:
        flag: its number.
        instruction: what.
        words: that go with it; empty: none.
    """

    flag: int
    instruction: Instruction
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CareUnflagged(OfLife):
    """What staff had to do is no longer needed; `since` is when it began, UTC."""

    flag: int
    instruction: Instruction
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseMissed(OfLife):
    """Somebody did not come for their medicine, or refused it.

    Attributes:
        dose: number.
        medicine: what.
        in_a_row: how many it is that were missed one after another.
        is_refused: they came and did not take it.
    """

    dose: int
    medicine: Medicine
    in_a_row: int
    is_refused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthTold(OfLife):
    """Health asks staff to speak with it about somebody; `told` is its number, `words` what it wrote."""

    told: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyEnded(OfLife):
    """Somebody left the emergency department of a hospital.

    Attributes:
        visit: its number.
        hospital: code.
        arrived: UTC.
        left_before_seen: nobody had seen them.
    """

    visit: int
    hospital: str
    arrived: datetime
    left_before_seen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PrescriptionReturned(OfLife):
    """The pharmacy sent a prescription back.

    Attributes:
        prescription: its number.
        medicine: what.
        why: in words.
    """

    prescription: int
    medicine: Medicine
    why: str
