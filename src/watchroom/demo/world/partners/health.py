"""The health trust, for people in custody."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, TypedDict

from watchroom.demo.world.chance import often
from watchroom.demo.world.county_time import at
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_courts import SentToPrison
from watchroom.demo.world.happenings_health import (
    Came,
    CareFlagged,
    CareUnflagged,
    DoseMissed,
    EmergencyEnded,
    HealthBooked,
    HealthEnded,
    Instruction,
    Medicine,
    PrescriptionReturned,
    Service,
)
from watchroom.demo.world.partners import figures
from watchroom.demo.world.partners.diary import Diary, Hours, minutes, one_of, working_day
from watchroom.demo.world.partners.society import Area, Crowd, Society

_SERVICES = {
    Service.NURSE: 0.36,
    Service.DOCTOR: 0.22,
    Service.MENTAL_HEALTH: 0.16,
    Service.SUBSTANCE: 0.12,
    Service.DENTIST: 0.08,
    Service.PHYSIOTHERAPY: 0.03,
    Service.OPTICIAN: 0.03,
}
_INSTRUCTIONS = {
    Instruction.LOWER_BUNK: 0.42,
    Instruction.GROUND_FLOOR: 0.14,
    Instruction.STEP_FREE: 0.09,
    Instruction.EVACUATION_HELP: 0.08,
    Instruction.FACE_WHEN_SPEAKING: 0.06,
    Instruction.READ_OUT: 0.11,
    Instruction.ASK_HEALTHCARE: 0.10,
}
_MEDICINES = {
    Medicine.METHADONE: 0.34,
    Medicine.ANTIDEPRESSANT: 0.30,
    Medicine.PAIN: 0.14,
    Medicine.ANTIPSYCHOTIC: 0.10,
    Medicine.INSULIN: 0.06,
    Medicine.EPILEPSY: 0.06,
}
_RETURNED = (
    "Dose not in the range that the prescriber may give",
    "No allergy status on the record",
    "Two prescriptions for the same medicine",
    "Not signed",
    "Not stocked, ask for another",
    "Person has moved, no location on the label",
)
_HATCH = (8.2, 16.6)
_CANCELLED, _REFUSED, _DROPPED = 0.06, 0.4, 0.0015


class _Facts(TypedDict):
    life: int
    appointment: int


@dataclass(slots=True, kw_only=True)
class Patient:
    """Somebody in custody as health knows them: their medicine, how many doses they missed in a row, and open flags."""

    prison: str
    medicine: Medicine | None
    missed: int = 0
    flags: dict[Instruction, tuple[int, datetime]] = field(default_factory=dict)


class HealthTrust:
    """The part of the world that cares for people in custody. It comes after the prisons, of which it hears."""

    def __init__(self, society: Society, *, held: Iterable[tuple[int, str]] = ()) -> None:
        """The trust on the eve of the first day.

        Args:
            society: what the parts have in common.
            held: who is in custody then: number of the life and code of the prison.
        """
        self._society = society
        self._patients: dict[int, Patient] = {}
        self._crowds: tuple[Crowd, ...] = tuple(Crowd() for _ in society.areas)
        self._to_meet = list(held)
        self._diary = Diary()

    def day(self, on: date, so_far: Sequence[Happening]) -> Iterator[Happening]:
        """What happens on a day; who is received or released on it comes and goes."""
        hours = Hours(on)
        for life, prison in self._to_meet:
            yield from self._met(life, prison, at=hours.at(0))
        self._to_meet = []
        yield from self._heard(so_far)
        for one in self._diary.of(on):
            ended: Any = one
            if ended.life in self._patients:
                yield one
        for area in self._society.areas:
            yield from self._appointments(area, hours)
            yield from self._doses(area, hours)
            yield from self._emergencies(area, hours)
            yield from self._paper(area, hours)

    def _heard(self, so_far: Sequence[Happening]) -> Iterator[Happening]:
        for one in so_far:
            told: Any = one
            # Of the prisons, whose module need not be there, the kinds are told by their names.
            name = type(one).__name__
            if isinstance(one, SentToPrison):
                yield from self._met(one.life, one.prison, at=one.leaves_at + timedelta(hours=1))
            elif name == "Received":
                yield from self._met(told.life, told.prison, at=one.at + timedelta(minutes=50))
            elif name == "PrisonChanged" and told.life in self._patients:
                self._patients[told.life].prison = told.prison
            elif name in ("Released", "MovedAfar", "Died"):
                self._gone(told.life)

    def _met(self, life: int, prison: str, *, at: datetime) -> Iterator[Happening]:
        if life in self._patients:
            self._patients[life].prison = prison
            return
        stream = self._society.chance.stream("patient", life)
        medicine = one_of(stream, _MEDICINES) if stream.random() < figures.ON_MEDICATION else None
        patient = self._patients[life] = Patient(prison=prison, medicine=medicine)
        self._crowd(prison).add(life)
        if stream.random() < figures.FLAGGED:
            yield self._flagged(life, patient, one_of(stream, _INSTRUCTIONS), at=at)

    def _gone(self, life: int) -> None:
        patient = self._patients.pop(life, None)
        if patient is not None:
            for crowd in self._crowds:
                crowd.drop(life)

    def _crowd(self, prison: str) -> Crowd:
        place = next((area.number for area in self._society.areas if prison in (area.men, area.women)), 0)
        return self._crowds[place]

    def _flagged(self, life: int, patient: Patient, instruction: Instruction, *, at: datetime) -> CareFlagged:
        number = self._society.number("care flag")
        patient.flags[instruction] = (number, at)
        return CareFlagged(at=at, life=life, flag=number, instruction=instruction)

    def _drawn(self, area: Area, stream: Random, a_year: float) -> Iterator[tuple[int, Patient]]:
        """People to whom something happens today that happens to each so often in a year."""
        crowd = self._crowds[area.number]
        for _ in range(often(stream, a_year * len(crowd) / 365.25)):
            life = crowd.one(stream)
            if life is not None and life not in self._society.cast:
                yield life, self._patients[life]

    def _appointments(self, area: Area, hours: Hours) -> Iterator[Happening]:
        stream = self._society.chance.stream("appointments", area.number, hours.on.toordinal())
        if hours.on.weekday() > 4:
            return
        # They are made on working days for all days.
        weekly = 365.25 / 261
        for life, patient in self._drawn(area, stream, figures.APPOINTMENTS_PER_PERSON_YEAR * weekly):
            yield from self._booked(life, patient.prison, stream, hours=hours, service=one_of(stream, _SERVICES))
        for life, _ in self._drawn(area, stream, figures.HOSPITAL_PER_PERSON_YEAR * weekly):
            place = stream.choice(area.hospitals).code
            yield from self._booked(life, place, stream, hours=hours, service=Service.HOSPITAL)

    def _booked(self, life: int, place: str, stream: Random, *, hours: Hours, service: Service) -> Iterator[Happening]:
        at_hospital = service is Service.HOSPITAL
        ahead = stream.randrange(14, 60) if at_hospital else stream.randrange(1, 15)
        on = working_day(hours.on + timedelta(days=ahead))
        starts = at(on, 9 + stream.randrange(0, 28) / 4)
        facts = _Facts(life=life, appointment=self._society.number("appointment"))
        yield HealthBooked(at=hours.at(8 + 9 * stream.random()), **facts, service=service, starts=starts, place=place)
        missed = figures.HOSPITAL_MISSED if at_hospital else figures.CLINIC_MISSED
        shares = {Came.MISSED: missed, Came.CANCELLED: _CANCELLED, Came.DONE: 1 - missed - _CANCELLED}
        ended = HealthEnded(
            at=starts + minutes(stream, 8, 45),
            **facts,
            service=service,
            starts=starts,
            place=place,
            came=one_of(stream, shares),
        )
        self._diary.put((ended,))

    def _doses(self, area: Area, hours: Hours) -> Iterator[Happening]:
        stream = self._society.chance.stream("doses", area.number, hours.on.toordinal())
        each_year = figures.DOSES_MISSED * len(_HATCH) * 365.25
        for life, patient in self._drawn(area, stream, each_year):
            if patient.medicine is None:
                continue
            patient.missed = patient.missed + 1 if stream.random() < 0.45 else 1
            yield DoseMissed(
                at=hours.at(stream.choice(_HATCH) + 0.8 * stream.random()),
                life=life,
                dose=self._society.number("dose"),
                medicine=patient.medicine,
                in_a_row=patient.missed,
                is_refused=stream.random() < _REFUSED,
            )

    def _emergencies(self, area: Area, hours: Hours) -> Iterator[Happening]:
        stream = self._society.chance.stream("emergencies", area.number, hours.on.toordinal())
        for life, _ in self._drawn(area, stream, figures.EMERGENCIES_PER_PERSON_YEAR):
            arrived = hours.at(17 * stream.random())
            yield EmergencyEnded(
                at=arrived + minutes(stream, 70, 400),
                life=life,
                visit=self._society.number("emergency"),
                hospital=stream.choice(area.hospitals).code,
                arrived=arrived,
                left_before_seen=stream.random() < figures.LEFT_BEFORE_SEEN,
            )

    def _paper(self, area: Area, hours: Hours) -> Iterator[Happening]:
        stream = self._society.chance.stream("pharmacy", area.number, hours.on.toordinal())
        for life, patient in self._drawn(area, stream, figures.RETURNED_PER_PERSON_YEAR):
            if patient.medicine is not None:
                yield PrescriptionReturned(
                    at=hours.at(9 + 8 * stream.random()),
                    life=life,
                    prescription=self._society.number("prescription"),
                    medicine=patient.medicine,
                    why=stream.choice(_RETURNED),
                )
        for life, patient in self._drawn(area, stream, 0.3):
            instruction = one_of(stream, _INSTRUCTIONS)
            if instruction not in patient.flags:
                yield self._flagged(life, patient, instruction, at=hours.at(9 + 8 * stream.random()))
        for life, patient in self._drawn(area, stream, _DROPPED * 365.25):
            if patient.flags and min(since for _, since in patient.flags.values()) < hours.begins:
                instruction, (flag, since) = next(iter(patient.flags.items()))
                del patient.flags[instruction]
                yield CareUnflagged(
                    at=hours.at(9 + 8 * stream.random()), life=life, flag=flag, instruction=instruction, since=since
                )
