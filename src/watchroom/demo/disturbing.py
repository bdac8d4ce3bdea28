"""What goes wrong between a source and a node: late, twice, out of order, lost, or held up while a feed is down."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from heapq import heappop, heappush
from itertools import count

from watchroom.demo.deliveries import Delivery, Disturbance, Way
from watchroom.demo.world.chance import Chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubles:
    """How often what goes wrong with the deliveries of a source. All ours: nobody publishes it.

    Attributes:
        late: share that comes late, by `minutes` on average.
        twice: share that comes a second time, within some minutes.
        swapped: share that comes after the next one of its source, as messages that are sent side by side do.
        lost: share that never comes.
        outages: how often in a year the feed is down, for `hours` on average; what it held back comes at once after.
    """

    late: float = 0.0
    minutes: float = 20.0
    twice: float = 0.0
    swapped: float = 0.0
    lost: float = 0.0
    outages: float = 0.0
    hours: float = 3.0


NONE = Troubles()
# Of a control room's messages, of domain events, of a file by e-mail, and of what an address answers.
MESSAGES = Troubles(late=0.004, minutes=12, twice=0.006, swapped=0.01, lost=0.0005, outages=8, hours=1.5)
EVENTS = Troubles(late=0.01, minutes=6, twice=0.012, swapped=0.02, lost=0.0002, outages=5, hours=1)
FILES = Troubles(late=0.05, minutes=90, twice=0.01, lost=0.01, outages=3, hours=9)
SNAPSHOTS = Troubles(late=0.01, minutes=7, lost=0.01, outages=6, hours=2)


class Disturbing:
    """Disturbs deliveries by their source; the same world disturbs them the same."""

    def __init__(self, chance: Chance, troubles: Mapping[str, Troubles]) -> None:
        """What goes wrong in a world.

        Args:
            chance: of the world.
            troubles: by name of the source; one that is not named is not disturbed.
        """
        self._chance, self._troubles = chance, dict(troubles)
        self._outage = lru_cache(maxsize=512)(self._drawn_outage)

    def disturbed(self, deliveries: Iterable[Delivery]) -> Iterator[Delivery]:
        """The deliveries as they arrive, in order of arrival; what is lost stands where it would have arrived.

        Memory holds what is on its way at a time, no more.

        Args:
            deliveries: in order of writing, each arriving when it is written or after.
        """
        under_way: list[tuple[datetime, int, Delivery]] = []
        number = count()
        for one in deliveries:
            while under_way and under_way[0][0] <= one.written_at:
                yield heappop(under_way)[2]
            for arriving in self._of(one):
                heappush(under_way, (arriving.at, next(number), arriving))
        while under_way:
            yield heappop(under_way)[2]

    def _of(self, one: Delivery) -> Iterator[Delivery]:
        """What becomes of one delivery: it, it and itself again, or a note that it was lost."""
        troubles = self._troubles.get(one.source, NONE)
        if troubles == NONE:
            yield one
            return
        # By what it is and when, so that one more delivery of the source moves nothing of the others.
        row = -1 if one.row is None else one.row
        stream = self._chance.stream("on the way", one.source, one.path, row, one.written_at.isoformat())
        drawn = stream.random()
        if drawn < troubles.lost:
            yield replace(one, disturbed=Disturbance.LOST)
            return
        drawn -= troubles.lost
        if drawn < troubles.late:
            one = _held(one, timedelta(minutes=1 + stream.expovariate(1 / troubles.minutes)), Disturbance.LATE)
        elif drawn < troubles.late + troubles.swapped:
            one = _held(one, timedelta(seconds=stream.uniform(5, 90)), Disturbance.OUT_OF_ORDER)
        back = self._back(one.source, one.at)
        if back is not None:
            if one.way is Way.SNAPSHOT:
                # An address that is down answers nothing; what it would have answered is never seen.
                yield replace(one, disturbed=Disturbance.LOST)
                return
            one = _held(one, back - one.at, Disturbance.OUTAGE)
        yield one
        if stream.random() < troubles.twice:
            yield _held(one, timedelta(seconds=stream.uniform(1, 400)), Disturbance.TWICE)

    def _back(self, source: str, at: datetime) -> datetime | None:
        """When the feed of a source that is down at an instant runs again; None: it is not down."""
        for days in (0, 1, 2):
            outage = self._outage(source, (at - timedelta(days=days)).astimezone(UTC).toordinal())
            if outage is not None and outage[0] <= at < outage[1]:
                return outage[1]
        return None

    def _drawn_outage(self, source: str, day: int) -> tuple[datetime, datetime] | None:
        """The outage of a source that begins on a day (UTC), where there is one."""
        troubles = self._troubles[source]
        stream = self._chance.stream("outage on the way", source, day)
        if stream.random() >= troubles.outages / 365.25:
            return None
        begins = datetime.fromordinal(day).replace(tzinfo=UTC) + timedelta(hours=24 * stream.random())
        return begins, begins + timedelta(hours=min(0.1 + stream.expovariate(1 / troubles.hours), 36))


def _held(one: Delivery, by: timedelta, why: Disturbance) -> Delivery:
    return replace(one, at=one.at + by, disturbed=why)
