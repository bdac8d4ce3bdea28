"""The ordinary day: shifts, rolls, bells, searches, visits, appointments, meals, medication, notes."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_regime import (
    AppointmentEnded,
    AppointmentMade,
    BellAnswered,
    CellSearched,
    NoteWritten,
    RollChecked,
    Shift,
    ShiftBegun,
    Topic,
    VisitBooked,
    Visited,
    VisitEnded,
)
from watchroom.demo.world.happenings_safety import Charged, MealRefused, MedicationMissed
from watchroom.demo.world.prisons import rates
from watchroom.demo.world.prisons.state import House
from watchroom.demo.world.prisons.violence import heard
from watchroom.demo.world.prisons.work import Work, chosen, wing_of

_SHIFTS = ((Shift.EARLY, 7.25), (Shift.LATE, 12.5), (Shift.NIGHT, 20.75))
_CHECKS = (("morning", 7.1), ("midday", 12.25), ("evening", 17.75), ("night", 21.75))
_RECOUNTED = 0.004
_BELLS_BY_HOUR = (3, 2, 2, 1, 1, 2, 3, 5, 3, 3, 3, 3, 6, 5, 3, 3, 3, 5, 7, 7, 6, 6, 5, 4)
_KINDS = (
    ("doctor", 9.5, 10),
    ("dentist", 10.0, 20),
    ("nurse", 8.75, 10),
    ("mental health", 14.0, 40),
    ("key work", 14.5, 40),
    ("offender management", 10.5, 30),
    ("chaplaincy", 15.0, 30),
    ("education", 9.25, 120),
    ("library", 14.75, 30),
    ("optician", 11.0, 20),
)
_OFTEN = (0.16, 0.06, 0.18, 0.06, 0.22, 0.08, 0.05, 0.12, 0.05, 0.02)
_TOPICS = {
    Topic.SETTLED: 0.33,
    Topic.WORK: 0.13,
    Topic.WARNING: 0.12,
    Topic.PRAISE: 0.10,
    Topic.KEY_WORK: 0.12,
    Topic.MOOD: 0.06,
    Topic.FAMILY: 0.06,
    Topic.THREATS: 0.02,
    Topic.SEARCH: 0.03,
    Topic.VISIT: 0.03,
}


def shifts(work: Work, house: House) -> Iterator[Happening]:
    """Who comes to each shift of each wing."""
    stream = work.stream("shifts", house.code)
    for wing in house.wings:
        for shift, hour in _SHIFTS:
            turnout = house.staff.shift(wing, work.on, shift, stream=stream)
            yield ShiftBegun(
                at=work.at(hour),
                prison=house.code,
                wing=wing,
                shift=shift,
                posts=turnout.posts,
                staff=turnout.staff,
                sick=turnout.sick,
                lent=turnout.lent,
            )


def rolls(work: Work, house: House, *, before: dict[str, int]) -> Iterator[Happening]:
    """The counts of the day; now and then the first is wrong by one and is made again.

    Args:
        work: the day, with all that changed the roll in it.
        house: the prison.
        before: how many people were on each wing when the day began.
    """
    stream = work.stream("rolls", house.code)
    counts = {wing: before[wing] for wing in house.wings}
    changes = sorted((at, wing, number) for at, wing, number in work.estate.deltas if wing in counts)
    place = 0
    for check, hour in _CHECKS:
        at = work.at(hour)
        while place < len(changes) and changes[place][0] <= at:
            counts[changes[place][1]] += changes[place][2]
            place += 1
        for wing, expected in counts.items():
            counted = expected + (stream.choice((-1, 1)) if stream.random() < _RECOUNTED else 0)
            seconds = timedelta(seconds=int(stream.random() * 720))
            yield RollChecked(
                at=at + seconds, prison=house.code, wing=wing, check=check, expected=expected, counted=max(0, counted)
            )


def bells(work: Work, house: House) -> Iterator[Happening]:
    """Cell bells: four in five are answered within five minutes."""
    stream = work.stream("bells", house.code)
    draw, paths, at = stream.random, house.paths, work.at
    number = work.daily(stream, house, per_hundred=rates.BELLS)
    hours = stream.choices(range(24), _BELLS_BY_HOUR, k=number)
    for hour in hours:
        seconds = 10 + int(stream.expovariate(1 / 165))
        yield BellAnswered(
            at=at(hour + draw()), prison=house.code, cell=paths[int(draw() * len(paths))], seconds=min(seconds, 2700)
        )


def searches(work: Work, house: House) -> Iterator[Happening]:
    """Cells that are searched."""
    stream = work.stream("searches", house.code)
    for at in work.hours(stream, work.daily(stream, house, per_hundred=rates.SEARCHES), between=(8.5, 16.5)):
        held = work.anybody(house, stream)
        if held is not None:
            staff = work.officer(wing_of(held.cell), stream)
            yield CellSearched(at=at, prison=house.code, cell=held.cell, staff=staff)


def due(work: Work) -> Iterator[Happening]:
    """What becomes of the visits, appointments and charges of today, of those who are still here."""
    for one in work.estate.diary.pop(work.on, ()):
        held = work.estate.held.get(getattr(one, "life", -1))
        if held is None or (held.is_cast and isinstance(one, Charged)):
            continue
        if isinstance(one, Charged):
            yield from heard(work, one)
        elif isinstance(one, VisitBooked):
            yield _visited(work, one)
        elif isinstance(one, AppointmentMade):
            away = one.life in work.away or not held.is_in
            yield _kept(work, one, away=away)


def _visited(work: Work, one: VisitBooked) -> VisitEnded:
    stream = work.stream("visit", one.number)
    ended = chosen(stream, tuple(Visited), rates.VISITED)
    minutes = {Visited.HELD: 118, Visited.CUT_SHORT: 35, Visited.NOT_COME: 45}.get(ended, -60 * stream.randrange(1, 5))
    return VisitEnded(at=one.starts + timedelta(minutes=minutes), life=one.life, number=one.number, ended=ended)


def _kept(work: Work, one: AppointmentMade, *, away: bool) -> AppointmentEnded:
    stream = work.stream("appointment", one.number)
    outcome = "cancelled" if away else chosen(stream, ("kept", "missed", "cancelled"), (0.84, 0.10, 0.06))
    at = one.starts + timedelta(minutes=one.minutes + stream.randrange(0, 30))
    return AppointmentEnded(at=at, life=one.life, number=one.number, outcome=outcome)


def bookings(work: Work, house: House) -> Iterator[Happening]:
    """Visits and appointments that are booked today for days to come."""
    stream = work.stream("bookings", house.code)
    booked = (
        *((False, at) for at in _booked_at(work, house, rates.VISITS, what="visits")),
        *((True, at) for at in _booked_at(work, house, rates.OFFICIAL_VISITS, what="official visits")),
    )
    for is_official, at in booked:
        held = work.anybody(house, stream)
        if held is None:
            continue
        starts = work.later(stream.randrange(2, 12), stream.choice((9.5, 10.5)) if is_official else 14.0)
        yield work.take(
            VisitBooked(
                at=at,
                life=held.life,
                prison=house.code,
                number=work.estate.number(),
                starts=starts,
                is_official=is_official,
            )
        )
    for at in _booked_at(work, house, rates.APPOINTMENTS, what="appointments"):
        held = work.anybody(house, stream)
        if held is None:
            continue
        kind, hour, minutes = chosen(stream, _KINDS, _OFTEN)
        starts = work.later(stream.randrange(1, 8), hour + 0.25 * stream.randrange(0, 5))
        yield work.take(
            AppointmentMade(
                at=at,
                life=held.life,
                prison=house.code,
                number=work.estate.number(),
                kind=kind,
                starts=starts,
                minutes=minutes,
            )
        )


def _booked_at(work: Work, house: House, per_hundred: float, *, what: str) -> list[datetime]:
    stream = work.stream(what, house.code)
    return work.hours(stream, work.daily(stream, house, per_hundred=per_hundred), between=(8.5, 16.8))


def refusals(work: Work, house: House) -> Iterator[Happening]:
    """Meals that are not taken and medication that is missed; staff note some of it."""
    stream = work.stream("refusals", house.code)
    for meal, hour in (("midday", 12.0), ("evening", 17.0)):
        number = work.daily(stream, house, per_hundred=rates.MEALS_REFUSED / 2)
        for at in work.hours(stream, number, between=(hour, hour + 0.4)):
            held = work.somebody(house, stream)
            if held is not None:
                yield MealRefused(at=at, life=held.life, prison=house.code, meal=meal)
                if stream.random() < 0.15:
                    yield from _note(work, house, at, topic=Topic.MEALS, life=held.life)
    number = work.daily(stream, house, per_hundred=rates.MEDICATION_MISSED)
    for at in work.hours(stream, number, between=(8.0, 9.4)):
        held = work.somebody(house, stream)
        if held is not None and held.takes_medication:
            yield MedicationMissed(at=at, life=held.life, prison=house.code, refused=stream.random() < 0.4)
            if stream.random() < 0.1:
                yield from _note(work, house, at, topic=Topic.MEDICATION, life=held.life)


def notes(work: Work, house: House) -> Iterator[Happening]:
    """Notes of the ordinary day; some are written hours after what they tell of."""
    stream = work.stream("notes", house.code)
    topics, shares = tuple(_TOPICS), tuple(_TOPICS.values())
    number = work.daily(stream, house, per_hundred=rates.NOTES)
    for about in work.hours(stream, number, between=(7.9, 19.5)):
        held = work.anybody(house, stream)
        if held is not None:
            topic = chosen(stream, topics, shares)
            yield from _note(work, house, about, topic=topic, life=held.life)


def _note(work: Work, house: House, about: datetime, *, topic: Topic, life: int) -> Iterator[Happening]:
    held = work.estate.held[life]
    stream = work.stream("note", life, about.hour * 60 + about.minute)
    late = stream.expovariate(1 / 40)
    staff = held.key_worker if topic is Topic.KEY_WORK and held.key_worker else work.officer(wing_of(held.cell), stream)
    at = min(about + timedelta(minutes=int(5 + late)), work.at(23.9))
    yield NoteWritten(at=at, life=life, prison=house.code, about=about, topic=topic, staff=staff)
