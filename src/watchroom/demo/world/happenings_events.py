"""What is planned in the county for many people, and what its weather threatens."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from watchroom.demo.world.county import Point
from watchroom.demo.world.happening import Happening


class EventKind(StrEnum):
    """What is planned."""

    FOOTBALL = "football match"
    PROTEST = "protest"
    MARATHON = "marathon"
    PARADE = "parade"
    FAIR = "fair"
    MARKET = "market"
    FIREWORKS = "fireworks"
    MEETING = "meeting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """Something planned.

    Attributes:
        key: by which it stays known.
        county: number of the county, from 0.
        kind: what it is.
        title: as its organiser calls it.
        town, place: where.
        point: on the map.
        people: how many are expected.
        begins, ends: UTC; of a series, of its first time.
        every: `week` or `month` of a series; empty: once.
        until: the last day of a series.
    """

    key: str
    county: int
    kind: EventKind
    title: str
    town: str
    place: str
    point: Point
    people: int
    begins: datetime
    ends: datetime
    every: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheringPlanned(Happening):
    """It was made known to the agencies."""

    gathering: Gathering


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheringChanged(Happening):
    """It will be at another time or place; `gathering` is as it is planned now."""

    gathering: Gathering


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheringCancelled(Happening):
    """It will not be; `on` names the one day of a series."""

    gathering: Gathering
    on: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheringBegun(Happening):
    """People are there; `people` as they were counted."""

    gathering: Gathering
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheringEnded(Happening):
    """It is over."""

    gathering: Gathering


class Level(StrEnum):
    """How bad a flood is expected to be."""

    ALERT = "flooding is possible"
    WARNING = "flooding is expected"
    SEVERE = "danger to life"


@dataclass(frozen=True, slots=True, kw_only=True)
class FloodWarned(Happening):
    """The flood forecast centre warned of a river, or changed its warning.

    Attributes:
        flood: by which it stays known.
        county: number of the county, from 0.
        level: of the warning.
        river: its name.
        town: the place most concerned.
        area: a ring of points, the last as the first.
        until: for how long it is expected to last.
        words: a number by which writers choose how staff put it.
    """

    flood: str
    county: int
    level: Level
    river: str
    town: str
    area: tuple[Point, ...]
    until: datetime
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FloodOver(Happening):
    """The warning was taken back."""

    flood: str
    county: int
    town: str
