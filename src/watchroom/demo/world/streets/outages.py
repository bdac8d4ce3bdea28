"""When a control room's system is down."""

from watchroom.demo.world.chance import Chance
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_streets import Agency, Room, SystemDown, SystemUp
from watchroom.demo.world.streets.figures import OUTAGE_MINUTES, OUTAGES
from watchroom.demo.world.streets.hours import Watch


def outages_of(chance: Chance, county: int, watch: Watch) -> list[Happening]:
    """The beginnings and ends of outages that begin in a watch."""
    told: list[Happening] = []
    for agency in Agency:
        stream = chance.stream("outage", agency.value, county, watch.number)
        if stream.random() >= OUTAGES / 365.25:
            continue
        # One ends before the next watch, so that no two of one room run into each other.
        begins = 72_000 * stream.random()
        minutes = int(min(10 + stream.expovariate(1 / (OUTAGE_MINUTES - 10)), 230))
        room = Room(county=county, agency=agency)
        told.append(SystemDown(at=watch.instant(begins), minutes=minutes, room=room))
        told.append(SystemUp(at=watch.instant(begins + 60 * minutes), room=room))
    return told
