"""How long somebody stays: terms, dates of release, recalls, and who goes on to a prison for training."""

from datetime import date, datetime, timedelta
from random import Random

from watchroom.demo.world.happenings_custody import (
    CategorySet,
    DatesCalculated,
    Leaving,
    Legal,
)
from watchroom.demo.world.prisons.state import Held, House
from watchroom.demo.world.prisons.work import chosen

# Terms in months, from the shortest to the longest, and how often a court gives one between two of them.
_TERMS = ((1.5, 6), (6, 12), (12, 36), (36, 84), (84, 180))
_OFTEN = (0.22, 0.26, 0.28, 0.16, 0.08)
_LIFE = 0.008
# Standard sentences are served in custody by this share; longer ones by two thirds.
_SHARE, _LONGER = 0.42, 0.66
_CURFEW = 0.35
_FIXED = 0.6
_AFTER_HALF_A_YEAR = 150


def working_day(on: date) -> date:
    """That day, or the Friday before: nobody is released at a weekend."""
    return on - timedelta(days=max(0, on.weekday() - 4))


def drawn_dates(held: Held, stream: Random, *, at: datetime, begins: date) -> DatesCalculated:
    """The dates of a sentence that began then and has some time left at `at`, UTC; and somebody is held by it."""
    now = at.date()
    held.legal = Legal.SENTENCED
    if stream.random() < _LIFE:
        tariff = begins + timedelta(days=365 * stream.randrange(12, 24))
        held.legal = Legal.LIFE
        return DatesCalculated(
            at=at, life=held.life, begins_on=begins, expires_on=None, release_on=None, tariff_on=tariff
        )
    first, last = chosen(stream, _TERMS, _OFTEN)
    months = stream.uniform(first, last)
    term = round(months * 30.4)
    served = round(term * (_SHARE if months < 84 else _LONGER))
    if begins + timedelta(days=served) <= now:
        begins = now - timedelta(days=round(served * stream.uniform(0.1, 0.95)))
    release = working_day(begins + timedelta(days=served))
    curfew = None
    if 6 < months < 48:
        curfew = max(begins + timedelta(days=30), release - timedelta(days=min(180, served // 2)))
    return DatesCalculated(
        at=at,
        life=held.life,
        begins_on=begins,
        expires_on=begins + timedelta(days=term),
        release_on=max(release, now + timedelta(days=1)),
        curfew_on=curfew,
    )


def settle(held: Held, dates: DatesCalculated, stream: Random, *, now: date) -> None:
    """Let somebody leave by those dates."""
    held.leaves_on, held.leaving = dates.release_on, Leaving.CONDITIONAL
    curfew = dates.curfew_on
    if curfew is not None and now < curfew and stream.random() < _CURFEW:
        held.leaves_on, held.leaving = working_day(curfew), Leaving.CURFEW


def recall_until(stream: Random, *, now: date, held: Held) -> None:
    """Let somebody who was recalled leave when the recall is over."""
    if stream.random() < _FIXED:
        held.legal, held.leaving = Legal.FIXED_RECALL, Leaving.TERM_OF_RECALL
        held.leaves_on = working_day(now + timedelta(days=stream.choice((28, 28, 56, 56))))
    else:
        held.legal, held.leaving = Legal.RECALLED, Leaving.CONDITIONAL
        held.leaves_on = working_day(now + timedelta(days=40 + round(stream.expovariate(1 / 120))))


def category_of(held: Held, stream: Random, *, at: datetime) -> CategorySet:
    """The category that a sentenced person is given, as letters of the service."""
    if held.is_woman:
        category = chosen(stream, ("R", "T"), (0.8, 0.2))
    elif held.is_young:
        category = chosen(stream, ("I", "C", "J"), (0.7, 0.25, 0.05))
    else:
        category = chosen(stream, ("B", "C", "D"), (0.16, 0.74, 0.10))
    return CategorySet(
        at=at,
        life=held.life,
        prison=held.prison,
        category=category,
        review_on=at.date() + timedelta(days=180),
    )


def goes_onwards(held: Held, house: House, *, now: date) -> bool:
    """Whether somebody in a local prison has long enough to go to one for training."""
    if house.kind != "local" or held.is_woman or held.legal not in (Legal.SENTENCED, Legal.RECALLED, Legal.LIFE):
        return False
    return held.leaves_on is None or (held.leaves_on - now).days > _AFTER_HALF_A_YEAR
