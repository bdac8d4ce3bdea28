"""The prisons of a world of any size, and their cells."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from string import ascii_uppercase

from watchroom.demo.world.county import PRISONS, Prison, Use, Wing

# How full prisons are on an ordinary day, of the most that they can hold.
_ORDINARY = 0.92
_SMALL = 800
_LETTERS = ascii_uppercase.replace("I", "").replace("O", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """The prisons between which people are moved.

    Attributes:
        number: of the county, from 0; those after the first are copies of it.
        prisons: its prisons.
    """

    number: int
    prisons: tuple[Prison, ...]


def prisons_for(people: int) -> tuple[County, ...]:
    """The prisons of a world in which about so many people are held.

    Below 800 it is one local prison; up to 2,000 the three of the county; above, the county as often as is needed,
    each copy with codes of its own.

    Raises:
        ValueError: *people* is less than 20, or more than the codes of prisons reach for.
    """
    if people < 20:
        raise ValueError(f"a prison of `{people}` people has no wings; ask for 20 or more")
    if people < _SMALL:
        return (County(number=0, prisons=(_small(people),)),)
    each = sum(prison.most for prison in PRISONS) * _ORDINARY
    copies = max(1, round(people / each))
    if copies > len(_LETTERS) * 10:
        raise ValueError(f"there are no codes for `{copies}` counties of prisons; ask for fewer than 400,000 people")
    return tuple(
        County(number=number, prisons=tuple(_copied(prison, number) for prison in PRISONS)) for number in range(copies)
    )


def _copied(prison: Prison, number: int) -> Prison:
    if number == 0:
        return prison
    code = f"{prison.code[0]}{_LETTERS[number // 10]}{number % 10}"
    name, kind = prison.name.split(" (", 1)
    return replace(prison, code=code, name=f"{name} {number + 1} ({kind}")


def _small(people: int) -> Prison:
    """A local prison of one or two wings, and a few cells for first nights and for separation."""
    own = PRISONS[0]
    wings = 1 if people < 50 else 2
    inside = max(10, people - people // 8)
    cells = -(-inside // (wings * 2 * 2))
    return replace(
        own,
        wings=(
            Wing(code="A", use=Use.REMAND, landings=2, cells=cells, beds=2),
            *((Wing(code="C", use=Use.STANDARD, landings=2, cells=cells, beds=2),) if wings == 2 else ()),
            Wing(code="F", use=Use.FIRST_NIGHT, landings=1, cells=max(4, people // 12), beds=2),
            Wing(code="S", use=Use.SEGREGATION, landings=1, cells=2 + people // 60),
        ),
    )


class Cell:
    """A cell and who lives in it.

    Attributes:
        path: prison, wing, landing and number, such as `ORM-A-1-004`.
        prison, wing: codes; of the wing with its prison.
        use: what its wing is for.
        beds: for how many people it is, at most.
        extra: how many beds more it has had to hold.
        is_open: it can be lived in.
        lives: who lives in it.
        left: when somebody left it last, UTC; nobody can be put into their bed before.
    """

    __slots__ = ("beds", "extra", "is_open", "left", "lives", "path", "prison", "use", "wing")

    def __init__(self, path: str, *, prison: str, wing: Wing) -> None:
        """An empty cell, in use."""
        self.path, self.prison, self.wing = path, prison, f"{prison}-{wing.code}"
        self.use, self.beds, self.extra = wing.use, wing.beds, 0
        self.is_open = True
        self.lives: list[int] = []
        self.left: datetime | None = None

    def is_left(self, at: datetime) -> bool:
        """Whether whoever left it today has gone by then, UTC."""
        return self.left is None or self.left < at

    def free(self, at: datetime) -> int:
        """How many more people can live in it then, UTC."""
        return self.beds + self.extra - len(self.lives) if self.is_open and self.is_left(at) else 0


def cells_of(prison: Prison) -> Iterator[Cell]:
    """The cells of a prison, empty, wing by wing."""
    for wing in prison.wings:
        for landing in range(1, wing.landings + 1):
            for number in range(1, wing.cells + 1):
                yield Cell(f"{prison.code}-{wing.code}-{landing}-{number:03d}", prison=prison.code, wing=wing)
