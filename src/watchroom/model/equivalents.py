"""Which code of ours another agency's code is: known equivalents between lists, with the days on which they hold.

`codes/equivalents/agencies.csv` has one line per code and time. A scheme is one of our lists, or a name for the codes
of somebody else, such as `police.suffolk`. Only what is known to mean the same stands there: no line, no guess. How
the values of one kind of source are read stands beside it, a file per kind (`code_lists.crosswalk`).
"""

from collections.abc import Mapping
from csv import DictReader
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalent:
    """One code of somebody else and what it is in a list of ours.

    Attributes:
        scheme: whose code it is: one of our lists, or a name for the codes of another agency.
        value: the code there.
        code_list: the list of ours.
        code: the code in it.
        valid_from: first day on which it holds; None: always so far back.
        valid_to: first day on which it holds no more; None: still.
        source: where that is known from.
    """

    scheme: str
    value: str
    code_list: str
    code: str
    valid_from: date | None
    valid_to: date | None
    source: str

    def holds_on(self, day: date) -> bool:
        """Whether the two mean the same on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


def equivalent(scheme: str, value: str, *, code_list: str, on: date) -> str | None:
    """The code of ours that a code of a scheme is on a day; None when nobody has said so."""
    for known in _by_value().get((scheme, value, code_list), ()):
        if known.holds_on(on):
            return known.code
    return None


@cache
def equivalents() -> tuple[Equivalent, ...]:
    """Every known equivalent, in the order of the file."""
    text = files("watchroom.model").joinpath("codes", "equivalents", "agencies.csv").read_text(encoding="utf-8")
    return tuple(
        Equivalent(
            scheme=row["scheme"],
            value=row["value"],
            code_list=row["list"],
            code=row["code"],
            valid_from=_day(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            source=row["source"],
        )
        for row in DictReader(text.splitlines())
    )


@cache
def _by_value() -> Mapping[tuple[str, str, str], tuple[Equivalent, ...]]:
    found: dict[tuple[str, str, str], tuple[Equivalent, ...]] = {}
    for known in equivalents():
        key = (known.scheme, known.value, known.code_list)
        found[key] = (*found.get(key, ()), known)
    return found


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
