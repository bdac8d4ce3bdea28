"""The code lists: what each code means, since when and until when, and which code of ours a source's value is.

A list is a file in `codes/`; `codes/crosswalk/<kind of source>.csv` says how the values of that kind of source are
to be read. A value that no line reads stays unmapped: it is kept as it came and is put before people as unknown.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from watchroom.kernel.errors import NotFoundError

_ANY, _SAME = "*", "="
_NO_LISTS = frozenset({"sources"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One code of a list.

    Attributes:
        code: as it stands in a coded field.
        description: what it means, in English, as the source of the list says it.
        parent: code of the list above (the type of an alert, the kind of a movement), where there is one.
        valid_from: first day on which it may be given; None: not known, always so far back.
        valid_to: first day on which it may be given no more; None: not known or still valid.
        is_withdrawn: it may be given no more, since `valid_to` or an unknown day before the edition of the list.
        source: who publishes it, a name of `sources()`.
    """

    code: str
    description: str
    parent: str | None
    valid_from: date | None
    valid_to: date | None
    is_withdrawn: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSource:
    """Who publishes codes: what was taken, under which licence, and as of which day."""

    name: str
    what: str
    licence: str
    edition: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """One list of codes.

    Attributes:
        name: as fields of the model name it.
        codes: by code.
    """

    name: str
    codes: Mapping[str, Code]

    def describe(self, code: str) -> str | None:
        """What the code means, in English; None when the list does not hold it."""
        entry = self.codes.get(code)
        return None if entry is None else entry.description

    def children(self, parent: str) -> tuple[str, ...]:
        """The codes that stand under a code of the list above, in order."""
        return tuple(code for code, entry in self.codes.items() if entry.parent == parent)


@cache
def code_list(name: str) -> CodeList:
    """The list of that name.

    Raises:
        NotFoundError: there is no such list.
    """
    if name not in code_list_names():
        raise NotFoundError(f"there is no code list `{name}`; the lists are the files of watchroom/model/codes")
    return CodeList(name=name, codes={row["code"]: _code(row) for row in _rows("codes", f"{name}.csv")})


@cache
def code_list_names() -> tuple[str, ...]:
    """The names of all lists, in order."""
    found = (entry.name.removesuffix(".csv") for entry in _folder("codes").iterdir() if entry.name.endswith(".csv"))
    return tuple(sorted(name for name in found if name not in _NO_LISTS))


@cache
def sources() -> Mapping[str, ListSource]:
    """Who publishes the codes, by name."""
    return {
        row["source"]: ListSource(
            name=row["source"],
            what=row["what"],
            licence=row["licence"],
            edition=date.fromisoformat(row["edition"]),
        )
        for row in _rows("codes", "sources.csv")
    }


def crosswalk(source_kind: str, name: str, source_value: str) -> str | None:
    """The code of ours for a value of a kind of source; None when nobody has said what the value means.

    Args:
        source_kind: such as `nomis`.
        name: of the code list.
        source_value: as it came, without outer spaces.

    Raises:
        NotFoundError: there is no crosswalk for that kind of source.
    """
    return _crosswalk(source_kind).get((name, source_value))


def crosswalk_rows(source_kind: str) -> Iterator[tuple[str, str, str]]:
    """Every (code list, source value, code) of a kind of source: for joining whole tables.

    Raises:
        NotFoundError: there is no crosswalk for that kind of source.
    """
    for (name, source_value), code in _crosswalk(source_kind).items():
        yield name, source_value, code


@cache
def _crosswalk(source_kind: str) -> Mapping[tuple[str, str], str]:
    file_name = f"{source_kind}.csv"
    if not _folder("codes", "crosswalk").joinpath(file_name).is_file():
        raise NotFoundError(
            f"there is no crosswalk for sources of kind `{source_kind}`; write codes/crosswalk/{file_name}"
        )
    read: dict[tuple[str, str], str] = {}
    for row in _rows("codes", "crosswalk", file_name):
        name, source_value, code = row["list"], row["source_value"], row["code"]
        if (source_value, code) == (_ANY, _SAME):
            # INVARIANT: a line that names the value wins over the one that says "the source uses our codes".
            read = {(name, own): own for own in code_list(name).codes} | read
        else:
            read[name, source_value] = code
    return read


def _code(row: dict[str, str]) -> Code:
    return Code(
        code=row["code"],
        description=row["description"],
        parent=row["parent"] or None,
        valid_from=_day(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        is_withdrawn=row["is_withdrawn"] == "Y",
        source=row["source"],
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _folder(*parts: str):
    return files("watchroom.model").joinpath(*parts)


def _rows(*parts: str) -> list[dict[str, str]]:
    return list(csv.DictReader(_folder(*parts).read_text(encoding="utf-8").splitlines()))
