"""The crews of a watch: which units are planned, which have nobody for sickness, and where each is."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from watchroom.demo.world.chance import Chance
from watchroom.demo.world.county import AMBULANCE_STATIONS, FIRE_STATIONS, POLICE_STATIONS, Point, Site
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_streets import Agency, CrewOn, CrewShort, Room, Unit
from watchroom.demo.world.streets.figures import CREWS, SICK
from watchroom.demo.world.streets.hours import Watch
from watchroom.demo.world.streets.places import BY_NAME, RESIDENTS

_STATIONS: dict[Agency, tuple[Site, ...]] = {
    Agency.POLICE: POLICE_STATIONS,
    Agency.AMBULANCE: AMBULANCE_STATIONS,
    Agency.FIRE: FIRE_STATIONS,
}


@dataclass(slots=True, kw_only=True)
class Crew:
    """A unit in a watch; instants are seconds of it.

    Attributes:
        unit: it.
        begins, ends: of its shift; it ends what it began.
        free: from when it can be sent again.
        point: where it was last.
    """

    unit: Unit
    begins: float
    ends: float
    free: float
    point: Point


@cache
def _planned(agency: Agency) -> tuple[tuple[Unit, Point, int, int], ...]:
    """Each unit that is planned, with its station's place and its shift in hours of the watch."""
    by_day, by_night = CREWS[agency]
    shifts = ((by_day, 0, 24, ""),) if agency is Agency.FIRE else ((by_day, 0, 12, "D"), (by_night, 12, 24, "N"))
    found: list[tuple[Unit, Point, int, int]] = []
    for rate, begins, ends, mark in shifts:
        for number, station in enumerate(_stations_of(agency, round(rate * RESIDENTS / 100_000)), start=1):
            unit = Unit(
                call_sign=_call_sign(agency, station, number, mark=mark),
                agency=agency,
                kind=_kind(agency, number),
                station=station.code,
            )
            found.append((unit, BY_NAME[station.town].centre, begins, ends))
    return tuple(found)


def _stations_of(agency: Agency, units: int) -> Iterator[Site]:
    """The station of each unit: one for each station, and the rest where most people live."""
    stations = _STATIONS[agency]
    given = dict.fromkeys(stations, 1)
    for _ in range(units - len(stations)):
        given[max(stations, key=lambda one: BY_NAME[one.town].residents / given[one])] += 1
    for station, number in given.items():
        yield from [station] * number


def _call_sign(agency: Agency, station: Site, number: int, *, mark: str) -> str:
    if agency is Agency.POLICE:
        return f"{station.town[:2].upper()}{number:02d}{mark}"
    if agency is Agency.AMBULANCE:
        return f"{station.code}{number:02d}{mark}"
    return f"{station.code}P{number}"


def _kind(agency: Agency, number: int) -> str:
    if agency is Agency.POLICE:
        return "roads policing" if number % 6 == 0 else "response"
    if agency is Agency.AMBULANCE:
        return "rapid response" if number % 5 == 0 else "ambulance"
    return "pump"


def crews_of(chance: Chance, county: int, watch: Watch) -> tuple[dict[Agency, list[Crew]], list[Happening]]:
    """The crews that are there, by agency, and what is to be told of them."""
    crews: dict[Agency, list[Crew]] = {}
    told: list[Happening] = []
    for agency in Agency:
        stream = chance.stream("crews", agency.value, county, watch.number)
        there: list[Crew] = []
        room = Room(county=county, agency=agency)
        for unit, point, begins, ends in _planned(agency):
            at, hours = watch.instant(begins * 3600), ends - begins
            if stream.random() < SICK[agency] / 2:
                told.append(CrewShort(at=at, room=room, unit=unit, hours=hours))
                continue
            told.append(CrewOn(at=at, room=room, unit=unit, hours=hours))
            first = begins * 3600.0
            there.append(Crew(unit=unit, begins=first, ends=ends * 3600.0, free=first, point=point))
        crews[agency] = there
    return crews, told
