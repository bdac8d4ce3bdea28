"""Whom the agencies of the community have in common: who is under probation, wanted or held, and who is next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from string import ascii_uppercase

from watchroom.demo.world.chance import Chance
from watchroom.demo.world.county import COURTS, HOSPITALS, SUITES, Site
from watchroom.demo.world.lives import Life, Lives

# Lives of the community are numbered from here, in a range for each way in which somebody is met first.
FIRST_LIFE, RANGE = 3_000_000, 500_000
WAYS = ("supervised", "arrested", "summoned", "transferred", "parents")
_YOUNG_UNTIL = 23 * 365.25
_LETTERS = ascii_uppercase.replace("I", "").replace("O", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A county with its agencies; those after the first are copies with codes of their own.

    Attributes:
        number: from 0.
        suites, courts, hospitals: its places; of courts the first is the crown court, the others those of magistrates.
        men, women: codes of the prisons that receive from the courts; young men go where women go.
    """

    number: int
    suites: tuple[Site, ...]
    courts: tuple[Site, ...]
    hospitals: tuple[Site, ...]
    men: str
    women: str

    def prison_for(self, life: Life, on: date) -> str:
        """Code of the prison by which somebody is received."""
        is_young = (on - life.born).days < _YOUNG_UNTIL
        return self.women if life.sex == "F" or is_young else self.men

    def court_for(self, suite: str) -> str:
        """Code of the magistrates' court of a suite."""
        return self.courts[1 + [one.code for one in self.suites].index(suite)].code


def areas(number: int) -> tuple[Area, ...]:
    """So many counties."""
    return tuple(_area(one) for one in range(number))


def _area(number: int) -> Area:
    if number == 0:
        return Area(number=0, suites=SUITES, courts=COURTS, hospitals=HOSPITALS, men="ORM", women="PLM")
    digits = f"{_LETTERS[number // 10]}{number % 10}"

    def copied(sites: tuple[Site, ...]) -> tuple[Site, ...]:
        return tuple(Site(code=f"{one.code}{digits}", name=f"{one.name} {number + 1}", town=one.town) for one in sites)

    return Area(
        number=number,
        suites=copied(SUITES),
        courts=copied(COURTS),
        hospitals=copied(HOSPITALS),
        men=f"O{digits}",
        women=f"P{digits}",
    )


class Crowd:
    """Lives of which one is drawn at no cost, in an order that what is drawn next does not depend on."""

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
            self._lives[place], self._places[last] = last, place

    def one(self, stream: Random) -> int | None:
        """Somebody, each as likely; None: nobody is there."""
        return self._lives[int(stream.random() * len(self._lives))] if self._lives else None

    def __len__(self) -> int:
        """How many they are."""
        return len(self._lives)

    def __iter__(self) -> Iterator[int]:
        """All of them."""
        return iter(self._lives)

    def __contains__(self, life: object) -> bool:
        """Whether somebody is there."""
        return life in self._places


class Society:
    """What the parts of the community share.

    Attributes:
        lives: of the world.
        areas: its counties.
        supervised: who is under probation, by county.
        held: who is in a cell of the police or of a prison.
        wanted: who is to be returned to prison, by county, in the order in which it was ordered.
        cast: of these nothing is drawn: a storyline decides of them.
    """

    def __init__(self, chance: Chance, *, counties: int = 1, cast: frozenset[int] = frozenset()) -> None:
        """Nobody is known to anybody."""
        self.chance, self.lives, self.areas = chance, Lives(chance), areas(counties)
        self.supervised: tuple[Crowd, ...] = tuple(Crowd() for _ in self.areas)
        self.held: set[int] = set()
        self.wanted: dict[int, list[int]] = {area.number: [] for area in self.areas}
        self.cast = cast
        self._numbers: dict[str, int] = {}
        self._newcomers: dict[str, int] = dict.fromkeys(WAYS, 0)

    def number(self, of: str) -> int:
        """The next number of a kind of record, from 1."""
        self._numbers[of] = self._numbers.get(of, 0) + 1
        return self._numbers[of]

    def newcomer(self, way: str) -> int:
        """The number of somebody whom no agency has met.

        Raises:
            ValueError: as many as there are numbers for have come that way.
        """
        number = self._newcomers[way]
        if number >= RANGE:
            raise ValueError(f"no life is left of those who are {way}; the world runs for too long for its size")
        self._newcomers[way] = number + 1
        return FIRST_LIFE + WAYS.index(way) * RANGE + number

    def known_or_new(self, area: Area, stream: Random, *, way: str, share_known: float) -> int:
        """Somebody under probation of the county as often as that share says, else a newcomer."""
        if stream.random() < share_known:
            for _ in range(6):
                life = self.supervised[area.number].one(stream)
                if life is not None and life not in self.held and life not in self.cast:
                    return life
        return self.newcomer(way)
