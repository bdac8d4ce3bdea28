"""What each check is for, read from `checks/catalogue.toml` and `checks/from_model.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from watchroom.kernel.errors import NotFoundError

PACKAGE = "watchroom.quality.checks"
CATALOGUES = ("catalogue.toml", "from_model.toml")


class Category(StrEnum):
    """What is wrong, by the harmonised terms of Kahn and others (2016)."""

    CONFORMANCE = "conformance"
    COMPLETENESS = "completeness"
    PLAUSIBILITY = "plausibility"


SUBCATEGORIES: Mapping[Category, frozenset[str]] = {
    Category.CONFORMANCE: frozenset({"value", "relational", "computational"}),
    Category.COMPLETENESS: frozenset(),
    Category.PLAUSIBILITY: frozenset({"atemporal", "temporal"}),
}
"""Kahn's terms below each category; completeness has none."""


class Level(StrEnum):
    """What a check is about."""

    TABLE = "table"
    FIELD = "field"
    CONCEPT = "concept"
    """What a value means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check.

    Attributes:
        name: of its SQL file; the ones without a file are made from the model.
        title: in a few words.
        category: what is wrong.
        subcategory: see `SUBCATEGORIES`; None for completeness.
        level: what it is about.
        severity: `fatal`, `convention` or `characterisation`, as of issues. A fatal one that follows from the model
            stops a batch before it is sealed.
        context: `verification` against what we expect, or `validation` against what others say or said.
        bad: what the numerator counts.
        of: what the denominator counts.
        threshold: share of bad rows above which it fails.
        advice: what to do.
        entity: that it is about; None: one result per entity or field of the model to which it applies.
        ohdsi: names of the types of OHDSI's dashboard of data quality (2.7) that it stands for.
    """

    name: str
    title: str
    category: Category
    level: Level
    severity: str
    bad: str
    of: str
    threshold: float
    advice: str
    subcategory: str | None = None
    context: str = "verification"
    entity: str | None = None
    ohdsi: tuple[str, ...] = ()

    @property
    def is_fatal(self) -> bool:
        """Whether nothing may be loaded with it."""
        return self.severity == "fatal"


@cache
def checks() -> Mapping[str, Check]:
    """All checks, by name."""
    return {name: _check(name, said) for file_name in CATALOGUES for name, said in _declared(file_name).items()}


def check(name: str) -> Check:
    """The check of that name.

    Raises:
        NotFoundError: there is none.
    """
    try:
        return checks()[name]
    except KeyError:
        raise NotFoundError(f"there is no check `{name}`; they are in quality/checks/catalogue.toml") from None


def _declared(file_name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads(files(PACKAGE).joinpath(file_name).read_text(encoding="utf-8"))


def _check(name: str, said: Mapping[str, Any]) -> Check:
    own: dict[str, Any] = {**said, "name": name, "ohdsi": tuple(said.get("ohdsi", ()))}
    own["category"] = Category(own["category"])
    own["level"] = Level(own["level"])
    return Check(**own)
