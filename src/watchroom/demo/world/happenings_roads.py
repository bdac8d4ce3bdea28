"""What happens on the roads of the county, and what the road control centre plans there."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watchroom.demo.world.county import Point
from watchroom.demo.world.happening import Happening


class Trouble(StrEnum):
    """What holds traffic up."""

    COLLISION = "collision"
    BREAKDOWN = "breakdown"
    OBSTRUCTION = "obstruction"
    FIRE = "fire"
    FLOOD = "flood"
    CONGESTION = "congestion"
    EVENT = "event"


class Extent(StrEnum):
    """How much of a road is taken."""

    NONE = "open"
    LANE = "a lane closed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Where on the roads something is.

    Attributes:
        county: number of the county, from 0.
        key: of what holds traffic up, or of the works.
        road: code of the road.
        town: the nearest.
        point: where; of works, where they begin.
    """

    county: int
    key: str
    road: str
    town: str
    point: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class OfRoad(Happening):
    """Something on a road."""

    stretch: Stretch


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadDisrupted(OfRoad):
    """The road control centre knows of something that holds traffic up.

    Attributes:
        trouble: what it is.
        extent: of it.
        severity: 1 (hardly felt) to 4.
        direction: such as `Northbound`, or `Both directions`.
        occasion: what happened there, as control rooms have it; None: nothing that they have.
        until: when it should be over; None: nobody knows.
        words: a number by which writers choose how staff put it.
    """

    trouble: Trouble
    extent: Extent
    severity: int
    direction: str
    occasion: str | None
    until: datetime | None
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadChanged(OfRoad):
    """It became better or worse."""

    extent: Extent
    severity: int
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadCleared(OfRoad):
    """It is over."""


class Impact(StrEnum):
    """What works leave of a road."""

    CLOSED = "closed"
    LANES = "some lanes closed"
    SIGNALS = "temporary signals"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksPlanned(OfRoad):
    """Works were planned, or planned anew under the same key.

    Attributes:
        what: such as `gas main`.
        promoter: who does them.
        impact: on the road.
        line: the points between which they are.
        begins, ends: UTC.
        nights: they are done from 20:00 to 06:00 only.
    """

    what: str
    promoter: str
    impact: Impact
    line: tuple[Point, ...]
    begins: datetime
    ends: datetime
    nights: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksBegun(OfRoad):
    """Works began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksEnded(OfRoad):
    """Works were ended, and the road given back."""
