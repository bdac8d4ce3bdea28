"""The people of the example world: nobody in it ever lived.

A life is a function of the world and its number. None is kept: who is asked for a second time is made again, the same.
Ages, sexes and backgrounds are those of people who come into custody, as `rates.toml` states them with their source.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from random import Random

from watchroom.demo.world.chance import Chance
from watchroom.demo.world.county import STREETS, TOWNS, Town
from watchroom.demo.world.names import BACKGROUNDS, Background

# From this day ages are counted, so that nobody grows older or younger with the day on which a world begins.
BORN_BEFORE = date(2008, 7, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """Somebody, as they truly are; agencies know them with errors.

    Attributes:
        number: in the world, from 0.
        sex: `M` or `F`.
        born: the day.
        given: one to three given names, in the order in which they are said at home.
        family: the family name, as it is written at home, in Latin letters.
        called: what they are called; often the first given name.
        background: by whose ways they were named.
        ethnicity: code of the 16+1 list.
        nationality: in words of the field's list.
        religion: the same.
        language: that they speak best.
        needs_interpreter: they speak little English.
        town, street, house: where they live; an empty house: nowhere.
        is_first_time: they were never held before.
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


class Lives:
    """All lives of a world."""

    def __init__(self, chance: Chance) -> None:
        """The lives that belong to that chance."""
        self._chance = chance
        self._of = lru_cache(maxsize=8192)(self._made)

    def of(self, number: int) -> Life:
        """The life of that number, from 0."""
        return self._of(number)

    def _made(self, number: int) -> Life:
        stream = self._chance.stream("life", number)
        background = stream.choices(BACKGROUNDS, [one.share for one in BACKGROUNDS])[0]
        sex = "F" if stream.random() < 0.042 else "M"
        given = _given(stream, background, sex)
        town = stream.choices(TOWNS, [one.residents for one in TOWNS])[0]
        is_homeless = stream.random() < 0.11
        return Life(
            number=number,
            sex=sex,
            born=BORN_BEFORE - timedelta(days=round(365.25 * _years(stream))),
            given=given,
            family=stream.choice(background.families),
            called=given[0],
            background=background.name,
            ethnicity=stream.choice(background.ethnicities),
            nationality=stream.choice(background.nationalities),
            religion=stream.choice(background.religions),
            language=stream.choice(background.languages),
            needs_interpreter=stream.random() < background.interpreter,
            town=town,
            street=stream.choice(STREETS),
            house="" if is_homeless else str(stream.randrange(1, 140)),
            is_first_time=stream.random() < 0.38,
        )


def _given(stream: Random, background: Background, sex: str) -> tuple[str, ...]:
    names: Sequence[str] = background.women if sex == "F" else background.men
    number = stream.choices((1, 2, 3), background.given)[0]
    return tuple(stream.sample(names, number))


def _years(stream: Random) -> float:
    """By how many years somebody is older than eighteen: most are between 21 and 50."""
    return min(stream.gammavariate(2.1, 8.4), 68.0)
