"""What is settled and lies ahead: each part keeps it by the day of the county on which it happens."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import TypeVar

from watchroom.demo.world.county_time import at, midnight, wall
from watchroom.demo.world.happening import Happening

T = TypeVar("T")
_WHOLE_DAY = timedelta(days=1)


class Diary:
    """Happenings to come."""

    def __init__(self) -> None:
        """Nothing to come."""
        self._days: dict[date, list[Happening]] = {}

    def put(self, happenings: Iterable[Happening]) -> None:
        """Let them happen on their days."""
        for one in happenings:
            self._days.setdefault(wall(one.at).date(), []).append(one)

    def of(self, on: date) -> Sequence[Happening]:
        """What happens on a day, which is struck off."""
        return self._days.pop(on, ())

    def __len__(self) -> int:
        """How many there are to come."""
        return sum(len(day) for day in self._days.values())


class Hours:
    """The instants of one day, to the second."""

    def __init__(self, on: date) -> None:
        """Those of that day of the county."""
        self.on = on
        self.begins = midnight(on)
        self.ends = midnight(on + _WHOLE_DAY)
        self._is_even = self.ends - self.begins == _WHOLE_DAY

    def at(self, hour: float) -> datetime:
        """The instant of an hour, such as 7.5; UTC."""
        if self._is_even:
            return self.begins + timedelta(seconds=int(hour * 3600))
        return at(self.on, int(hour * 3600) / 3600)

    def split(self, happenings: Iterable[Happening], later: Diary) -> Iterator[Happening]:
        """Those of today; the others go into the diary."""
        for one in happenings:
            if one.at < self.ends:
                yield one
            else:
                later.put((one,))


def minutes(stream: Random, least: int, most: int) -> timedelta:
    """A time between so many minutes, to the second."""
    return timedelta(seconds=int(60 * (least + stream.random() * (most - least))))


def one_of(stream: Random, shares: Mapping[T, float]) -> T:
    """One of those, as often as its share says; the shares need not add up to one."""
    left = stream.random() * sum(shares.values())
    for kind, share in shares.items():
        left -= share
        if left < 0:
            return kind
    return tuple(shares)[-1]


def is_working_day(on: date) -> bool:
    """Whether it is Monday to Friday."""
    return on.weekday() < 5


def working_day(on: date) -> date:
    """That day, or the next on which offices are open."""
    return on + timedelta(days=max(0, 7 - on.weekday())) if on.weekday() > 4 else on
