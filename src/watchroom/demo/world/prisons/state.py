"""Who and what is in the prisons at present."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from watchroom.demo.world.county import Prison, Use
from watchroom.demo.world.happening import Happening, OfLife
from watchroom.demo.world.happenings_custody import Errand, EscortBooked, HearingListed, Leaving, Legal
from watchroom.demo.world.lives import Life
from watchroom.demo.world.prisons.places import Cell, County, cells_of
from watchroom.demo.world.prisons.staff import Staff

ON_REMAND = frozenset({Legal.REMAND, Legal.TRIAL, Legal.CONVICTED})
GENERAL = (Use.STANDARD, Use.REMAND, Use.VULNERABLE)
_YOUNG_UNTIL = 23


@dataclass(slots=True, kw_only=True)
class Plan:
    """A care plan that is open, with its observations in an hour and the day on which it is meant to close."""

    number: int
    life: int
    opened: datetime
    by_day: float
    by_night: float
    review_on: date
    closes_on: date


@dataclass(slots=True, kw_only=True)
class Held:
    """Somebody who is held.

    Attributes:
        life: number of the life.
        is_woman, is_young, is_protected, is_cast: of which wings they are; a storyline decides of what happens to them.
        since: the day on which they came to this prison.
        leaves_on, leaving: when and why they will go, where that is settled.
        onwards_on: when they go to a prison for training.
        errand, back_on: why they are out and when they come back; None: they are in.
        hearing: the next one at court.
        back_from_separation: when they leave care and separation, or healthcare.
    """

    life: int
    prison: str
    cell: str
    legal: Legal
    received: datetime
    since: date
    period: int
    is_woman: bool
    is_young: bool
    is_cast: bool = False
    is_protected: bool = False
    is_high: bool = False
    sharing_review_on: date | None = None
    is_inducted: bool = False
    takes_medication: bool = False
    leaves_on: date | None = None
    leaving: Leaving = Leaving.CONDITIONAL
    is_confirmed: bool = False
    onwards_on: date | None = None
    errand: Errand | None = None
    back_on: date | None = None
    hearing: HearingListed | None = None
    plan: Plan | None = None
    level: str = "standard"
    category: str = "U"
    key_worker: int = 0
    back_from_separation: date | None = None
    alerts: set[str] = field(default_factory=set)
    apart: set[int] = field(default_factory=set)

    @property
    def is_in(self) -> bool:
        """They are in the prison, and not at court or in hospital."""
        return self.errand is None


class Roll:
    """Lives in an order that does not depend on how it came about what is drawn next; one is drawn at no cost."""

    def __init__(self) -> None:
        """Nobody."""
        self._lives: list[int] = []
        self._places: dict[int, int] = {}

    def add(self, life: int) -> None:
        """Take somebody in; they are there once."""
        if life not in self._places:
            self._places[life] = len(self._lives)
            self._lives.append(life)

    def drop(self, life: int) -> None:
        """Let somebody go; nothing where they are not there."""
        place = self._places.pop(life, None)
        if place is None:
            return
        last = self._lives.pop()
        if last != life:
            self._lives[place] = last
            self._places[last] = place

    def one(self, stream: Random) -> int:
        """Somebody, each as likely."""
        return self._lives[int(stream.random() * len(self._lives))]

    def __len__(self) -> int:
        """How many they are."""
        return len(self._lives)

    def __iter__(self) -> Iterator[int]:
        """All of them."""
        return iter(self._lives)

    def __contains__(self, life: object) -> bool:
        """Whether somebody is there."""
        return life in self._places


# How full wings are on an ordinary day: there is room for tonight's receptions, and in separation and healthcare.
_FULL = {Use.FIRST_NIGHT: 0.35, Use.SEGREGATION: 0.5, Use.HEALTHCARE: 0.6}
_ELSEWHERE = 0.955


def ordinary(prison: Prison) -> float:
    """How many people are in a prison on an ordinary day."""
    return sum(wing.most * _FULL.get(wing.use, _ELSEWHERE) for wing in prison.wings)


class House:
    """A prison with its cells, the people in it and its staff."""

    def __init__(self, prison: Prison, *, county: int, number: int) -> None:
        """Empty.

        Args:
            prison: its wings.
            county: number of its county.
            number: of it in the world.
        """
        self.prison, self.county, self.number = prison, county, number
        self.code = prison.code
        self.cells = {cell.path: cell for cell in cells_of(prison)}
        self.paths = tuple(self.cells)
        self.by_use: dict[Use, list[Cell]] = {}
        for cell in self.cells.values():
            self.by_use.setdefault(cell.use, []).append(cell)
        self.roll = Roll()
        self.wings = tuple(f"{prison.code}-{wing.code}" for wing in prison.wings)
        self.counts = dict.fromkeys(self.wings, 0)
        self.closed: dict[str, date] = {}
        self.escorts: dict[date, list[EscortBooked]] = {}
        self.plans: dict[int, Plan] = {}
        self.staff = Staff(prison, number=number)
        self.has_women, self.has_young = Use.WOMEN in self.by_use, Use.YOUNG in self.by_use
        self.target = ordinary(prison)
        self.kind = "women and young" if self.has_women else "local" if prison.is_local else "training"

    def takes(self, life: Life, on: date, *, with_young: bool) -> bool:
        """Whether somebody of that sex and age is held here; `with_young`: another prison has the young men."""
        young = is_young(life, on) and with_young
        if life.sex == "F":
            return self.has_women
        return self.has_young if young else not self.has_young


def is_young(life: Life, on: date) -> bool:
    """Whether somebody is held with young adults."""
    return (on - life.born).days < _YOUNG_UNTIL * 365.25


class Estate:
    """All prisons of a world."""

    def __init__(self, counties: Iterable[County]) -> None:
        """All empty."""
        self.counties = tuple(counties)
        self.houses: dict[str, House] = {}
        for county in self.counties:
            for prison in county.prisons:
                house = House(prison, county=county.number, number=len(self.houses))
                self.houses[prison.code] = house
        self.held: dict[int, Held] = {}
        self.cast: frozenset[int] = frozenset()
        self.diary: dict[date, list[Happening]] = {}
        self.to_come: dict[date, list[OfLife]] = {}
        self.deltas: list[tuple[datetime, str, int]] = []
        self.left: dict[int, datetime] = {}
        self.on_licence: list[tuple[int, int, str]] = []
        self._last = 0

    def number(self) -> int:
        """A number that nothing else has."""
        self._last += 1
        return self._last

    def later(self, one: OfLife) -> None:
        """Let something happen on a day to come, if who it happens to is still held then."""
        self.to_come.setdefault(one.at.date(), []).append(one)

    def houses_of(self, county: int) -> tuple[House, ...]:
        """The prisons of a county."""
        return tuple(self.houses[prison.code] for prison in self.counties[county].prisons)

    def cell(self, path: str) -> Cell:
        """The cell of that path."""
        return self.houses[path.split("-", 1)[0]].cells[path]


def uses_for(held: Held, house: House) -> tuple[Use, ...]:
    """Of which wings somebody is, the best first."""
    if held.is_woman and house.has_women:
        return (Use.WOMEN,)
    if held.is_young and house.has_young:
        return (Use.YOUNG,)
    if held.is_protected and Use.VULNERABLE in house.by_use:
        return (Use.VULNERABLE, *GENERAL)
    return (Use.REMAND, Use.STANDARD) if held.legal in ON_REMAND else (Use.STANDARD, Use.REMAND)


def free_cell(estate: Estate, house: House, held: Held, *, uses: Iterable[Use], at: datetime) -> Cell | None:
    """A cell where somebody can live from then on: a bed, and nobody whom they must not share with.

    Cells in which somebody lives come first, so that empty ones are left for those who may not share.
    """
    empty: Cell | None = None
    for use in uses:
        for cell in house.by_use.get(use, ()):
            if cell.free(at) <= 0 or cell.path == held.cell:
                continue
            if not cell.lives:
                if held.is_high or cell.beds == 1:
                    return cell
                empty = empty or cell
                continue
            if held.is_high or any(other in held.apart or estate.held[other].is_high for other in cell.lives):
                continue
            return cell
        if empty is not None:
            return empty
    return None
