"""The streets as a part of the world."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import chain

from watchroom.demo.world.chance import Chance
from watchroom.demo.world.county_time import ZONE, midnight
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_streets import Agency
from watchroom.demo.world.streets.almanac import Almanac
from watchroom.demo.world.streets.congestion import held_up, of_the_day
from watchroom.demo.world.streets.crews import Crew, crews_of
from watchroom.demo.world.streets.figures import MISSING_DAYS_AT_MOST
from watchroom.demo.world.streets.hours import Watch, watch_of
from watchroom.demo.world.streets.jobs import Job, jobs_of
from watchroom.demo.world.streets.lives_of_jobs import answered, close, life_of
from watchroom.demo.world.streets.missing import missing, search
from watchroom.demo.world.streets.occasions import Occasion, occasions_of, ordered_occasions
from watchroom.demo.world.streets.outages import outages_of
from watchroom.demo.world.streets.sending import send
from watchroom.demo.world.streets.surges import Ordered, OrderedCall

PLANNED_AHEAD = timedelta(days=200)

# What of another part's happenings brings a call to the emergency services; None: it brings none.
Calls = Callable[[Happening], OrderedCall | None]


class Streets:
    """Calls, incidents, units, roads, planned events and floods of as many counties as the world has.

    A watch, from 07:00 to 07:00, is a function of the world and its day: its crews begin free and end what they began.
    So a day reached alone is the day reached in order; what runs on past its day is held over, for a week at most.
    """

    def __init__(
        self, chance: Chance, *, counties: int = 1, ordered: Sequence[Ordered] = (), calls: Calls | None = None
    ) -> None:
        """The streets of a world.

        Args:
            chance: of the world.
            counties: how many there are, each with the residents of `county.TOWNS`.
            ordered: surges and calls that storylines want.
            calls: what is called about of what happens in the parts before it.
        """
        self._chance, self._counties, self._ordered, self._calls = chance, range(counties), tuple(ordered), calls
        self.almanac = Almanac(chance)
        self._held: dict[date, list[Happening]] = defaultdict(list)
        self._last: date | None = None

    def day(self, on: date, so_far: Sequence[Happening]) -> Iterator[Happening]:
        """What happens on a day, by the county's clocks."""
        first = on - timedelta(days=MISSING_DAYS_AT_MOST + 2)
        if self._last is None:
            for back in range((on - first).days):
                self._watch(first + timedelta(days=back), ())
            self._held = defaultdict(list, {day: found for day, found in self._held.items() if day >= on})
        self._last = on
        self._watch(on, self._called(so_far))
        yield from self._held.pop(on, ())
        for county in self._counties:
            yield from self.almanac.on(county, on)

    def before(self, on: date) -> Iterator[Happening]:
        """What the almanac told in the half year before a day, for a feed that begins then."""
        day = on - PLANNED_AHEAD
        while day < on:
            for county in self._counties:
                yield from sorted(self.almanac.on(county, day), key=lambda one: one.at)
            day += timedelta(days=1)

    def _called(self, so_far: Sequence[Happening]) -> tuple[OrderedCall, ...]:
        if self._calls is None:
            return ()
        return tuple(call for one in so_far if (call := self._calls(one)) is not None)

    def _watch(self, on: date, called: Sequence[OrderedCall]) -> None:
        """Draw the watch of a day, and hold what happens in it for the days on which it does."""
        watch, before = watch_of(on), watch_of(on - timedelta(days=1))
        early = [call for call in called if call.at < watch.begins]
        for county in self._counties:
            ordered = (*self._ordered, *called, *self.almanac.surges(county, on))
            crews, told = crews_of(self._chance, county, watch)
            told.extend(outages_of(self._chance, county, watch))
            occasions = occasions_of(self._chance, county, watch, ordered=ordered)
            self._hold(chain(told, self._course(occasions, watch, crews), of_the_day(self._chance, county, watch)))
            # What another part tells of the hours before 07:00 belongs to a watch that is drawn already: crews of its
            # own go there.
            late = list(ordered_occasions(self._chance, county, before, ordered=early))
            if late:
                self._hold(self._course(late, before, crews_of(self._chance, county, before)[0]))

    def _hold(self, told: Iterable[Happening]) -> None:
        # Nearly all of it happens on the day of its watch: an instant is compared with that day before it is placed.
        begins = ends = datetime.min.replace(tzinfo=UTC)
        day: list[Happening] = []
        for one in told:
            if not begins <= one.at < ends:
                on = one.at.astimezone(ZONE).date()
                begins, ends, day = midnight(on), midnight(on + timedelta(days=1)), self._held[on]
            day.append(one)

    def _course(
        self, occasions: Sequence[Occasion], watch: Watch, crews: dict[Agency, list[Crew]]
    ) -> Iterator[Happening]:
        """All that becomes of those occasions, which are of one county."""
        jobs: list[Job] = []
        for occasion in occasions:
            stream = self._chance.stream("occasion", occasion.key)
            of_occasion = jobs_of(occasion, stream) if occasion.is_kept else []
            yield from answered(occasion, watch, jobs=of_occasion, stream=stream)
            jobs.extend(of_occasion)
        for agency in Agency:
            send((job for job in jobs if job.case.room.agency is agency), crews[agency])
        for job in jobs:
            close(job)
            is_missing = job.kind.name == "missing" and job.same_as is None
            if is_missing:
                search(job)
            yield from life_of(job, watch)
            if is_missing:
                yield from missing(job, watch)
        yield from held_up(self._chance, watch, jobs=jobs)
