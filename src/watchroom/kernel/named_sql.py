"""Named queries from `.sql` files that stand beside the room that asks.

A file holds statements, each under a line that names it and its parameters:

    -- name: people_on_unit(unit_code)
    -- One row per person.
    select person.id from person where person.unit_code = :unit_code

Parameters are written `:name`; the loader turns them into psycopg's `%(name)s` and refuses a file in which
the declared and the used parameters differ.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import LiteralString, cast

from watchroom.kernel.errors import WatchroomError

_HEAD = re.compile(r"^-- name: (?P<name>[a-z][a-z0-9_]*)\((?P<parameters>[a-z0-9_, ]*)\)[ ]*$", re.MULTILINE)
# A colon that opens a parameter: not part of `::cast`, and not inside a quoted string or a comment.
_TOKEN = re.compile(r"'(?:[^']|'')*'|--[^\n]*|::|:(?P<parameter>[a-z][a-z0-9_]*)|%")


class NamedSqlError(WatchroomError):
    """A `.sql` file that does not follow the form, or a query that it does not hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One named statement.

    Attributes:
        name: as in its head line.
        parameters: in the order of the head line.
        text: the statement in psycopg's style; the file is ours, so it counts as a literal.
        sql: the statement as written.
    """

    name: str
    parameters: tuple[str, ...]
    text: LiteralString
    sql: str


class Queries(Mapping[str, Query]):
    """The queries of one file, by name."""

    def __init__(self, queries: dict[str, Query], *, where: str) -> None:
        self._queries = queries
        self._where = where

    def __getitem__(self, name: str) -> Query:
        try:
            return self._queries[name]
        except KeyError:
            raise NamedSqlError(f"query `{name}` is not in {self._where}") from None

    def __contains__(self, name: object) -> bool:
        # A mapping asks for the query otherwise, and takes our error for one of its own.
        return name in self._queries

    def __iter__(self):
        return iter(self._queries)

    def __len__(self) -> int:
        return len(self._queries)


def load_queries(package: str, file_name: str = "queries.sql") -> Queries:
    """The named queries of a file in `package`.

    Raises:
        NamedSqlError: the file declares a name twice, or a parameter that it does not use, or the reverse.
    """
    where = f"{package}/{file_name}"
    return parse_queries(files(package).joinpath(file_name).read_text(encoding="utf-8"), where=where)


def parse_queries(text: str, *, where: str) -> Queries:
    """The named queries of a text; `where` names it in errors."""
    heads = list(_HEAD.finditer(text))
    ends = [*(head.start() for head in heads[1:]), len(text)][: len(heads)]
    queries: dict[str, Query] = {}
    for head, end in zip(heads, ends, strict=True):
        query = _query(head, text[head.end() : end].strip().removesuffix(";"), where=where)
        if query.name in queries:
            raise NamedSqlError(f"query `{query.name}` is named twice in {where}; rename one")
        queries[query.name] = query
    return Queries(queries, where=where)


def _query(head: re.Match[str], sql: str, *, where: str) -> Query:
    declared = tuple(part.strip() for part in head["parameters"].split(",") if part.strip())
    used: set[str] = set()

    def translate(token: re.Match[str]) -> str:
        parameter = token["parameter"]
        if parameter is not None:
            used.add(parameter)
            return f"%({parameter})s"
        return token[0].replace("%", "%%")

    text = _TOKEN.sub(translate, sql)
    if used != set(declared):
        raise NamedSqlError(
            f"query `{head['name']}` in {where} declares {sorted(declared)} and uses {sorted(used)}; make them equal"
        )
    return Query(name=head["name"], parameters=declared, text=cast(LiteralString, text), sql=sql)
