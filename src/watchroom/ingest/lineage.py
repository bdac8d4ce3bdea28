"""Which column of the source a field comes from, read off the mapping's SQL.

INVARIANT: in mappings the source's columns are written in CAPITALS and everything else in lower case.
"""

from collections.abc import Mapping, Sequence
from functools import cache

import sqlglot
from sqlglot import exp

from watchroom.ingest.mapping import MappingError


@cache
def source_columns(mapped: str) -> Mapping[str, tuple[str, ...]]:
    """For each column that a mapping selects, the source's columns that go into it, in the order of the text.

    Raises:
        MappingError: the text is no query.
    """
    branches = _branches(_parsed(mapped))
    if not branches:
        raise MappingError("a mapping must be one query")
    names = [projection.alias_or_name for projection in branches[0].expressions]
    found: dict[str, list[str]] = {name: [] for name in names}
    for branch in branches:
        for name, projection in zip(names, branch.expressions, strict=True):
            found[name] += [column.name for column in projection.find_all(exp.Column) if column.name.isupper()]
    return {name: tuple(dict.fromkeys(columns)) for name, columns in found.items()}


@cache
def source_tables(mapped: str) -> frozenset[str]:
    """The source's tables that a mapping reads, without those that the prelude made of them."""
    tables = _parsed(mapped).find_all(exp.Table)
    return frozenset(table.name for table in tables if table.name.isupper())


def source_column(mapped: str, given: str, known: Sequence[str]) -> str:
    """The column of the source to name for a fault of a selected column; the model's own when none goes into it.

    Args:
        mapped: the mapping's SQL.
        given: name that it selects.
        known: columns of the table that the faulty row is of.
    """
    columns = source_columns(mapped).get(given, ())
    own = given.replace("_source_value", "_code").replace("_read_as", "_code")
    return next((column for column in columns if column in known), columns[0] if columns else own)


@cache
def _parsed(mapped: str) -> exp.Expr:
    return sqlglot.parse_one(mapped, read="duckdb")


def _branches(query: object) -> list[exp.Select]:
    """The selects of a query that stand beside each other in a union."""
    if isinstance(query, exp.SetOperation):
        return [*_branches(query.left), *_branches(query.right)]
    if isinstance(query, exp.Subquery):
        return _branches(query.this)
    return [query] if isinstance(query, exp.Select) else []
