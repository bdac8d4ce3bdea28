"""Who is out for a day: at court, and in hospital."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from watchroom.demo.world.county import HOSPITALS
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_custody import (
    CameBack,
    Errand,
    EscortBooked,
    EscortEnded,
    HearingHeld,
    HearingListed,
    Leaving,
    Legal,
    LegalChanged,
    Outcome,
    Released,
    WentOut,
)
from watchroom.demo.world.happenings_regime import NoteWritten, Topic
from watchroom.demo.world.happenings_safety import Concern
from watchroom.demo.world.prisons import plans, rates
from watchroom.demo.world.prisons.coming import listed
from watchroom.demo.world.prisons.sentences import category_of, drawn_dates, goes_onwards, settle
from watchroom.demo.world.prisons.state import Held, House
from watchroom.demo.world.prisons.work import Work, chosen, wing_of

_OUTCOMES = (
    Outcome.REMANDED,
    Outcome.COMMITTED,
    Outcome.CONVICTED,
    Outcome.SENTENCED,
    Outcome.BAILED,
    Outcome.NOT_GUILTY,
    Outcome.NO_CUSTODY,
    Outcome.TIME_SERVED,
    Outcome.NOT_PRODUCED,
)
_FREE = {
    Outcome.BAILED: Leaving.BAILED,
    Outcome.NOT_GUILTY: Leaving.NOT_GUILTY,
    Outcome.DISCONTINUED: Leaving.DISCONTINUED,
    Outcome.NO_CUSTODY: Leaving.NO_CUSTODY,
    Outcome.TIME_SERVED: Leaving.TIME_SERVED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hearing:
    """Somebody's hearing of today, what comes of it and when it is known."""

    held: Held
    listed: HearingListed
    outcome: Outcome
    over: datetime
    left: datetime


def court_days(work: Work, house: House) -> Iterator[Happening]:
    """Hearings of today: vans at half past seven, outcomes by the afternoon, back in the evening or not at all."""
    stream = work.stream("court", house.code)
    for life in list(house.roll):
        held = work.estate.held[life]
        hearing = held.hearing
        if hearing is None or hearing.starts.date() > work.on or held.is_cast or held.life in work.busy:
            continue
        outcome = chosen(stream, _OUTCOMES, rates.COURT)
        if not held.is_in:
            outcome = Outcome.NOT_PRODUCED
        over = work.at(stream.uniform(11, 16))
        one = _Hearing(held=held, listed=hearing, outcome=outcome, over=over, left=work.at(stream.uniform(7.3, 7.85)))
        yield from _heard(work, house, one, stream=stream)


def _heard(work: Work, house: House, one: _Hearing, *, stream: Random) -> Iterator[Happening]:
    held, hearing, outcome = one.held, one.listed, one.outcome
    goes = not hearing.by_video and outcome is not Outcome.NOT_PRODUCED
    work.busy.add(held.life)
    if goes:
        yield work.take(
            WentOut(at=one.left, life=held.life, prison=house.code, place=hearing.court, errand=Errand.COURT)
        )
    yield work.take(HearingHeld(at=one.over, life=held.life, number=hearing.number, outcome=outcome))
    leaving = _FREE.get(outcome)
    if leaving is not None:
        at = one.over + timedelta(minutes=stream.randrange(15, 90))
        yield work.take(
            Released(at=at, life=held.life, prison=house.code, cell=held.cell, leaving=leaving, at_court=goes)
        )
        return
    back = work.at(stream.uniform(16.2, 19.4))
    if goes:
        work.away[held.life] = (one.left, back)
        yield work.take(CameBack(at=back, life=held.life, prison=house.code, place=hearing.court, errand=Errand.COURT))
    yield from _after_court(work, house, one, stream=stream)


def _after_court(work: Work, house: House, one: _Hearing, *, stream: Random) -> Iterator[Happening]:
    held, outcome = one.held, one.outcome
    if outcome is Outcome.SENTENCED:
        yield from _sentenced(work, house, one, stream=stream)
        return
    changed = {Outcome.COMMITTED: Legal.TRIAL, Outcome.CONVICTED: Legal.CONVICTED}.get(outcome)
    if changed is not None and changed is not held.legal:
        yield work.take(LegalChanged(at=work.at(19.5), life=held.life, prison=house.code, legal=changed))
    yield work.take(listed(work, house, held, stream=stream))


