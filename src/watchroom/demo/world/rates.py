"""How often things happen in the example world, as published figures say it: the figures are in `rates.toml`.

    rate("self_harm_incidents").per_day_per_person   how many a day for one person
    share("remand")                                   of one, how much
    mix("police_incident_types")                      kinds and their shares, in order, which add up to one

A figure without a source, or of which it is not said how it came about, is refused when this is imported.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from itertools import accumulate
from math import isclose
from types import MappingProxyType
from typing import Any


class Basis(StrEnum):
    """How we know a figure."""

    PUBLISHED = "published"
    DERIVED = "derived"
    """Reckoned from what was published."""
    ASSUMED = "assumed"
    """Nothing was at hand that says it."""


class Period(StrEnum):
    """In what time something happens so often."""

    DAY = "day"
    WEEK = "week"
    YEAR = "year"

    @property
    def days(self) -> float:
        """How many days it has."""
        return _DAYS[self]


_DAYS = {Period.DAY: 1.0, Period.WEEK: 7.0, Period.YEAR: 365.25}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A publication: by whom, which, which part of it, of what year, and where it is found."""

    by: str
    publication: str
    table: str
    year: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What is said of any figure.

    Attributes:
        name: by which it is asked for.
        of: what it is counted by, such as `people in custody`.
        basis: how we know it.
        source: name of its source; empty for what is assumed.
        why: how it was derived, or on what it rests.
    """

    name: str
    of: str
    basis: Basis
    source: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Figure):
    """So many of something for so many people, in a time or as it stands.

    Attributes:
        figure: how many.
        unit: of what.
        per: for how many of `of`.
        period: in what time; None: as it stands at any moment.
    """

    figure: float
    unit: str
    per: int
    period: Period | None

    @property
    def each(self) -> float:
        """How many for one of `of`, in its period."""
        return self.figure / self.per

    @property
    def per_day_per_person(self) -> float:
        """How many a day for one of `of`; ValueError where it is not a matter of time."""
        if self.period is None:
            raise ValueError(f"rate {self.name} says how many there are, not how many come; ask for `each`")
        return self.figure / self.per / self.period.days

    def per_day(self, number: float) -> float:
        """How many a day for that many of `of`; ValueError where it is not a matter of time."""
        return self.per_day_per_person * number


@dataclass(frozen=True, slots=True, kw_only=True)
class Share(Figure):
    """Of one, how much: between 0 and 1."""

    figure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix(Figure):
    """Kinds of something and their shares.

    Attributes:
        parts: the share of each kind, in the order of the file; they add up to one.
        kinds: their names in that order.
        until: the sums of the shares up to each kind, as `random.choices(kinds, cum_weights=until)` takes them.
    """

    parts: Mapping[str, float]
    kinds: tuple[str, ...]
    until: tuple[float, ...]


class UnstatedRateError(ValueError):
    """A figure of `rates.toml` is not stated as it must be; mend the line that the message names."""


def rate(name: str) -> Rate:
    """The rate of that name; KeyError where `rates.toml` has none."""
    return RATES[name]


def share(name: str) -> float:
    """The share of that name; KeyError where `rates.toml` has none."""
    return SHARES[name].figure


def mix(name: str) -> Mix:
    """The mix of that name; KeyError where `rates.toml` has none."""
    return MIXES[name]


def read(text: str) -> tuple[dict[str, Source], dict[str, Rate], dict[str, Share], dict[str, Mix]]:
    """Sources, rates, shares and mixes of a file; UnstatedRateError where one is not stated as it must be."""
    told = tomllib.loads(text)
    sources = {name: Source(**one) for name, one in told["sources"].items()}
    rates = {name: _rate(name, one) for name, one in told["rates"].items()}
    shares = {name: _share(name, one) for name, one in told["shares"].items()}
    mixes = {name: _mix(name, one) for name, one in told["mixes"].items()}
    figures: tuple[Figure, ...] = (*rates.values(), *shares.values(), *mixes.values())
    for figure in figures:
        _check_origin(figure, sources)
    unused = sources.keys() - {figure.source for figure in figures}
    if unused:
        raise UnstatedRateError(f"nothing is from the sources {', '.join(sorted(unused))}; strike them off")
    return sources, rates, shares, mixes


def _origin(name: str, one: Mapping[str, Any]) -> dict[str, Any]:
    if "of" not in one or "basis" not in one:
        raise UnstatedRateError(f"{name} does not say `of` what it is counted and on what `basis`")
    if one["basis"] not in set(Basis):
        raise UnstatedRateError(f"{name} has the basis {one['basis']}; it is one of {', '.join(Basis)}")
    return {
        "name": name,
        "of": one["of"],
        "basis": Basis(one["basis"]),
        "source": one.get("source", ""),
        "why": one.get("why", ""),
    }


def _rate(name: str, one: Mapping[str, Any]) -> Rate:
    period = one.get("period")
    if one["per"] < 1 or one["figure"] <= 0:
        raise UnstatedRateError(f"{name} is to be more than nothing, per one or more")
    return Rate(
        **_origin(name, one),
        figure=float(one["figure"]),
        unit=one["unit"],
        per=one["per"],
        period=None if period is None else Period(period),
    )


def _share(name: str, one: Mapping[str, Any]) -> Share:
    if not 0 < one["figure"] < 1:
        raise UnstatedRateError(f"share {name} is not between 0 and 1")
    return Share(**_origin(name, one), figure=float(one["figure"]))


def _mix(name: str, one: Mapping[str, Any]) -> Mix:
    told: Mapping[str, float] = one["parts"]
    if min(told.values()) <= 0:
        raise UnstatedRateError(f"mix {name} has a kind that never occurs; strike it off")
    whole = float(sum(told.values()))
    if whole < 2 and not isclose(whole, 1, abs_tol=0.001):
        raise UnstatedRateError(f"the shares of mix {name} do not add up to one")
    parts = {kind: number / whole for kind, number in told.items()}
    return Mix(
        **_origin(name, one),
        parts=MappingProxyType(parts),
        kinds=tuple(parts),
        until=tuple(accumulate(parts.values())),
    )


def _check_origin(figure: Figure, sources: Mapping[str, Source]) -> None:
    if figure.source and figure.source not in sources:
        raise UnstatedRateError(f"{figure.name} is from {figure.source}, which is no source of the file")
    if figure.basis is not Basis.ASSUMED and not figure.source:
        raise UnstatedRateError(f"{figure.name} is {figure.basis} and names no source")
    if figure.basis is not Basis.PUBLISHED and not figure.why:
        raise UnstatedRateError(f"{figure.name} is {figure.basis} and does not say how or why")


SOURCES, RATES, SHARES, MIXES = read(
    files("watchroom.demo.world").joinpath("rates.toml").read_text(encoding="utf-8"),
)
