"""Which posts are offered to whom, and what the roll of a unit counts. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from watchroom.policy.clauses import Duty
from watchroom.priority.footing import FIRM, Footing
from watchroom.priority.freshness import SourceAge

# What is told of each unit, in this order.
FIGURES = ("on_roll", "in_now", "out_now", "no_cell", "places")


class RollRow(NamedTuple):
    """The roll of one unit. `unit_code` None: people of the establishment for whom no unit is recorded."""

    site_code: str | None
    unit_code: str | None
    on_roll: int
    in_now: int
    out_now: int
    no_cell: int
    places: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """The roll, the posts that are offered of it, and how old the sources are.

    Attributes:
        sources: that tell of what stands in a handover.
        roll_rests_on: the sources of the roll, as far as they tell nothing or are late.
        duties: what the asker may do for the purpose that shows no record.
        reads_people: whether they are shown records of people for it, be there any or none.
    """

    purpose: str
    offered: Sequence[RollRow]
    roll: Sequence[RollRow]
    sources: Sequence[SourceAge]
    roll_rests_on: Footing = FIRM
    duties: Sequence[Duty] = ()
    reads_people: bool = False


def offered(roll: Iterable[RollRow], *, units: Collection[str]) -> list[RollRow]:
    """The units whose handover one may choose: the own ones, or every unit for somebody without one."""
    return [row for row in roll if row.unit_code is not None and (not units or row.unit_code in units)]
