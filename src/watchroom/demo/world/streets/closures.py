"""What planned events and floods take of the watched roads."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from watchroom.demo.world.chance import Chance
from watchroom.demo.world.county import ROADS
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_events import EventKind, FloodWarned, GatheringBegun, Level
from watchroom.demo.world.happenings_roads import Extent, RoadCleared, RoadDisrupted, Stretch, Trouble
from watchroom.demo.world.streets.places import point_on

_CLOSED_FOR = (EventKind.MARATHON, EventKind.PARADE)


def closures_of(chance: Chance, one: Happening) -> Iterator[Happening]:
    """The closing of a road for what happened, and its opening; nothing where it takes none."""
    if isinstance(one, GatheringBegun) and one.gathering.kind in _CLOSED_FOR:
        gathering = one.gathering
        stretch = _stretch(chance, gathering.key, town=gathering.town, county=gathering.county)
        times = (gathering.begins - timedelta(hours=1), gathering.ends + timedelta(minutes=30))
        yield from _closed(stretch, Trouble.EVENT, times=times, is_planned=True)
    elif isinstance(one, FloodWarned) and one.level is not Level.ALERT:
        key = f"{one.flood}-{one.level.name.lower()}"
        stretch = _stretch(chance, key, town=one.town, county=one.county)
        hours = chance.stream("closed for", key).uniform(3, 14)
        times = (one.at + timedelta(minutes=40), one.at + timedelta(hours=hours))
        yield from _closed(stretch, Trouble.FLOOD, times=times, is_planned=False)


def _stretch(chance: Chance, key: str, *, town: str, county: int) -> Stretch:
    stream = chance.stream("closure", key)
    road = stream.choice([one for one in ROADS if town in one.name])
    point, near = point_on(road, stream.uniform(0.02, 0.2) if road.name.startswith(town) else stream.uniform(0.8, 0.98))
    return Stretch(county=county, key=f"e{key}", road=road.code, town=near, point=point)


def _closed(
    stretch: Stretch, trouble: Trouble, *, times: tuple[datetime, datetime], is_planned: bool
) -> Iterator[Happening]:
    yield RoadDisrupted(
        at=times[0],
        stretch=stretch,
        trouble=trouble,
        extent=Extent.CLOSED,
        severity=3 if is_planned else 4,
        direction="Both directions",
        occasion=None,
        until=times[1] if is_planned else None,
        words=0,
    )
    yield RoadCleared(at=times[1], stretch=stretch)
