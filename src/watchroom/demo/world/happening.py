"""What happens, whether or not anybody writes it down, and the parts of the world in which it does."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that happened; each kind is a class of its own.

    Attributes:
        at: when, UTC.
        story: the storyline that it belongs to; None: to none.
    """

    at: datetime
    story: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfLife(Happening):
    """Something that happened to somebody, or that they did.

    Attributes:
        life: the number of the life.
    """

    life: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What happened on one day of the county's own time, in order.

    Attributes:
        date: the day.
        happenings: ordered by instant, and of one instant as the parts gave them.
    """

    date: date
    happenings: tuple[Happening, ...]


class Part(Protocol):
    """A part of the world, such as the prisons, with what stands in it at present."""

    def day(self, on: date, so_far: Sequence[Happening]) -> Iterator[Happening]:
        """What happens in it on a day; asked once for each day, in order.

        Args:
            on: the day, of the county's own time.
            so_far: what happened that day in the parts that come before it.
        """
        ...


def days_of(parts: Sequence[Part], days: Iterable[date]) -> Iterator[Day]:
    """Each of those days, which follow one another; memory does not grow with their number.

    Args:
        parts: in the order in which they hear of each other.
        days: in order, without a gap.
    """
    for on in days:
        found: list[Happening] = []
        for part in parts:
            found.extend(part.day(on, found))
        found.sort(key=lambda one: one.at)
        yield Day(date=on, happenings=tuple(found))
