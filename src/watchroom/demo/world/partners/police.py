"""The custody suites of the police."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from random import Random

from watchroom.demo.world.chance import often
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_courts import Reason, SentToPrison
from watchroom.demo.world.happenings_police_custody import Disposal, LeftCustody
from watchroom.demo.world.partners import figures
from watchroom.demo.world.partners.detention import Detention
from watchroom.demo.world.partners.diary import Diary, Hours, one_of
from watchroom.demo.world.partners.society import Area, Society

_HOURS = dict(enumerate(figures.ARRESTS_BY_HOUR))
_BY_WEEKDAY = (0.95, 0.94, 0.96, 0.98, 1.06, 1.11, 1.0)
# Of the people of the county, so many live by the first suite.
_FIRST_SUITE = 0.68
# Who is wanted back in prison is found within days, if at all.
_FOUND_A_DAY = 0.3


class CustodySuites:
    """The part of the world in which people are arrested and held by the police."""

    def __init__(self, society: Society) -> None:
        """Empty suites."""
        self._society, self._diary = society, Diary()

    def day(self, on: date, so_far: Sequence[Happening]) -> Iterator[Happening]:
        """What happens in the suites on a day; those who were arrested before it are still in them."""
        del so_far
        hours = Hours(on)
        for one in self._diary.of(on):
            self._let_go(one)
            yield one
        for area in self._society.areas:
            yield from self._arrests(area, hours)
            yield from self._recalls(area, hours)

    def _arrests(self, area: Area, hours: Hours) -> Iterator[Happening]:
        stream = self._society.chance.stream("arrests", area.number, hours.on.toordinal())
        expected = figures.ARRESTS_PER_RESIDENT_YEAR * figures.RESIDENTS / 365.25 * _BY_WEEKDAY[hours.on.weekday()]
        for _ in range(often(stream, expected)):
            arrested = hours.at(one_of(stream, _HOURS) + stream.random())
            life = self._society.known_or_new(
                area, stream, way="arrested", share_known=figures.ARRESTS_UNDER_SUPERVISION
            )
            detention = self._taken(area, stream, life=life, arrested=arrested)
            offence = one_of(stream, figures.ARREST_OFFENCES)
            yield from self._now_and_later(
                detention.course(offence=offence, court=area.court_for(detention.suite)), hours
            )

    def _recalls(self, area: Area, hours: Hours) -> Iterator[Happening]:
        society = self._society
        stream = society.chance.stream("recalls found", area.number, hours.on.toordinal())
        wanted = society.wanted[area.number]
        found = [life for life in wanted if stream.random() < _FOUND_A_DAY and life not in society.held]
        for life in found:
            wanted.remove(life)
            arrested = hours.at(6.0 + 8.5 * stream.random())
            detention = self._taken(area, stream, life=life, arrested=arrested)
            leaves = hours.at(16.6 + 1.8 * stream.random())
            yield from self._now_and_later(detention.recall(to=leaves), hours)
            yield SentToPrison(
                at=arrested,
                life=life,
                court=detention.suite,
                prison=area.prison_for(detention.life, hours.on),
                reason=Reason.RECALL,
                leaves_at=leaves,
            )

    def _taken(self, area: Area, stream: Random, *, life: int, arrested: datetime) -> Detention:
        self._society.held.add(life)
        suite = area.suites[0 if stream.random() < _FIRST_SUITE else 1].code
        return Detention(
            self._society.lives.of(life),
            stream,
            custody=self._society.number("custody"),
            suite=suite,
            arrested=arrested,
        )

    def _now_and_later(self, course: Iterator[Happening], hours: Hours) -> Iterator[Happening]:
        for one in hours.split(course, self._diary):
            self._let_go(one)
            yield one

    def _let_go(self, one: Happening) -> None:
        """They may be arrested again; of who goes to court or prison, these decide."""
        if isinstance(one, LeftCustody) and not one.court and one.disposal is not Disposal.PRISON:
            self._society.held.discard(one.life)