def _sentenced(work: Work, house: House, one: _Hearing, *, stream: Random) -> Iterator[Happening]:
    held = one.held
    dates = drawn_dates(held, stream, at=work.later(2, stream.uniform(9, 15)), begins=held.received.date())
    settle(held, dates, stream, now=work.on)
    work.estate.later(dates)
    at = work.at(stream.uniform(19.5, 20.5))
    yield work.take(LegalChanged(at=at, life=held.life, prison=house.code, legal=held.legal))
    work.estate.later(category_of(held, stream, at=work.later(stream.randrange(3, 10), stream.uniform(9, 16))))
    if goes_onwards(held, house, now=work.on):
        held.onwards_on = work.on + timedelta(days=stream.randrange(8, 45))
    yield NoteWritten(
        at=work.at(20.7),
        life=held.life,
        prison=house.code,
        about=at,
        topic=Topic.COURT,
        staff=work.officer(wing_of(held.cell), stream),
    )
    is_long = held.leaves_on is None or (held.leaves_on - work.on).days > 700
    if held.plan is None and stream.random() < (0.25 if is_long else 0.03):
        yield from plans.opened(work, held, stream, at=work.at(20.9), concern=Concern.COURT)


def hospital(work: Work, house: House) -> Iterator[Happening]:
    """Escorts to hospital: booked ones in the morning, emergencies at any hour, and bed watches that end."""
    stream = work.stream("hospital", house.code)
    place = HOSPITALS[house.county % 2].code
    for life in list(house.roll):
        held = work.estate.held[life]
        if held.back_on is not None and held.back_on <= work.on and not held.is_cast and life not in work.busy:
            work.busy.add(life)
            yield work.take(_back(work, held, stream, place=place))
    yield from _booked(work, house, stream, place=place)
    number = work.daily(stream, house, per_hundred=rates.EMERGENCIES)
    for at in work.hours(stream, number, between=(0.5, 15)):
        held = work.somebody(house, stream)
        if held is not None:
            yield from _out(work, held, at=at, place=place, nights=int(stream.random() * 6))


def _booked(work: Work, house: House, stream: Random, *, place: str) -> Iterator[Happening]:
    """Escorts that were booked for today, and those that are booked for days to come."""
    for one in house.escorts.pop(work.on, ()):
        held = work.estate.held.get(one.life)
        if held is None:
            continue
        is_free = held.is_in and one.life not in work.busy and not held.is_cast and held.prison == house.code
        taken = is_free and stream.random() >= rates.ESCORTS_CANCELLED
        at = one.starts - timedelta(minutes=stream.randrange(25, 50))
        yield EscortEnded(at=at, life=one.life, number=one.number, was_taken=taken)
        if taken:
            yield from _out(work, held, at=at, place=one.place, nights=0)
    number = work.daily(stream, house, per_hundred=rates.OUTPATIENTS)
    for at in work.hours(stream, number, between=(9.5, 16.5)):
        held = work.somebody(house, stream)
        if held is None:
            continue
        starts = work.later(stream.randrange(2, 15), 9.0 + 0.5 * stream.randrange(0, 8))
        booked = EscortBooked(
            at=at, life=held.life, number=work.estate.number(), prison=house.code, place=place, starts=starts
        )
        yield work.take(booked)


def _out(work: Work, held: Held, *, at: datetime, place: str, nights: int) -> Iterator[Happening]:
    """Somebody goes to hospital and comes back after so many nights; 0: the same day."""
    work.busy.add(held.life)
    errand = Errand.BED_WATCH if nights else Errand.OUTPATIENT
    yield work.take(WentOut(at=at, life=held.life, prison=held.prison, place=place, errand=errand))
    if nights:
        held.back_on = work.on + timedelta(days=nights)
        work.away[held.life] = (at, work.at(24))
        return
    back = at + timedelta(hours=3)
    work.away[held.life] = (at, back)
    yield work.take(CameBack(at=back, life=held.life, prison=held.prison, place=place, errand=errand))


def _back(work: Work, held: Held, stream: Random, *, place: str) -> CameBack:
    at = work.at(stream.uniform(10.5, 18))
    work.away[held.life] = (work.at(0), at)
    errand = held.errand or Errand.BED_WATCH
    return CameBack(at=at, life=held.life, prison=held.prison, place=place, errand=errand)
