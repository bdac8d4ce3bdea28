"""What is planned for many people in a year, a function of the world and the year: matches, protests, a marathon."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from watchroom.demo.world.chance import Chance, often
from watchroom.demo.world.county_time import at
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_events import (
    EventKind,
    Gathering,
    GatheringBegun,
    GatheringCancelled,
    GatheringChanged,
    GatheringEnded,
    GatheringPlanned,
)
from watchroom.demo.world.streets.figures import PROTESTS_A_YEAR
from watchroom.demo.world.streets.places import BY_NAME

_VISITORS = (
    *("Skelby Town", "Marren Athletic", "Vale of Thorne", "Dunmere United", "Port Ansty", "Carrow Rovers"),
    *("Halden City", "Brackley Moor", "Inverholm", "Saltby Albion", "Wexmoor", "Thirlby Rangers"),
)
_CAUSES = (
    ("March against the closure of the maternity ward", 900),
    ("Vigil for peace", 250),
    ("Protest at the energy works", 120),
    ("March of the fishing families", 600),
    ("Gathering for climate action", 350),
    ("Protest and counter protest at the guildhall", 700),
    ("Picket of the bus depot", 80),
)


def gatherings_of(chance: Chance, county: int, year: int) -> Iterator[Happening]:
    """All that is planned, changed, called off, begun and ended of what begins in a year, in no order."""
    stream = chance.stream("gatherings", county, year)
    for gathering, notice in (
        *_matches(stream, county, year),
        *_feasts(county, year),
        *_protests(stream, county, year),
    ):
        yield from _course(stream, gathering, notice)
    for gathering in _series(county, year):
        yield GatheringPlanned(at=at(date(year - 1, 11, 20), 10), gathering=gathering)
        if gathering.kind is EventKind.MARKET:
            # No market on the Saturday after Christmas.
            on = gathering.begins + timedelta(weeks=51)
            yield GatheringCancelled(at=at(date(year, 12, 1), 11), gathering=gathering, on=on)


def _course(stream: Random, gathering: Gathering, notice: int) -> Iterator[Happening]:
    """From its notice, some days before, to its end, or to where it is called off."""
    on = gathering.begins.date()
    yield GatheringPlanned(at=at(on - timedelta(days=notice), stream.uniform(9, 17)), gathering=gathering)
    drawn = stream.random()
    if drawn < 0.04:
        called_off = at(on - timedelta(days=min(notice, stream.randint(0, 6))), stream.uniform(7.0, 8.5))
        yield GatheringCancelled(at=called_off, gathering=gathering)
        return
    if drawn < 0.12 and notice > 10:
        gathering = replace(
            gathering, begins=gathering.begins + timedelta(hours=2), ends=gathering.ends + timedelta(hours=2)
        )
        yield GatheringChanged(at=at(on - timedelta(days=stream.randint(3, 9)), 14), gathering=gathering)
    people = round(gathering.people * stream.uniform(0.6, 1.15))
    yield GatheringBegun(at=gathering.begins, gathering=gathering, people=people)
    yield GatheringEnded(at=gathering.ends + timedelta(minutes=stream.randint(0, 40)), gathering=gathering)


def _gathering(
    county: int, kind: EventKind, title: str, *, on: date, told: tuple[str, str, int, float, float]
) -> Gathering:
    """A gathering; `told` are town, place, people, and the hours at which it begins and ends."""
    town, place, people, begins, ends = told
    return Gathering(
        key=f"{county}-{on:%Y%m%d}-{kind.name.lower()}",
        county=county,
        kind=kind,
        title=title,
        town=town,
        place=place,
        point=BY_NAME[town].centre,
        people=people,
        begins=at(on, begins),
        ends=at(on, ends),
    )


def _matches(stream: Random, county: int, year: int) -> Iterator[tuple[Gathering, int]]:
    """Home matches: every other Saturday from August to May, and some on a Tuesday night."""
    on = date(year, 1, 1)
    on += timedelta(days=(5 - on.weekday()) % 7)
    while on.year == year:
        if on.month not in (6, 7):
            visitor = stream.choice(_VISITORS)
            is_by_night = stream.random() < 0.25
            hours = (19.75, 21.75) if is_by_night else (15.0, 17.0)
            told = ("Orrinmouth", "Saltpan Ground", stream.choice((6200, 7400, 8800, 10_500)), *hours)
            title = f"Orrinmouth Town against {visitor}"
            yield _gathering(county, EventKind.FOOTBALL, title, on=on + timedelta(days=3 * is_by_night), told=told), 60
        on += timedelta(weeks=2)


def _feasts(county: int, year: int) -> Iterator[tuple[Gathering, int]]:
    """What there is once in every year."""
    sunday = date(year, 4, 30) - timedelta(days=(date(year, 4, 30).weekday() + 1) % 7)
    remembrance = date(year, 11, 14) - timedelta(days=(date(year, 11, 14).weekday() + 1) % 7)
    told = (
        (EventKind.MARATHON, "Orrinshire Marathon", sunday, ("Orrinmouth", "North Parade", 5200, 9.0, 16.0)),
        (EventKind.PARADE, "Remembrance parade", remembrance, ("Orrinmouth", "Market Square", 1800, 10.0, 12.5)),
        (EventKind.FIREWORKS, "Bonfire night", date(year, 11, 5), ("Hesk", "Tenter Field", 6000, 18.0, 21.5)),
        (
            EventKind.FIREWORKS,
            "New Year on the quay",
            date(year, 12, 31),
            ("Orrinmouth", "Quay Street", 9000, 21, 25.5),
        ),
        (EventKind.FAIR, "Orrinshire Show", date(year, 7, 20), ("Pellmarsh", "Showground", 14_000, 9.0, 18.0)),
        (EventKind.PARADE, "Carnival", date(year, 8, 8), ("Ostrigg", "Jubilee Terrace", 4000, 12.0, 18.0)),
    )
    for kind, title, on, where in told:
        yield _gathering(county, kind, title, on=on, told=where), 110


def _protests(stream: Random, county: int, year: int) -> Iterator[tuple[Gathering, int]]:
    """Protests, told six days before as the law asks, and some later."""
    taken: set[date] = set()
    for _ in range(often(stream, PROTESTS_A_YEAR)):
        on = date(year, 1, 1) + timedelta(days=stream.randrange(364))
        if on in taken:
            continue
        taken.add(on)
        title, people = stream.choice(_CAUSES)
        town = stream.choices(("Orrinmouth", "Hesk", "Pellmarsh"), (70, 20, 10))[0]
        begins = float(stream.choice((11, 12, 13, 14, 17)))
        told = (town, "Market Square", people, begins, begins + stream.choice((2, 3, 4)))
        yield _gathering(county, EventKind.PROTEST, title, on=on, told=told), stream.choice((1, 3, 6, 7, 9, 14))


def _series(county: int, year: int) -> Iterator[Gathering]:
    """What repeats: the market of every Saturday, and the monthly meeting of those who advise on events."""
    saturday = date(year, 1, 1) + timedelta(days=(5 - date(year, 1, 1).weekday()) % 7)
    market = ("Orrinmouth", "Cornmarket", 1500, 8.0, 15.0)
    thursday = date(year, 1, 1) + timedelta(days=(3 - date(year, 1, 1).weekday()) % 7)
    meeting = ("Orrinmouth", "County Hall", 14, 10.0, 12.0)
    last = date(year, 12, 31)
    for kind, title, on, told, every in (
        (EventKind.MARKET, "Cornmarket", saturday, market, "week"),
        (EventKind.MEETING, "Event safety advisory group", thursday, meeting, "month"),
    ):
        yield replace(_gathering(county, kind, title, on=on, told=told), every=every, until=last)
