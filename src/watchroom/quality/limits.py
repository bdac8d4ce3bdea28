"""What the checks that follow from the model go by, read from `checks/limits.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from watchroom.quality.catalogue import PACKAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Names of fields, and the values that can be.

    Attributes:
        past: whose instant lies behind whoever records it.
        in_episode: what happens in one time in custody.
        ends: pairs of which the second ends what the first begins.
        after: pairs of which the second cannot come before the first.
        earliest: day before which no date lies.
        years_ahead: years from now beyond which none lies.
        days_after_death: for which records may still be in force.
        days_around_episode: by which what is written of a time in custody may lie outside it.
        rows_to_compare: fewer rows on either side are not compared.
        deliveries_to_compare: a delivery is compared with so many of its source before it.
        times_to_differ: a number of records differs from the usual one by more than this factor.
        times_chance: shares of codes that moved by less than so many times what chance would are taken as still.
        units: field with the unit, by the field with the amount.
        ranges: lowest and highest value of numbers; the rest may not be negative.
        of_sex: codes of one sex, by code of the sex and name of the code list.
    """

    past: frozenset[str]
    in_episode: frozenset[str]
    ends: tuple[tuple[str, str], ...]
    after: tuple[tuple[str, str], ...]
    earliest: date
    years_ahead: int
    days_after_death: int
    days_around_episode: int
    rows_to_compare: int
    deliveries_to_compare: int
    times_to_differ: int
    times_chance: int
    units: Mapping[str, str]
    ranges: Mapping[str, tuple[int, int]]
    of_sex: Mapping[str, Mapping[str, tuple[str, ...]]]


@cache
def limits() -> Limits:
    """Those of this version."""
    said: dict[str, Any] = tomllib.loads(files(PACKAGE).joinpath("limits.toml").read_text(encoding="utf-8"))
    said["past"], said["in_episode"] = frozenset(said["past"]), frozenset(said["in_episode"])
    said["ends"], said["after"] = (tuple((one, two) for one, two in said[name]) for name in ("ends", "after"))
    said["ranges"] = {name: (low, high) for name, (low, high) in said["ranges"].items()}
    said["of_sex"] = {
        sex: {name: tuple(codes) for name, codes in lists.items()} for sex, lists in said["of_sex"].items()
    }
    return Limits(**said)
