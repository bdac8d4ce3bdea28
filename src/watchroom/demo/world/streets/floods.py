"""Floods of a year: a river rises, is warned of, and falls."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from math import cos, pi, sin
from random import Random

from watchroom.demo.world.chance import Chance, often
from watchroom.demo.world.county import Point
from watchroom.demo.world.county_time import at
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_events import FloodOver, FloodWarned, Level
from watchroom.demo.world.streets.figures import FLOOD_SEVERE, FLOOD_WARNED, FLOODS
from watchroom.demo.world.streets.places import BY_NAME

_RIVERS = (
    ("River Orrin", "Orrinmouth"),
    ("River Pell", "Pellmarsh"),
    ("Hesk Water", "Hesk"),
    ("Tarn Beck", "Tarnholm"),
)
# Most rivers rise from November to February.
_MONTHS = (18, 15, 9, 4, 3, 3, 4, 4, 5, 9, 13, 16)


def floods_of(chance: Chance, county: int, year: int) -> Iterator[Happening]:
    """All warnings of the floods that begin in a year, in no order."""
    stream = chance.stream("floods", county, year)
    for number in range(often(stream, FLOODS)):
        month = stream.choices(range(1, 13), _MONTHS)[0]
        begins = at(date(year, month, stream.randint(1, 28)), stream.uniform(0, 24))
        yield from _flood(stream, county, f"{county}-{year}-{number}", begins=begins)


def _flood(stream: Random, county: int, key: str, *, begins: datetime) -> Iterator[Happening]:
    river, town = stream.choice(_RIVERS)
    levels = [Level.ALERT]
    if stream.random() < FLOOD_WARNED:
        levels.append(Level.WARNING)
        if stream.random() < FLOOD_SEVERE / FLOOD_WARNED:
            levels.append(Level.SEVERE)
    area = _area(stream, town)
    # It rises through its levels and falls back to the alert before the all-clear.
    for level in (*levels, *((Level.ALERT,) if len(levels) > 1 else ())):
        yield FloodWarned(
            at=begins,
            flood=key,
            county=county,
            level=level,
            river=river,
            town=town,
            area=area,
            until=begins + timedelta(hours=24),
            words=stream.randrange(1_000_000),
        )
        begins += timedelta(minutes=stream.randint(150, 900))
    yield FloodOver(at=begins, flood=key, county=county, town=town)


def _area(stream: Random, town: str) -> tuple[Point, ...]:
    """A ring of a few points beside the middle of a town."""
    centre = BY_NAME[town].centre
    across, along = stream.uniform(0.006, 0.014), stream.uniform(0.015, 0.035)
    ring = [
        Point(
            latitude=round(centre.latitude + across * sin(2 * pi * place / 9) * stream.uniform(0.8, 1.2), 5),
            longitude=round(centre.longitude + along * cos(2 * pi * place / 9) * stream.uniform(0.8, 1.2), 5),
        )
        for place in range(9)
    ]
    return (*ring, ring[0])
