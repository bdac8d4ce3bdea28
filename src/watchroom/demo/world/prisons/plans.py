"""Care plans: opened, reviewed, closed, and the observations that they ask for."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random

from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_regime import NoteWritten, Topic
from watchroom.demo.world.happenings_safety import (
    AlertEnded,
    AlertRaised,
    CarePlanClosed,
    CarePlanOpened,
    CarePlanReviewed,
    Concern,
    ObservationMissed,
    Observed,
)
from watchroom.demo.world.prisons import rates
from watchroom.demo.world.prisons.state import Held, House, Plan
from watchroom.demo.world.prisons.work import Work, chosen, wing_of

OPEN = "HA"
# Observations in an hour by day and at night, from the lightest plan to the closest, and how often each is agreed.
SCHEDULES = ((0.35, 0.5), (0.5, 1.0), (1.0, 1.0), (2.0, 2.0), (4.0, 4.0))
_OFTEN = (0.36, 0.32, 0.22, 0.07, 0.03)
# Later than so many minutes is late.
LATE_AFTER = 10
_DAY = (7.5, 21.0)
_WHY = (Concern.LOW_MOOD, Concern.THREATS, Concern.DEBT, Concern.BAD_NEWS)


def opened(work: Work, held: Held, stream: Random, *, at: datetime, concern: Concern) -> Iterator[Happening]:
    """A plan is opened, and the alert that goes with it; nothing where one is open."""
    if held.plan is not None:
        return
    closer = concern in (Concern.SELF_HARM, Concern.COURT)
    by_day, by_night = SCHEDULES[min(4, chosen(stream, range(5), _OFTEN) + int(closer))]
    review_on = work.on + timedelta(days=1 if closer or concern is Concern.FIRST_NIGHT else 3)
    yield work.take(
        CarePlanOpened(
            at=at,
            life=held.life,
            prison=held.prison,
            plan=work.estate.number(),
            concern=concern,
            by_day=by_day,
            by_night=by_night,
            review_on=review_on,
        )
    )
    if held.plan is not None:
        held.plan.closes_on = work.on + timedelta(days=2 + round(stream.gammavariate(2.0, rates.PLAN_DAYS / 2.2)))
    raised = at + timedelta(minutes=stream.randrange(4, 55))
    yield work.take(AlertRaised(at=raised, life=held.life, prison=held.prison, code=OPEN))


def kept(work: Work, house: House) -> Iterator[Happening]:
    """The day's reviews, and plans that are opened for other reasons than self-harm and a first night."""
    stream = work.stream("plans", house.code)
    for life, plan in list(house.plans.items()):
        held = work.estate.held[life]
        if plan.review_on > work.on or held.is_cast or life in work.away or life in work.busy:
            continue
        yield from _reviewed(work, held, plan, stream=stream)
    number = work.times(stream, house, per_thousand_a_year=rates.PLANS)
    for at in work.hours(stream, number, between=(8.5, 20.5)):
        held = work.somebody(house, stream)
        if held is not None and held.plan is None:
            yield from opened(work, held, stream, at=at, concern=stream.choice(_WHY))


def _reviewed(work: Work, held: Held, plan: Plan, *, stream: Random) -> Iterator[Happening]:
    at = work.at(stream.uniform(9.2, 15.8))
    if work.on >= plan.closes_on:
        work.over[plan.number] = at
        yield work.take(
            CarePlanClosed(
                at=at, life=held.life, prison=held.prison, plan=plan.number, review_on=work.on + timedelta(days=7)
            )
        )
        # Some alerts are forgotten for days after the plan is closed.
        ended = at + timedelta(minutes=stream.randrange(5, 90))
        if stream.random() < 0.06:
            ended = work.later(stream.randrange(1, 6), stream.uniform(9, 16))
            work.estate.later(AlertEnded(at=ended, life=held.life, prison=held.prison, code=OPEN))
        else:
            yield work.take(AlertEnded(at=ended, life=held.life, prison=held.prison, code=OPEN))
    else:
        place = next((step for step, one in enumerate(SCHEDULES) if one[0] >= plan.by_day), 2)
        by_day, by_night = SCHEDULES[max(0, min(4, place + stream.choice((-1, -1, 0, 0, 1))))]
        yield work.take(
            CarePlanReviewed(
                at=at,
                life=held.life,
                prison=held.prison,
                plan=plan.number,
                by_day=by_day,
                by_night=by_night,
                review_on=min(plan.closes_on, work.on + timedelta(days=stream.randrange(2, 8))),
            )
        )
    yield NoteWritten(
        at=at + timedelta(minutes=stream.randrange(10, 240)),
        life=held.life,
        prison=held.prison,
        about=at,
        topic=Topic.REVIEW,
        staff=work.officer(wing_of(held.cell), stream),
    )


def observations(work: Work, house: House, *, before: Mapping[int, Plan]) -> Iterator[Happening]:
    """The observations of the day: most on time, some late, few never made.

    Args:
        work: the day, with all that happened in it.
        house: the prison.
        before: the plans that were open when the day began.
    """
    stream = work.stream("observations", house.code)
    for life, plan in {**before, **house.plans}.items():
        held = work.estate.held.get(life)
        if held is not None and held.prison != house.code:
            continue
        begins = max(work.at(0), plan.opened)
        ends = work.over.get(plan.number) or work.estate.left.get(life) or work.at(24)
        away = work.away.get(life, (ends, ends))
        if held is not None and not held.is_in and life not in work.away:
            continue
        wing = house.wings[0] if held is None else wing_of(held.cell)
        team = [work.officer(wing, stream) for _ in range(3)]
        for hour in _due(plan, stream.random()):
            due = work.at(hour)
            if begins <= due < ends and not away[0] <= due <= away[1]:
                yield _observation(plan, due, stream, staff=team[0 if hour < 7.5 else 1 if hour < 13.5 else 2])


def _observation(plan: Plan, due: datetime, stream: Random, *, staff: int) -> Happening:
    draw = stream.random
    if draw() < rates.MISSED:
        return ObservationMissed(at=due, life=plan.life, plan=plan.number)
    seconds = 60 * LATE_AFTER * (1 + 4 * draw()) if draw() < rates.LATE else 540 * draw() * draw()
    return Observed(
        at=due + timedelta(seconds=int(seconds)),
        life=plan.life,
        plan=plan.number,
        due=due,
        staff=staff,
        has_talked=7 <= due.hour < 21 and draw() < 0.4,
    )


def _due(plan: Plan, shift: float) -> Iterator[float]:
    """The hours at which observations are due: evenly, but not at the same minutes for everybody."""
    hour = shift / max(plan.by_day, 0.3)
    while hour < 23.95:
        yield hour
        hour += 1 / (plan.by_day if _DAY[0] <= hour < _DAY[1] else plan.by_night)


def expected_a_day(plan: Plan) -> float:
    """How many observations a plan asks for in a day."""
    by_day = _DAY[1] - _DAY[0]
    return by_day * plan.by_day + (24 - by_day) * plan.by_night
