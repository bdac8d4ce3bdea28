"""Times at which more happens than on other days: by what is planned, by weather, or because a storyline wants it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from watchroom.demo.world.happenings_streets import Agency, Line, Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Surge:
    """More of a kind, somewhere, for some time.

    Attributes:
        kind: of occasion, by the name that its agency has for it; empty: of all kinds.
        town: name of the town; empty: in the whole county.
        begins, ends: UTC.
        factor: how often it happens then, of what it does on other days.
        county: number of the county.
        story: the storyline that ordered it.
    """

    kind: str
    town: str
    begins: datetime
    ends: datetime
    factor: float
    county: int = 0
    story: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedCall:
    """Something about which a storyline wants somebody to call; all else follows as for any other call.

    Attributes:
        at: when, UTC.
        agency, line, kind: who is called, by which number and about what.
        spot: where it is.
        grade: that it is given; None: drawn.
        calls: how many people call about it.
        county: number of the county.
        story: the storyline.
    """

    at: datetime
    agency: Agency
    kind: str
    spot: Spot
    line: Line = Line.EMERGENCY
    grade: int | None = None
    calls: int = 1
    county: int = 0
    story: str | None = None


Ordered = Surge | OrderedCall


def surges_within(surges: Iterable[Surge], begins: datetime, ends: datetime) -> list[Surge]:
    """Those of which some part lies in that time."""
    return [surge for surge in surges if surge.begins < ends and begins < surge.ends]
