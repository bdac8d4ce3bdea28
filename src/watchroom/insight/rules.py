"""What a board is told, what is kept from it and what nobody measures: each declared once. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from watchroom.priority.freshness import SourceAge

# The one purpose for which numbers without persons are read here.
BOARD_PURPOSE = "oversight.board"

# Numbers under this are not told: the gate sees to those of people, and this room to places, which bound them.
LEAST = 10

# Kinds of record of which a board is told no number either; those that the charter gives it are not named as withheld.
RECORDS = (
    "movement",
    "cell_sharing_risk",
    "non_association",
    "care_need",
    "case_note",
    "visit",
    "court_appearance",
    "scheduled_event",
    "adjudication_hearing",
)

# What a board asks for and no source of this version tells.
UNMEASURED = ("staffing", "time_out_of_cell", "cell_bells", "observations", "healthcare", "complaints", "trend")


class RollRow(NamedTuple):
    """The roll of one establishment (`counted` is group), or of all (total). `on_roll` None: withheld."""

    counted: str
    site_code: str | None
    on_roll: int | None
    withheld: list[str]


class PlacesRow(NamedTuple):
    """How many people the cells in use of one establishment are meant to hold; None: not recorded."""

    site_code: str
    places: int | None


class NumberRow(NamedTuple):
    """A number by `name` (`counted` is group), or of all (total). `number` None: withheld."""

    counted: str
    name: str | None
    number: int | None


class SourceRow(NamedTuple):
    """A source system, when it last delivered and how often it should, and what became of its deliveries."""

    source_system: str
    last_sealed_at: datetime | None
    extract_as_at: datetime | None
    expected_every_seconds: int | None
    refused_at: datetime | None = None
    loaded_at: datetime | None = None
    dated_by: str | None = None
    ended_at: datetime | None = None
    away_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One establishment. `on_roll` None: withheld. `places` None: none are recorded, or (`is_small`) under ten."""

    code: str
    on_roll: int | None
    places: int | None
    is_small: bool = False

    @property
    def percent(self) -> int | None:
        """The roll as a part of the places, in whole per cent, rounded down; None where either is not there."""
        return None if self.on_roll is None or not self.places else 100 * self.on_roll // self.places


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """One thing that is counted, by name and in all; None: withheld."""

    by_name: Sequence[tuple[str, int | None]]
    total: int | None

    @property
    def withheld(self) -> int:
        """How many of its figures are withheld."""
        return sum(number is None for _, number in self.by_name) + (self.total is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What one board is told at one instant.

    Attributes:
        at: UTC.
        is_known: some source has delivered; else nothing here is a number.
        kept_fields: of the roll, what the charter keeps from a board.
        kept_records: kinds of record of which it is told nothing at all.
    """

    at: datetime
    is_known: bool
    sites: Sequence[Site]
    on_roll: int | None
    care_plans: Numbers
    incidents: Numbers
    kept_fields: Sequence[str]
    kept_records: Sequence[str]
    sources: Sequence[SourceAge]

    @property
    def withheld(self) -> int:
        """How many figures are withheld for being small, or for giving a small one away."""
        rolls = sum(site.on_roll is None for site in self.sites) + (self.on_roll is None)
        return rolls + self.care_plans.withheld + self.incidents.withheld

    @property
    def places(self) -> int | None:
        """The places of all establishments that show them, so that no total gives a small one away; None: no such."""
        known = [site.places for site in self.sites if site.places is not None]
        return sum(known) if known else None


def sites_of(roll: Iterable[RollRow], places: Iterable[PlacesRow]) -> list[Site]:
    """The establishments that have people on record: those with a figure first, then by code."""
    rolls = {row.site_code: row.on_roll for row in roll if row.counted == "group" and row.site_code is not None}
    known = {row.site_code: row.places for row in places if row.places is not None}
    found = [_site(code, number, known.get(code)) for code, number in rolls.items()]
    return sorted(found, key=lambda site: (site.on_roll is None, site.places is None, site.code))


def _site(code: str, on_roll: int | None, places: int | None) -> Site:
    is_small = places is not None and places < LEAST
    return Site(code=code, on_roll=on_roll, places=None if is_small else places, is_small=is_small)


def numbers_of(rows: Iterable[NumberRow]) -> Numbers:
    """A counted thing, with figures that are told first, the largest first, then by name."""
    found = list(rows)
    groups = [(row.name, row.number) for row in found if row.counted == "group" and row.name is not None]
    return Numbers(
        by_name=sorted(groups, key=lambda one: (one[1] is None, -(one[1] or 0), one[0])),
        total=next((row.number for row in found if row.counted == "total"), None),
    )


def kept_fields(roll: Iterable[RollRow]) -> list[str]:
    """What of the roll is never told, whatever its size: what every line withholds, the roll itself left aside."""
    lines = list(roll)
    named = {name for row in lines for name in row.withheld}
    return sorted(name for name in named if name != "on_roll" and all(name in row.withheld for row in lines))
