"""The day of a control room, from 07:00 to 07:00, and how calls lie in it."""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from random import Random

from watchroom.demo.world.county_time import at
from watchroom.demo.world.streets.figures import DOORS, Door
from watchroom.demo.world.streets.places import RESIDENTS

FIRST_HOUR = 7
WEEKS_A_YEAR = 365.25 / 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The 24 hours from 07:00 of a day by the county's clocks; instants in it are seconds from its beginning.

    Attributes:
        on: the day on which it begins.
        begins: UTC.
        hours: of each hour its weekday, its number on the clock, and the second at which it begins.
    """

    on: date
    begins: datetime
    hours: tuple[tuple[int, int, float], ...]

    @property
    def number(self) -> int:
        """Of the day, by which streams of chance name it."""
        return self.on.toordinal()

    def instant(self, second: float) -> datetime:
        """The instant of a second of it, UTC."""
        return self.begins + timedelta(seconds=int(second))


@lru_cache(maxsize=64)
def watch_of(on: date) -> Watch:
    """The watch that begins on a day."""
    begins = at(on, FIRST_HOUR)
    hours: list[tuple[int, int, float]] = []
    for hour in range(FIRST_HOUR, FIRST_HOUR + 24):
        weekday = (on + timedelta(days=hour // 24)).weekday()
        hours.append((weekday, hour % 24, (at(on, hour) - begins).total_seconds()))
    return Watch(on=on, begins=begins, hours=tuple(hours))


def _shares(door: Door) -> tuple[tuple[float, ...], ...]:
    """Of each hour of a week, the share of its calls: by weekday from Monday, and hour."""
    weights: list[list[float]] = []
    for weekday in range(7):
        hours = door.weekend if weekday > 4 else door.hours
        # A day has its weight whatever the shape of its hours.
        weights.append([door.days[weekday] * one / sum(hours) for one in hours])
    whole = sum(map(sum, weights))
    return tuple(tuple(one / whole for one in day) for day in weights)


_SHARES = tuple(map(_shares, DOORS))


def stated_calls(door: int, weekday: int, hour: int) -> float:
    """How many calls a county's door has in that hour of a week on average: what `figures` states.

    Args:
        door: its place in `DOORS`.
        weekday: from 0, Monday.
        hour: by the county's clocks.
    """
    return DOORS[door].calls * RESIDENTS / WEEKS_A_YEAR * _SHARES[door][weekday][hour]


@lru_cache(maxsize=64)
def weights_of(door: int, watch: Watch) -> tuple[float, ...]:
    """How many calls each hour of a watch has on average, summed up from its beginning."""
    return tuple(accumulate(stated_calls(door, weekday, hour) for weekday, hour, _ in watch.hours))


def drawn_second(stream: Random, watch: Watch, weights: Sequence[float]) -> float:
    """A second of the watch, of an hour as often as it has weight; weights are summed up."""
    hour = min(bisect(weights, stream.random() * weights[-1]), len(weights) - 1)
    return watch.hours[hour][2] + 3600 * stream.random()
