"""What the parts of a prison's day have in hand while they draw it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import TypeVar

from watchroom.demo.world.chance import Chance, Word, often
from watchroom.demo.world.county import Use
from watchroom.demo.world.county_time import at, midnight
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_courts import SentToPrison
from watchroom.demo.world.happenings_custody import CrowdingOrdered
from watchroom.demo.world.lives import Lives
from watchroom.demo.world.prisons.places import Cell
from watchroom.demo.world.prisons.state import GENERAL, Estate, Held, House, free_cell, uses_for
from watchroom.demo.world.prisons.taking import Taking

H = TypeVar("H", bound=Happening)
T = TypeVar("T")
_WHOLE_DAY = timedelta(days=1)


class Work:
    """A day that is being drawn."""

    def __init__(self, taking: Taking, chance: Chance, on: date) -> None:
        """Nothing of that day drawn yet."""
        self.estate: Estate = taking.estate
        self.lives: Lives = taking.lives
        self.on, self.day = on, on.toordinal()
        self.take = taking.take
        self._chance = chance
        self._begins = midnight(on)
        self._is_even = midnight(on + _WHOLE_DAY) - self._begins == _WHOLE_DAY
        # Of these nothing more is drawn today: they come, go, are out, or are of a storyline.
        self.busy: set[int] = set()
        self.away: dict[int, tuple[datetime, datetime]] = {}
        # Whom the county's courts send today, by prison.
        self.sent: dict[str, list[SentToPrison]] = {}
        # When a care plan was closed today, by its number.
        self.over: dict[int, datetime] = {}

    def at(self, hour: float) -> datetime:
        """The instant of an hour of the day, to the second, UTC."""
        if self._is_even:
            return self._begins + timedelta(seconds=int(hour * 3600))
        return at(self.on, int(hour * 3600) / 3600)

    def later(self, days: float, hour: float) -> datetime:
        """The instant of an hour so many days later."""
        return at(self.on + timedelta(days=int(days)), int(hour * 60) / 60)

    def stream(self, *words: Word) -> Random:
        """The stream of what those words name, on this day."""
        return self._chance.stream("prisons", *words, self.day)

    def times(self, stream: Random, house: House, *, per_thousand_a_year: float) -> int:
        """How often today, at so many times in a year for 1,000 people."""
        return often(stream, per_thousand_a_year * len(house.roll) / 365_000)

    def daily(self, stream: Random, house: House, *, per_hundred: float) -> int:
        """How often today, at so many times in a day for 100 people."""
        return often(stream, per_hundred * len(house.roll) / 100)

    def hours(self, stream: Random, number: int, *, between: tuple[float, float]) -> list[datetime]:
        """So many instants of the day, in order."""
        first, last = between
        return [self.at(hour) for hour in sorted(stream.uniform(first, last) for _ in range(number))]

    def somebody(self, house: House, stream: Random) -> Held | None:
        """Somebody who was here before today, is in, and of whom something may be drawn; None: nobody was found."""
        for _ in range(8):
            if not len(house.roll):
                return None
            held = self.estate.held[house.roll.one(stream)]
            if held.life not in self.busy and not held.is_cast and held.since < self.on and held.is_in:
                return held
        return None

    def anybody(self, house: House, stream: Random) -> Held | None:
        """Somebody in the ordinary day, storylines too."""
        if not len(house.roll):
            return None
        held = self.estate.held[house.roll.one(stream)]
        return held if held.since < self.on and held.life not in self.away and held.is_in else None

    def place(
        self, house: House, held: Held, *, at: datetime, uses: Sequence[Use] | None = None
    ) -> tuple[Cell, list[Happening]]:
        """A cell for somebody at an instant; where there is none, one that has to hold one more, and its order.

        Args:
            house: the prison.
            held: who; their own cell is not meant.
            at: from when, UTC.
            uses: of the wings that are tried first; None: those that are theirs.
        """
        wanted = tuple(uses or uses_for(held, house))
        others = [use for use in (*GENERAL, Use.WOMEN, Use.YOUNG, Use.FIRST_NIGHT) if _suits(use, held)]
        for tried in (wanted, [use for use in others if use not in wanted]):
            cell = free_cell(self.estate, house, held, uses=tried, at=at)
            if cell is not None:
                return cell, []
        cell = self._crowded(house, held, [*wanted, *others], at=at)
        return cell, [CrowdingOrdered(at=at, prison=house.code, cell=cell.path, beds=len(cell.lives) + 1)]

    def _crowded(self, house: House, held: Held, uses: Iterable[Use], *, at: datetime) -> Cell:
        open_cells = [
            cell
            for use in uses
            for cell in house.by_use.get(use, ())
            if cell.is_open and cell.path != held.cell and cell.is_left(at)
        ]
        return min(open_cells, key=lambda cell: (self._unfit(cell), len(cell.lives) - cell.beds))

    def _unfit(self, cell: Cell) -> bool:
        return any(self.estate.held[life].is_high for life in cell.lives)

    def officer(self, wing: str, stream: Random) -> int:
        """The number of an officer of a wing."""
        return self.estate.houses[wing.split("-", 1)[0]].staff.one(wing, stream)


def _suits(use: Use, held: Held) -> bool:
    if use is Use.WOMEN:
        return held.is_woman
    if use is Use.YOUNG:
        return held.is_young and not held.is_woman
    return True


def chosen(stream: Random, what: Sequence[T], shares: Sequence[float]) -> T:
    """One of those, as often as its share says."""
    left = stream.random() * sum(shares)
    for one, share in zip(what, shares, strict=True):
        left -= share
        if left < 0:
            return one
    return what[-1]


def wing_of(path: str) -> str:
    """The wing of a cell, with the code of its prison."""
    return path.rsplit("-", 2)[0]


def taken(work: Work, happenings: Iterable[H]) -> Iterator[H]:
    """Those, each taken as it is told."""
    for one in happenings:
        yield work.take(one)
