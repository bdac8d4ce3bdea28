"""What stands for a county long before its day: works, gatherings, floods, and what these bring on roads and lines."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from watchroom.demo.world.chance import Chance
from watchroom.demo.world.county_time import ZONE
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_events import EventKind, FloodWarned, GatheringBegun, Level
from watchroom.demo.world.streets.closures import closures_of
from watchroom.demo.world.streets.floods import floods_of
from watchroom.demo.world.streets.gatherings import gatherings_of
from watchroom.demo.world.streets.surges import Surge
from watchroom.demo.world.streets.works import works_of

# Of a gathering, what is called about more, and by how much for each 1,000 people there; ours.
_MORE: dict[EventKind, tuple[tuple[str, float], ...]] = {
    EventKind.FOOTBALL: (("public_order", 0.35), ("obstruction", 0.3), ("fall", 0.05), ("antisocial", 0.2)),
    EventKind.PROTEST: (("public_order", 5.0), ("obstruction", 5.0)),
    EventKind.MARATHON: (("unconscious", 0.7), ("sick", 0.5), ("injury", 0.6), ("obstruction", 0.8)),
    EventKind.FIREWORKS: (("secondary_fire", 0.6), ("antisocial", 0.4), ("injury", 0.15), ("public_order", 0.25)),
    EventKind.FAIR: (("obstruction", 0.3), ("sick", 0.1)),
    EventKind.PARADE: (("obstruction", 0.4),),
}
# Of a flood, by its level: how much more the town calls about water, the roads and people who are worried; ours.
_WATER: dict[Level, tuple[tuple[str, float], ...]] = {
    Level.ALERT: (("flooding", 4.0), ("obstruction", 1.3)),
    Level.WARNING: (("flooding", 45.0), ("obstruction", 4.0), ("concern", 1.4), ("water_rescue", 15.0)),
    Level.SEVERE: (("flooding", 160.0), ("obstruction", 8.0), ("concern", 2.5), ("water_rescue", 90.0)),
}


class Almanac:
    """What is planned and what the weather brings, by county and day."""

    def __init__(self, chance: Chance) -> None:
        """The almanac of that chance."""
        self._chance = chance
        self._year = lru_cache(maxsize=512)(self._made)

    def on(self, county: int, on: date) -> list[Happening]:
        """What it holds of a day, in no order."""
        # What begins in a year may have been planned in the year before, and end in the next.
        return [one for year in (on.year - 1, on.year, on.year + 1) for one in self._year(county, year)[0].get(on, ())]

    def surges(self, county: int, on: date) -> list[Surge]:
        """The surges of calls that begin on that day or in the two before it."""
        days = [on - timedelta(days=back) for back in range(3)]
        return [one for day in days for one in self._year(county, day.year)[1].get(day, ())]

    def _made(self, county: int, year: int) -> tuple[dict[date, list[Happening]], dict[date, list[Surge]]]:
        days: dict[date, list[Happening]] = defaultdict(list)
        surges: dict[date, list[Surge]] = defaultdict(list)
        for source in (works_of, gatherings_of, floods_of):
            for one in source(self._chance, county, year):
                for told in (one, *closures_of(self._chance, one)):
                    days[told.at.astimezone(ZONE).date()].append(told)
                for surge in _surges(one):
                    surges[surge.begins.astimezone(ZONE).date()].append(surge)
        return days, surges


def _surges(one: Happening) -> Iterator[Surge]:
    if isinstance(one, GatheringBegun):
        gathering = one.gathering
        for kind, factor in _MORE.get(gathering.kind, ()):
            yield Surge(
                kind=kind,
                town=gathering.town,
                begins=gathering.begins - timedelta(hours=1),
                ends=gathering.ends + timedelta(hours=2),
                factor=1 + factor * one.people / 1000,
                county=gathering.county,
            )
    elif isinstance(one, FloodWarned):
        for kind, factor in _WATER[one.level]:
            yield Surge(
                kind=kind,
                town=one.town,
                begins=one.at,
                ends=one.at + timedelta(hours=6),
                factor=factor,
                county=one.county,
            )
