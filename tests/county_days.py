"""Days of the example's streets for tests, drawn once for all that read them."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from watchroom.demo.world.chance import Chance
from watchroom.demo.world.happening import Day, days_of
from watchroom.demo.world.streets.part import Streets

# Thursday to Sunday, over the night in which the clocks go forward.
FIRST = date(2026, 3, 26)


def days(first: date = FIRST, number: int = 4, *, seed: int = 46, streets: Streets | None = None) -> Iterator[Day]:
    """So many days from a day on."""
    part = streets or Streets(Chance(seed))
    return days_of([part], (first + timedelta(days=one) for one in range(number)))


@cache
def four_days() -> tuple[Day, ...]:
    """Four days of one county."""
    return tuple(days())
