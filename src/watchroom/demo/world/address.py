"""Addresses of the county: a street of a town, with a postal code of an area that does not exist."""

from dataclasses import dataclass
from random import Random

from watchroom.demo.world.county import STREETS, TOWNS, Town

# Letters that end a British postal code.
_ENDS = "ABDEFGHJLNPQRSTUWXYZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A house of a street of a town."""

    town: Town
    street: str
    house: str

    @property
    def postal_code(self) -> str:
        """One for each side of a street, such as `QO1 4BD`."""
        place = STREETS.index(self.street)
        side = int(self.house) % 2
        return f"{self.town.outcode} {place % 9 + 1}{_ENDS[place % 20]}{_ENDS[(place // 20 * 2 + side) % 20]}"


def drawn_address(stream: Random) -> Address:
    """Some address of the county."""
    return Address(
        town=TOWNS[int(len(TOWNS) * stream.random())],
        street=STREETS[int(len(STREETS) * stream.random())],
        house=str(1 + int(139 * stream.random())),
    )
