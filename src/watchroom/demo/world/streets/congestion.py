"""What holds up traffic without anybody planning it: collisions, breakdowns, floods and too many cars."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from watchroom.demo.world.chance import Chance, often
from watchroom.demo.world.county import ROADS, Road
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_roads import (
    Extent,
    RoadChanged,
    RoadCleared,
    RoadDisrupted,
    Stretch,
    Trouble,
)
from watchroom.demo.world.streets.figures import BREAKDOWNS_A_DAY, CONGESTED
from watchroom.demo.world.streets.hours import Watch
from watchroom.demo.world.streets.jobs import Job
from watchroom.demo.world.streets.places import point_on

DIRECTIONS = ("Northbound", "Southbound", "Eastbound", "Westbound", "Both directions", "Both directions")
_TROUBLES = {
    "collision": Trouble.COLLISION,
    "traffic": Trouble.COLLISION,
    "road_collision": Trouble.COLLISION,
    "obstruction": Trouble.OBSTRUCTION,
    "vehicle_fire": Trouble.FIRE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hold:
    """Something that holds traffic up, in seconds of the watch; severity from 1 to 4."""

    stretch: Stretch
    trouble: Trouble
    begins: float
    ends: float
    severity: int
    occasion: str | None = None
    story: str | None = None


def held_up(chance: Chance, watch: Watch, *, jobs: Iterable[Job]) -> Iterator[Happening]:
    """What the road centre tells of that to which control rooms go on the watched roads."""
    seen: set[str] = set()
    for job in jobs:
        key = job.occasion.key
        if job.occasion.spot.road is not None and job.kind.name in _TROUBLES and key not in seen:
            seen.add(key)
            stream = chance.stream("road", key)
            yield from _told(stream, watch, _of_job(stream, job))


def of_the_day(chance: Chance, county: int, watch: Watch) -> Iterator[Happening]:
    """What only the road centre sees on the roads of a county in a watch."""
    stream = chance.stream("roads", county, watch.number)
    for hold in _holds(stream, watch, county):
        yield from _told(stream, watch, hold)


def _of_job(stream: Random, job: Job) -> _Hold:
    """What the road centre sees of an incident: some minutes after it was opened, until a while after it is cleared."""
    spot, occasion = job.occasion.spot, job.occasion
    last = job.moves[-1][0] if job.moves else job.opened + 2400
    known = job.opened + 120 + stream.expovariate(1 / 300)
    stretch = Stretch(
        county=occasion.county, key=f"t{occasion.key}", road=spot.road or "", town=spot.town, point=spot.point
    )
    return _Hold(
        stretch=stretch,
        trouble=_TROUBLES[job.kind.name],
        begins=known,
        ends=max(last, known + 600) + stream.expovariate(1 / 600),
        severity=stream.choices((1, 2, 3, 4), (30, 40, 22, 8))[0],
        occasion=occasion.key,
        story=occasion.story,
    )


def _holds(stream: Random, watch: Watch, county: int) -> Iterator[_Hold]:
    """Breakdowns at any hour, and queues at those of the way to work and back."""
    for number in range(often(stream, BREAKDOWNS_A_DAY)):
        begins = 3600 * stream.triangular(0, 24, 3)
        stretch = _stretch(stream, stream.choice(ROADS), key=f"t{county}.{watch.number}.b{number}", county=county)
        yield _hold(stream, stretch, Trouble.BREAKDOWN, begins=begins, minutes=(15, 80))
    if watch.on.weekday() > 4:
        return
    for hour, share in CONGESTED.items():
        for road in ROADS:
            if stream.random() < share * (1.2 if road.code == "A906" else 0.6):
                begins = max(0.0, 3600 * (hour - 7 + stream.gauss(0, 0.35)))
                stretch = _stretch(stream, road, key=f"t{county}.{watch.number}.c{hour}{road.code}", county=county)
                yield _hold(stream, stretch, Trouble.CONGESTION, begins=begins, minutes=(25, 95))


def _stretch(stream: Random, road: Road, *, key: str, county: int) -> Stretch:
    point, town = point_on(road, stream.random())
    return Stretch(county=county, key=key, road=road.code, town=town, point=point)


def _hold(stream: Random, stretch: Stretch, trouble: Trouble, *, begins: float, minutes: tuple[int, int]) -> _Hold:
    return _Hold(
        stretch=stretch,
        trouble=trouble,
        begins=begins,
        ends=begins + 60 * stream.uniform(*minutes),
        severity=stream.choices((1, 2, 3), (50, 38, 12))[0],
    )


def _extent(hold: _Hold, severity: int) -> Extent:
    if severity == 4:
        return Extent.CLOSED
    return Extent.NONE if severity == 1 or hold.trouble is Trouble.CONGESTION else Extent.LANE


def _told(stream: Random, watch: Watch, hold: _Hold) -> Iterator[Happening]:
    """It is known, becomes better, and is over."""
    begins = watch.instant(hold.begins)
    yield RoadDisrupted(
        at=begins,
        story=hold.story,
        stretch=hold.stretch,
        trouble=hold.trouble,
        extent=_extent(hold, hold.severity),
        severity=hold.severity,
        direction=stream.choice(DIRECTIONS),
        occasion=hold.occasion,
        until=begins + timedelta(minutes=45) if hold.trouble is Trouble.CONGESTION else None,
        words=int(stream.random() * 1_000_000),
    )
    if hold.severity > 1:
        yield RoadChanged(
            at=watch.instant(hold.begins + (hold.ends - hold.begins) * stream.uniform(0.4, 0.8)),
            story=hold.story,
            stretch=hold.stretch,
            extent=_extent(hold, hold.severity - 1),
            severity=hold.severity - 1,
            words=int(stream.random() * 1_000_000),
        )
    yield RoadCleared(at=watch.instant(hold.ends), story=hold.story, stretch=hold.stretch)
