"""The other people of the county, whom control rooms, hospitals and the council hear of: children among them."""

from functools import lru_cache

from watchroom.demo.world.chance import Chance
from watchroom.demo.world.identifiers import RESIDENTS_FROM
from watchroom.demo.world.lives import Life, Population, life_among
from watchroom.demo.world.rates import share

MOST_RESIDENTS = 880_000
_RESIDENTS = Population(
    women=share("women_residents"),
    no_abode=share("residents_without_abode"),
    first_time=1.0,
    english=share("residents_of_english_names"),
    ages="residents_ages",
)


class Residents:
    """All residents of a world who are not among its lives in custody."""

    def __init__(self, chance: Chance) -> None:
        """The residents that belong to that chance."""
        self._chance = chance
        self._of = lru_cache(maxsize=8192)(self._made)

    def of(self, number: int) -> Life:
        """The resident of that number, from 0; ValueError where there are no so many.

        The number of the life is another, so that no resident is taken for somebody in custody.
        """
        return self._of(number)

    def _made(self, number: int) -> Life:
        if not 0 <= number < MOST_RESIDENTS:
            raise ValueError(f"residents are numbered from 0 to {MOST_RESIDENTS - 1}; {number} is none of them")
        return life_among(self._chance.stream("resident", number), RESIDENTS_FROM + number, _RESIDENTS)
