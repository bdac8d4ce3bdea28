"""What each check is for, read from `checks/catalogue.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from watchroom.kernel.errors import NotFoundError

PACKAGE = "watchroom.quality.checks"


class Category(StrEnum):
    """What is wrong, by the harmonised terms of Kahn and others (2016)."""

    CONFORMANCE = "conformance"
    COMPLETENESS = "completeness"
    PLAUSIBILITY = "plausibility"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check.

    Attributes:
        name: of its SQL file; the ones without a file are made from the model.
        title: in a few words.
        category: what is wrong.
        severity: `fatal`, `convention` or `characterisation`, as of issues.
        entity: that it is about; None: one result per field of the model.
        bad: what the numerator counts.
        of: what the denominator counts.
        threshold: share of bad rows above which it fails.
        advice: what to do.
    """

    name: str
    title: str
    category: Category
    severity: str
    bad: str
    of: str
    threshold: float
    advice: str
    entity: str | None = None


@cache
def checks() -> Mapping[str, Check]:
    """All checks, by name."""
    declared: dict[str, dict[str, Any]] = tomllib.loads(
        files(PACKAGE).joinpath("catalogue.toml").read_text(encoding="utf-8")
    )
    return {
        name: Check(name=name, category=Category(said.pop("category")), **said)
        for name, said in ((name, dict(said)) for name, said in declared.items())
    }


def check(name: str) -> Check:
    """The check of that name.

    Raises:
        NotFoundError: there is none.
    """
    try:
        return checks()[name]
    except KeyError:
        raise NotFoundError(f"there is no check `{name}`; they are in quality/checks/catalogue.toml") from None
