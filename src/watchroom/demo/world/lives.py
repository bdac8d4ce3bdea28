"""The people of the example world: nobody in it ever lived.

A life is a function of the world and its number. None is kept: who is asked for a second time is made again, the same.
Ages, sexes and backgrounds are those of people who come into custody, as `rates.toml` states them with their source.
"""

from bisect import bisect
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate
from random import Random

from watchroom.demo.world.address import Address
from watchroom.demo.world.chance import Chance
from watchroom.demo.world.county import STREETS, TOWNS, Town
from watchroom.demo.world.identifiers import RESIDENTS_FROM
from watchroom.demo.world.names import BACKGROUNDS, BY_NAME, Background, Order
from watchroom.demo.world.naming import called_name, family_form, family_name, given_names
from watchroom.demo.world.rates import mix, share

# From this day ages are counted, so that nobody grows older or younger with the day on which a world begins.
BORN_BEFORE = date(2008, 7, 1)
ADULT = 18


class Relation(StrEnum):
    """How somebody is like the life of the number before theirs."""

    TWIN = "twin"
    """Born on the same day to the same family."""
    SIBLING = "sibling"
    """Of the same family, born in another year."""
    NAMESAKE = "namesake"
    """Of the same names, born on another day, and no kin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """Somebody, as they truly are; agencies know them with errors.

    Attributes:
        number: in the world, from 0.
        sex: `M` or `F`.
        born: the day.
        given: one to three given names, in the order in which they are said at home; a father's may be the second.
        family: the family name, as it is written at home, in Latin letters; where there is none, the grandfather's.
        called: what they are called; often the first given name.
        background: by whose ways they were named.
        ethnicity: code of the 16+1 list.
        nationality: in words of the field's list.
        religion: the same.
        language: that they speak best.
        needs_interpreter: they speak little English.
        town, street, house: where they live; an empty house: nowhere.
        is_first_time: they were never held before.
        relation: how they are like the life of the number before theirs, if they are.
    """

    number: int
    sex: str
    born: date
    given: tuple[str, ...]
    family: str
    called: str
    background: str
    ethnicity: str
    nationality: str
    religion: str
    language: str
    needs_interpreter: bool
    town: Town
    street: str
    house: str
    is_first_time: bool
    relation: Relation | None = None

    @property
    def first(self) -> str:
        """The given name that is their own, and that a form asks for as the first one."""
        return self.given[-1] if BY_NAME[self.background].order is Order.FAMILY_FIRST else self.given[0]

    @property
    def middle(self) -> tuple[str, ...]:
        """Their other given names."""
        return self.given[:-1] if BY_NAME[self.background].order is Order.FAMILY_FIRST else self.given[1:]

    @property
    def address(self) -> Address | None:
        """Where they live; None: nowhere."""
        return Address(town=self.town, street=self.street, house=self.house) if self.house else None


class Lives:
    """All lives of a world that come into custody."""

    def __init__(self, chance: Chance) -> None:
        """The lives that belong to that chance."""
        self._chance = chance
        self._of = lru_cache(maxsize=8192)(self._made)

    def of(self, number: int) -> Life:
        """The life of that number, from 0; ValueError where there are no so many."""
        return self._of(number)

    def _made(self, number: int) -> Life:
        if not 0 <= number < RESIDENTS_FROM:
            raise ValueError(f"lives are numbered from 0 to {RESIDENTS_FROM - 1}; {number} is none of them")
        stream = self._chance.stream("life", number)
        drawn = stream.random()
        if number % 2 == 0 or drawn >= _RELATED_UNTIL[-1]:
            return life_among(stream, number, _CUSTODY)
        relation = _RELATIONS[bisect(_RELATED_UNTIL, drawn)]
        return _related(stream, number, other=self._made(number - 1), relation=relation)


# Of two lives whose numbers follow each other, an even and an odd one, the second is so like the first in this share.
_RELATIONS = (Relation.TWIN, Relation.SIBLING, Relation.NAMESAKE)
_RELATED_UNTIL = tuple(accumulate(share(f"second_is_{relation}") for relation in _RELATIONS))
_BACKGROUNDS_UNTIL = tuple(accumulate(one.share for one in BACKGROUNDS))
_RESIDENTS_UNTIL = tuple(accumulate(one.residents for one in TOWNS))
_ENGLISH = BY_NAME["english"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Among whom somebody lives.

    Attributes:
        women: share of women.
        no_abode: share of those who live nowhere.
        first_time: share of those who were never held before.
        english: share of those who are of English names without a draw; the rest is named as people in custody are.
        ages: name of the mix of their ages.
    """

    women: float
    no_abode: float
    first_time: float
    english: float
    ages: str


