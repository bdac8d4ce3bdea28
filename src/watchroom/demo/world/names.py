"""Names of the example world, by whose ways people are named; the lists are in `names.toml`."""

import tomllib
from bisect import bisect
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from itertools import accumulate
from typing import Any


class Order(StrEnum):
    """In which order somebody says their names."""

    GIVEN_FIRST = "given first"
    FAMILY_FIRST = "family first"
    PATRONYMIC = "patronymic"
    """Own name, father's and grandfather's: there is no family name, and a form takes any of them for one."""


@dataclass(frozen=True, slots=True)
class Weighted:
    """Words of which one is drawn, each with its weight.

    Attributes:
        words: the words.
        until: the sums of their weights up to each; the last is 1.
    """

    words: tuple[str, ...]
    until: tuple[float, ...]

    def at(self, chance: float) -> str:
        """The word that a draw between 0 and 1 falls on."""
        return self.words[bisect(self.until, chance, hi=len(self.until) - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """By whose ways somebody is named, and what goes with it.

    Attributes:
        name: of it, for errors that depend on it.
        share: of the people who come into custody.
        order: in which names are said.
        men, women, families: names in Latin letters, the commonest first.
        boys, girls: given names of children, where they are others.
        families_women: the same of women, where they have others.
        given: weights of one, two and three given names.
        fathers: the second given name is the father's.
        suffix: what follows the given name of a man and of a woman, and stands for the family name of many.
        middle: what stands before the given name of most men and women, where the family name is first.
        two: share of those who have two family names.
        joint: what is between these.
        ethnicities, nationalities, religions, languages: with their weights; languages of those of another nationality.
        interpreter: share of those of another nationality who need one.
        called: short forms of a name by which somebody is called.
        variants: other spellings of a name, each as an agency may write it.
    """

    name: str
    share: float
    order: Order
    men: tuple[str, ...]
    women: tuple[str, ...]
    boys: tuple[str, ...]
    girls: tuple[str, ...]
    families: tuple[str, ...]
    families_women: tuple[str, ...]
    given: tuple[int, int, int]
    fathers: bool
    suffix: tuple[str, str] | None
    middle: tuple[str, str] | None
    two: float
    joint: str
    ethnicities: Weighted
    nationalities: Weighted
    religions: Weighted
    languages: Weighted
    interpreter: float
    called: Mapping[str, tuple[str, ...]]
    variants: Mapping[str, tuple[str, ...]]


def _weighted(weights: Mapping[str, float]) -> Weighted:
    whole = sum(weights.values())
    return Weighted(tuple(weights), tuple(accumulate(weight / whole for weight in weights.values())))


def _pair(one: Mapping[str, Any], key: str) -> tuple[str, str] | None:
    return (one[key][0], one[key][1]) if key in one else None


def _lists(one: Mapping[str, Any], key: str) -> dict[str, tuple[str, ...]]:
    return {name: tuple(others) for name, others in one.get(key, {}).items()}


def _of_women(one: Mapping[str, Any]) -> tuple[str, ...]:
    endings: Mapping[str, str] = one.get("endings", {})
    told: list[str] = one.get("families_women", one["families"])
    return tuple(
        next((f"{name.removesuffix(old)}{new}" for old, new in endings.items() if name.endswith(old)), name)
        for name in told
    )


def _background(name: str, one: Mapping[str, Any]) -> Background:
    return Background(
        name=name,
        share=one["share"],
        order=Order(one.get("order", Order.GIVEN_FIRST)),
        men=tuple(one["men"]),
        women=tuple(one["women"]),
        boys=tuple(one.get("boys", one["men"])),
        girls=tuple(one.get("girls", one["women"])),
        families=tuple(one["families"]),
        families_women=_of_women(one),
        given=(one["given"][0], one["given"][1], one["given"][2]),
        fathers=one.get("fathers", False),
        suffix=_pair(one, "suffix"),
        middle=_pair(one, "middle"),
        two=one.get("two", 0.0),
        joint=one.get("joint", " "),
        ethnicities=_weighted(one["ethnicities"]),
        nationalities=_weighted(one["nationalities"]),
        religions=_weighted(one["religions"]),
        languages=_weighted(one["languages"]),
        interpreter=one["interpreter"],
        called=_lists(one, "called"),
        variants=_lists(one, "variants"),
    )


def _read() -> tuple[Background, ...]:
    told = tomllib.loads(files("watchroom.demo.world").joinpath("names.toml").read_text(encoding="utf-8"))
    return tuple(_background(name, one) for name, one in told.items())


BACKGROUNDS = _read()
BY_NAME = {one.name: one for one in BACKGROUNDS}
