"""The council: children with plans and in care, its safeguarding hub, conferences on domestic abuse, and schools."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TypedDict

from watchroom.demo.world.chance import often
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_council import (
    Answer,
    ChildAbsent,
    ChildClosed,
    ChildKnown,
    ChildMoved,
    ConcernRaised,
    ConferenceListed,
    Harm,
    Raised,
    Rating,
    Standing,
)
from watchroom.demo.world.partners import figures
from watchroom.demo.world.partners.children import child_of
from watchroom.demo.world.partners.diary import Hours, one_of
from watchroom.demo.world.partners.society import Area, Society

_HARMS = {Harm.NEGLECT: 0.50, Harm.EMOTIONAL: 0.37, Harm.PHYSICAL: 0.08, Harm.SEXUAL: 0.05}
_RAISED = {
    Raised.POLICE: 0.31,
    Raised.SCHOOL: 0.20,
    Raised.HEALTH: 0.16,
    Raised.FAMILY: 0.11,
    Raised.PUBLIC: 0.10,
    Raised.PROBATION: 0.06,
    Raised.CHARITY: 0.06,
}
_RATINGS = {Rating.RED: 0.12, Rating.AMBER: 0.38, Rating.GREEN: 0.50}
_ANSWERS = {
    Answer.NO_ACTION: 0.46,
    Answer.EARLY_HELP: 0.26,
    Answer.IN_NEED: 0.18,
    Answer.ENQUIRY: 0.06,
    Answer.STRATEGY: 0.04,
}
_ABOUT = (
    "Father back at the address, mother says he is not",
    "Came to school hungry for a week, same clothes",
    "Police called to shouting, two children upstairs",
    "Bruise on the arm, says he fell",
    "Parent smelled of drink at the gate",
    "Missed three health visitor appointments",
    "Out at eleven at night, found by the arcade",
    "Uncle released from prison has moved in",
    "Grandmother cannot cope since the hospital stay",
    "No electricity in the flat since Friday",
    "Older brother is said to carry a knife",
    "Not seen by anybody for two weeks",
)
_CRITERIA = {"Visible high risk": 0.52, "Professional judgement": 0.24, "Potential escalation": 0.10, "Repeat": 0.14}
_UNBORN, _STANDS_FOR, _MOVES_A_YEAR = 0.06, {Standing.PLAN: 330.0, Standing.LOOKED_AFTER: 900.0}, 0.45
_AFTER_BIRTH = timedelta(days=2)
# They meet on every other Thursday, of which this is one.
_MEETING, _CONFERENCE_EVERY = date(2026, 6, 25).toordinal(), 14


@dataclass(slots=True, kw_only=True)
class Child:
    """A child that the council knows; `closes_on` is when a plan or care ends."""

    number: int
    area: int
    parent: int
    standing: Standing
    closes_on: date
    place: int = 0
    absent: int = 0


class Council:
    """The part of the world that looks after children. It comes after probation, whose people have some of them."""

    def __init__(self, society: Society) -> None:
        """Nobody; on the first day everybody who is known already."""
        self._society = society
        self._children: tuple[list[Child], ...] = tuple([] for _ in society.areas)
        self._has_begun = False

    def number_of(self, standing: Standing) -> int:
        """How many children are known for that reason."""
        return sum(child.standing is standing for children in self._children for child in children)

    def day(self, on: date, so_far: Sequence[Happening]) -> Iterator[Happening]:
        """What the council learns and does on a day."""
        del so_far
        hours = Hours(on)
        for area in self._society.areas:
            stream = self._society.chance.stream("council", area.number, on.toordinal())
            if not self._has_begun:
                for standing, number in _usual().items():
                    for _ in range(round(number)):
                        yield self._known(area, stream, hours, standing=standing, is_new=False)
            elif on.weekday() < 5:
                yield from self._cases(area, stream, hours)
            yield from self._concerns(area, stream, hours)
            if on.weekday() < 5:
                yield from self._at_school(area, stream, hours)
                yield from self._conferences(area, stream, hours)
        self._has_begun = True

    def _known(self, area: Area, stream: Random, hours: Hours, *, standing: Standing, is_new: bool) -> ChildKnown:
        stays = max(30, round(stream.expovariate(1 / _STANDS_FOR[_of(standing)])))
        ago = 0 if is_new else stream.randrange(stays)
        parent = self._society.known_or_new(area, stream, way="parents", share_known=0.35)
        number = self._society.number("child")
        born = child_of(self._society, number, parent=parent).born
        since = hours.on - timedelta(days=ago)
        child = Child(
            number=number,
            area=area.number,
            parent=parent,
            standing=standing,
            closes_on=hours.on + timedelta(days=stays - ago),
        )
        self._children[area.number].append(child)
        return ChildKnown(
            at=hours.at(9 + 7 * stream.random()) if is_new else hours.begins,
            child=child.number,
            area=area.number,
            parent=parent,
            standing=standing,
            harm=None if standing is Standing.LOOKED_AFTER else one_of(stream, _HARMS),
            since=since if standing is Standing.UNBORN else max(since, born + _AFTER_BIRTH),
        )

    def _cases(self, area: Area, stream: Random, hours: Hours) -> Iterator[Happening]:
        children = self._children[area.number]
        over = [child for child in children if child.closes_on <= hours.on]
        children[:] = [child for child in children if child.closes_on > hours.on]
        for child in over:
            yield ChildClosed(at=hours.at(9 + 7 * stream.random()), **_who(child))
        for standing, usual in _usual().items():
            lack = usual - sum(child.standing is standing for child in children)
            expected = 1.4 * usual / _STANDS_FOR[_of(standing)] + 0.1 * lack
            for _ in range(often(stream, expected)):
                yield self._known(area, stream, hours, standing=standing, is_new=True)
        for _ in range(often(stream, len(children) * _MOVES_A_YEAR / 261)):
            child = stream.choice(children)
            child.place += 1
            yield ChildMoved(at=hours.at(9 + 7 * stream.random()), **_who(child), place=child.place)

    def _concerns(self, area: Area, stream: Random, hours: Hours) -> Iterator[Happening]:
        a_year = figures.CONTACTS_PER_CHILD_YEAR * figures.CHILDREN_PER_RESIDENT * figures.RESIDENTS
        weight = 1.25 if hours.on.weekday() < 5 else 0.375
        for _ in range(often(stream, a_year / 365.25 * weight)):
            parent = self._society.known_or_new(area, stream, way="parents", share_known=0.15)
            yield ConcernRaised(
                at=hours.at(8 + 13 * stream.random()),
                child=self._society.number("child"),
                area=area.number,
                parent=parent,
                contact=self._society.number("concern"),
                raised=one_of(stream, _RAISED),
                rating=one_of(stream, _RATINGS),
                about=stream.choice(_ABOUT),
                answer=one_of(stream, _ANSWERS),
            )

    def _at_school(self, area: Area, stream: Random, hours: Hours) -> Iterator[Happening]:
        for child in self._children[area.number]:
            if child.standing is Standing.UNBORN:
                continue
            share = 0.55 if child.absent else figures.ABSENT_FROM_SCHOOL * 0.45
            child.absent = child.absent + 1 if stream.random() < share else 0
            if child.absent:
                yield ChildAbsent(at=hours.at(9.75), **_who(child), days=child.absent)

    def _conferences(self, area: Area, stream: Random, hours: Hours) -> Iterator[Happening]:
        a_year = figures.CONFERENCES_PER_RESIDENT_YEAR * figures.RESIDENTS
        ahead = (_MEETING - hours.on.toordinal()) % _CONFERENCE_EVERY or _CONFERENCE_EVERY
        for _ in range(often(stream, a_year / 261)):
            yield ConferenceListed(
                at=hours.at(9 + 7 * stream.random()),
                case=self._society.number("conference"),
                area=area.number,
                victim=self._society.number("victim"),
                perpetrator=self._society.known_or_new(area, stream, way="parents", share_known=0.4),
                criterion=one_of(stream, _CRITERIA),
                meets_on=hours.on + timedelta(days=ahead),
                children=stream.choice((0, 0, 1, 1, 2, 2, 3)),
            )


def _of(standing: Standing) -> Standing:
    return Standing.LOOKED_AFTER if standing is Standing.LOOKED_AFTER else Standing.PLAN


def _usual() -> dict[Standing, float]:
    children = figures.CHILDREN_PER_RESIDENT * figures.RESIDENTS
    plans = figures.PLANS_PER_CHILD * children
    return {
        Standing.LOOKED_AFTER: figures.LOOKED_AFTER_PER_CHILD * children,
        Standing.PLAN: plans * (1 - _UNBORN),
        Standing.UNBORN: plans * _UNBORN,
    }


class _Who(TypedDict):
    child: int
    area: int
    parent: int


def _who(child: Child) -> _Who:
    return _Who(child=child.number, area=child.area, parent=child.parent)
