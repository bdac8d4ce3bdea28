"""Prisons of the example world for tests, and what follows from their happenings whoever drew them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from watchroom.demo.world import happenings_custody as custody
from watchroom.demo.world.chance import Chance
from watchroom.demo.world.happening import Day, Happening, days_of
from watchroom.demo.world.lives import Lives
from watchroom.demo.world.prisons.part import Prisons, Written
from watchroom.demo.world.prisons.places import cells_of, prisons_for

BEGINS = date(2026, 7, 1)
SEED = 5


def prisons(people: int, *, seed: int = SEED, written: Written | None = None) -> tuple[Prisons, Lives, Chance]:
    """The prisons of a world of so many people, on the evening before it begins."""
    chance = Chance(seed)
    lives = Lives(chance)
    return Prisons(chance, lives, counties=prisons_for(people), begins=BEGINS, written=written), lives, chance


def days(part: Prisons, number: int) -> Iterator[Day]:
    """So many days from the beginning."""
    return days_of([part], (BEGINS + timedelta(days=step) for step in range(number)))


@dataclass(slots=True)
class Replay:
    """Who is where, from the happenings alone, in the order of their instants; what cannot be is in `faults`."""

    beds: Mapping[str, int]
    cells: dict[int, str] = field(default_factory=dict)
    inside: Counter[str] = field(default_factory=Counter)
    out: set[int] = field(default_factory=set)
    extra: dict[str, int] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    released: Counter[int] = field(default_factory=Counter)
    received: Counter[int] = field(default_factory=Counter)

    def begin(self, past: Iterable[Happening]) -> None:
        """Take the past, which is told person by person: only who is where at its end counts."""
        self.take(past)
        self.faults.clear()

    def take(self, happenings: Iterable[Happening]) -> None:
        for one in _steps(happenings):
            if isinstance(one, custody.CrowdingOrdered):
                self.extra[one.cell] = max(self.extra.get(one.cell, 0), one.beds)
            elif isinstance(one, custody.CellClosed):
                self.closed.add(one.cell)
                self._check(not self.inside[one.cell], f"{one.cell} was closed over somebody")
            elif isinstance(one, custody.CellOpened):
                self.closed.discard(one.cell)
            elif isinstance(one, custody.Received):
                self._check(one.life not in self.cells, f"{one.life} was received twice")
                self.received[one.life] += 1
                self._put(one.life, one.cell)
            elif isinstance(one, (custody.CellChanged, custody.PrisonChanged)):
                self._leave(one.life, one.from_cell)
                self._put(one.life, one.cell)
            elif isinstance(one, (custody.Released, custody.MovedAfar, custody.Died)):
                self._leave(one.life, one.cell)
                self.released[one.life] += 1
                self.out.discard(one.life)
            elif isinstance(one, custody.WentOut):
                self._check(one.life in self.cells and one.life not in self.out, f"{one.life} went out twice")
                self.out.add(one.life)
            elif isinstance(one, custody.CameBack):
                self._check(one.life in self.out, f"{one.life} came back without having been out")
                self.out.discard(one.life)

    def _check(self, holds: bool, fault: str) -> None:
        if not holds:
            self.faults.append(fault)

    def _leave(self, life: int, cell: str) -> None:
        self._check(self.cells.get(life) == cell, f"{life} left {cell} and was in {self.cells.get(life)}")
        was = self.cells.pop(life, None)
        if was is not None:
            self.inside[was] -= 1

    def _put(self, life: int, cell: str) -> None:
        self._check(life not in self.cells, f"{life} is in two cells")
        self.cells[life] = cell
        self.inside[cell] += 1
        most = max(self.beds[cell], self.extra.get(cell, 0))
        self._check(self.inside[cell] <= most, f"{cell} holds {self.inside[cell]} and has {most}")
        self._check(cell not in self.closed, f"{cell} is closed")

    def roll(self) -> Counter[str]:
        """How many people each prison has."""
        return Counter(cell.split("-", 1)[0] for cell in self.cells.values())


def _steps(happenings: Iterable[Happening]) -> Sequence[Happening]:
    return sorted(happenings, key=lambda one: one.at)


def replay(people: int) -> Replay:
    """A replay over the cells of a world of so many people, all empty."""
    cells = (cell for county in prisons_for(people) for prison in county.prisons for cell in cells_of(prison))
    return Replay(beds={cell.path: cell.beds for cell in cells})


def counted(part: Prisons, number: int) -> tuple[Counter[str], float]:
    """How often each kind happened in so many days, and how many people were held on an average day."""
    kinds: Counter[str] = Counter()
    held = 0
    for day in days(part, number):
        kinds.update(type(one).__name__ for one in day.happenings)
        held += len(part.held)
    return kinds, held / number
