"""Works on the roads of a county in a year: planned, begun, some begun late, some run over."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from watchroom.demo.world.chance import Chance
from watchroom.demo.world.county import ROADS, Point, Road
from watchroom.demo.world.county_time import at
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_roads import Impact, Stretch, WorksBegun, WorksEnded, WorksPlanned
from watchroom.demo.world.streets.figures import WORKS_A_YEAR
from watchroom.demo.world.streets.places import point_on

# What is done, by whom, for how many days at least and at most, and how often.
_WHAT = (
    ("gas main", "Orrin Gas Networks", 3, 40, 20),
    ("water main", "Seaholm Water", 2, 25, 22),
    ("electricity cable", "North Holm Power", 2, 15, 14),
    ("telecoms duct", "Orrinlink", 1, 6, 20),
    ("resurfacing", "Orrinshire County Council", 1, 8, 12),
    ("junction works", "Orrinshire County Council", 20, 150, 5),
    ("bridge inspection", "Orrinshire County Council", 1, 2, 4),
    ("emergency repair", "Seaholm Water", 1, 5, 3),
)
_IMPACTS = (Impact.CLOSED, Impact.LANES, Impact.SIGNALS, Impact.OPEN)


def works_of(chance: Chance, county: int, year: int) -> Iterator[Happening]:
    """All that is planned, begun and ended of the works that begin in a year, in no order."""
    stream = chance.stream("works", county, year)
    for number in range(WORKS_A_YEAR):
        yield from _one(stream, county, f"w{county}.{year}.{number}", on=date(year, 1, 1) + _days(stream, 0, 364))


def _days(stream: Random, least: int, most: int) -> timedelta:
    return timedelta(days=stream.randint(least, most))


def _one(stream: Random, county: int, key: str, *, on: date) -> Iterator[Happening]:
    what, promoter, least, most, _ = stream.choices(_WHAT, [one[4] for one in _WHAT])[0]
    road = stream.choice(ROADS)
    first = stream.uniform(0.0, 0.93)
    line = _line(road, first, first + stream.uniform(0.01, 0.06))
    stretch = Stretch(county=county, key=key, road=road.code, town=point_on(road, first)[1], point=line[0])
    nights = what in ("resurfacing", "bridge inspection")
    hour = 20.0 if nights else 8.0
    begins, ends = at(on, hour), at(on + _days(stream, least, most), 6.0 if nights else 17.0)
    planned = WorksPlanned(
        at=at(on - (timedelta() if what == "emergency repair" else _days(stream, 10, 120)), stream.uniform(6, 7.9)),
        stretch=stretch,
        what=what,
        promoter=promoter,
        impact=stream.choices(_IMPACTS, (15, 35, 35, 15))[0],
        line=line,
        begins=begins,
        ends=ends,
        nights=nights,
    )
    yield planned
    if stream.random() < 0.12:
        late = _days(stream, 1, 9)
        begins, ends = begins + late, ends + late
        yield replace(planned, at=planned.begins - timedelta(hours=15), begins=begins, ends=ends)
    yield WorksBegun(at=begins + timedelta(minutes=stream.randint(-10, 50)), stretch=stretch)
    if stream.random() < 0.15:
        said, ends = ends - timedelta(hours=2), ends + _days(stream, 1, 5)
        yield replace(planned, at=said, begins=begins, ends=ends)
    yield WorksEnded(at=ends - timedelta(minutes=stream.randint(0, 90)), stretch=stretch)


def _line(road: Road, first: float, last: float) -> tuple[Point, ...]:
    return tuple(point_on(road, min(one, 1.0))[0] for one in (first, (first + last) / 2, last))