_FIRST_TIME = share("first_time_in_prison")
_CUSTODY = Population(
    women=share("women"), no_abode=share("no_fixed_abode"), first_time=_FIRST_TIME, english=0.0, ages="ages"
)


def life_among(stream: Random, number: int, population: Population) -> Life:
    """Somebody of that number, as people of that population are."""
    chance = stream.random
    is_english = chance() < population.english
    background = _ENGLISH if is_english else BACKGROUNDS[bisect(_BACKGROUNDS_UNTIL, chance() * _BACKGROUNDS_UNTIL[-1])]
    sex = "F" if chance() < population.women else "M"
    born = _birthday(stream, population.ages)
    given = given_names(stream, background, sex, is_child=born > BORN_BEFORE)
    nationality = background.nationalities.at(chance())
    is_british = nationality == "British"
    own = given[-1] if background.order is Order.FAMILY_FIRST else given[0]
    return Life(
        number=number,
        sex=sex,
        born=born,
        given=given,
        family=family_name(stream, background, sex),
        called=called_name(stream, background, own),
        background=background.name,
        ethnicity=background.ethnicities.at(chance()),
        nationality=nationality,
        religion=background.religions.at(chance()),
        language="English" if is_british else background.languages.at(chance()),
        needs_interpreter=not is_british and chance() < background.interpreter,
        town=TOWNS[bisect(_RESIDENTS_UNTIL, chance() * _RESIDENTS_UNTIL[-1])],
        street=STREETS[int(len(STREETS) * chance())],
        house="" if chance() < population.no_abode else str(1 + int(139 * chance())),
        is_first_time=chance() < population.first_time,
    )


@lru_cache(maxsize=8)
def _bands(ages: str) -> tuple[tuple[float, ...], tuple[tuple[int, int], ...]]:
    """The sums of the shares of a mix of ages, and from which age to which each is."""
    bands = tuple((int(youngest), int(oldest) + 1) for youngest, oldest in (one.split("-") for one in mix(ages).kinds))
    return mix(ages).until, bands


def _birthday(stream: Random, ages: str) -> date:
    until, bands = _bands(ages)
    youngest, oldest = bands[bisect(until, stream.random(), hi=len(bands) - 1)]
    years = youngest - ADULT + (oldest - youngest) * stream.random()
    return BORN_BEFORE - timedelta(days=int(365.25 * years) + 1)


def _related(stream: Random, number: int, *, other: Life, relation: Relation) -> Life:
    if relation is Relation.NAMESAKE:
        own = life_among(stream, number, _CUSTODY)
        same = replace(other, number=number, relation=relation, is_first_time=own.is_first_time)
        born = own.born if own.born != other.born else own.born - timedelta(days=400)
        return replace(same, born=born, town=own.town, street=own.street, house=own.house)
    background = BY_NAME[other.background]
    sex = other.sex if stream.random() < 0.9 else _other_sex(other.sex)
    given = _given_unlike(stream, background, sex, other=other)
    own = given[-1] if background.order is Order.FAMILY_FIRST else given[0]
    born = other.born
    if relation is Relation.SIBLING:
        earlier = born - timedelta(days=400 + int(2600 * stream.random()))
        born = earlier if earlier.year > BORN_BEFORE.year - 84 else born + timedelta(days=700)
    stays = stream.random() < 0.5
    return replace(
        other,
        number=number,
        relation=relation,
        sex=sex,
        born=born,
        given=given,
        family=family_form(background, other.family, sex),
        called=called_name(stream, background, own),
        house=other.house if stays else str(1 + int(139 * stream.random())),
        street=other.street if stays else STREETS[int(len(STREETS) * stream.random())],
        is_first_time=stream.random() < _FIRST_TIME,
    )


def _other_sex(sex: str) -> str:
    return "M" if sex == "F" else "F"


def _given_unlike(stream: Random, background: Background, sex: str, *, other: Life) -> tuple[str, ...]:
    """Given names of a sibling: another own name, and the same father's name."""
    while True:
        given = given_names(stream, background, sex)
        if other.first not in given:
            return (given[0], other.given[1]) if background.fathers else given
