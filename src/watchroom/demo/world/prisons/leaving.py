"""Who goes: releases in the morning, moves to other prisons, and people who die."""

from collections.abc import Iterator
from datetime import timedelta

from watchroom.demo.world.chance import often
from watchroom.demo.world.county import Use
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_custody import (
    Died,
    MovedAfar,
    PrisonChanged,
    ReleaseConfirmed,
    Released,
)
from watchroom.demo.world.happenings_regime import NoteWritten, Topic
from watchroom.demo.world.prisons import rates
from watchroom.demo.world.prisons.state import Held, House
from watchroom.demo.world.prisons.work import Work, wing_of

# Prisons of other counties, to which people are moved when there is no room; invented like the rest.
AFAR = (("WNB", "WINTERBECK (HMP)"), ("GLD", "GALDERNESS (HMP)"))
_CONFIRMED_BEFORE = 10
_FULL = 1.012


def releases(work: Work, house: House) -> Iterator[Happening]:
    """Who is released from the gate this morning, and whose day is confirmed."""
    stream = work.stream("releases", house.code)
    leaving = [held for held in _own(work, house) if held.leaves_on is not None and held.leaves_on <= work.on]
    going = [held for held in leaving if held.is_in]
    for held, at in zip(going, work.hours(stream, len(going), between=(8.6, 11.4)), strict=True):
        work.busy.add(held.life)
        yield work.take(Released(at=at, life=held.life, prison=house.code, cell=held.cell, leaving=held.leaving))
    for held in list(_own(work, house)):
        if held.leaves_on is None or held.is_confirmed or (held.leaves_on - work.on).days > _CONFIRMED_BEFORE:
            continue
        at = work.at(stream.uniform(9, 15.5))
        yield work.take(
            ReleaseConfirmed(at=at, life=held.life, prison=house.code, on=held.leaves_on, leaving=held.leaving)
        )
        if stream.random() < 0.4:
            yield NoteWritten(
                at=at + timedelta(minutes=20),
                life=held.life,
                prison=house.code,
                about=at,
                topic=Topic.RELEASE,
                staff=work.officer(wing_of(held.cell), stream),
            )


def _own(work: Work, house: House) -> Iterator[Held]:
    """The people of a prison of whom something may be drawn today."""
    held = work.estate.held
    return (held[life] for life in list(house.roll) if life not in work.busy and not held[life].is_cast)


def onwards(work: Work, house: House, to_house: House) -> Iterator[Happening]:
    """Who moves on to the prison for training, as far as it has room: out in the morning, in after noon."""
    if work.on.weekday() > 4:
        return
    stream = work.stream("onwards", house.code)
    waiting = [held for held in _own(work, house) if held.onwards_on is not None and held.is_in]
    waiting = [held for held in waiting if held.onwards_on is not None and held.onwards_on <= work.on]
    room = max(0, int(to_house.target * _FULL) - len(to_house.roll))
    waiting = [held for held in waiting if held.plan is None and held.hearing is None][:room]
    number = min(len(waiting), often(stream, 1.6 * rates.ONWARDS * house.target / 365))
    arrivals = work.hours(stream, number, between=(13.0, 13.95))
    lefts = work.hours(stream, number, between=(8.2, 8.55))
    for held, left, at in zip(waiting, lefts, arrivals, strict=False):
        cell, orders = work.place(to_house, held, at=at, uses=(Use.FIRST_NIGHT,))
        for order in orders:
            yield work.take(order)
        yield work.take(
            PrisonChanged(
                at=at,
                life=held.life,
                from_prison=house.code,
                prison=to_house.code,
                from_cell=held.cell,
                cell=cell.path,
                left=left,
            )
        )
        work.busy.add(held.life)


def drafts(work: Work, house: House) -> Iterator[Happening]:
    """Who is moved to a prison of another county because there is no room here."""
    over = len(house.roll) - int(house.target * (_FULL + 0.01))
    if over <= 0 or work.on.weekday() > 4:
        return
    stream = work.stream("drafts", house.code)
    fit = [held for held in _own(work, house) if held.plan is None and held.hearing is None and held.is_in]
    moved = stream.sample(fit, min(over, 4, len(fit)))
    for held, at in zip(moved, work.hours(stream, len(moved), between=(9.0, 11.0)), strict=True):
        to_prison = stream.choice(AFAR)[0]
        work.busy.add(held.life)
        yield work.take(MovedAfar(at=at, life=held.life, prison=house.code, cell=held.cell, to_prison=to_prison))


def deaths(work: Work, house: House) -> Iterator[Happening]:
    """Who dies: rarely."""
    stream = work.stream("deaths", house.code)
    for at in work.hours(stream, work.times(stream, house, per_thousand_a_year=rates.DEATHS), between=(22.2, 23.9)):
        held = work.somebody(house, stream)
        if held is not None:
            work.busy.add(held.life)
            yield work.take(Died(at=at, life=held.life, prison=house.code, cell=held.cell))
