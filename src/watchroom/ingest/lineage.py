"""Which column of the source a field comes from, read off the mapping's SQL.

INVARIANT: in mappings the source's columns are written in CAPITALS and everything else in lower case.
"""

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache

import sqlglot
from sqlglot import exp

from watchroom.ingest.mapping import Mapping, MappingError, TableRule

# The macros that read a value of text and give null where they cannot.
_PARSERS = frozenset({"parse_day", "parse_flag", "parse_number", "wall_clock"})


@cache
def source_columns(mapped: str) -> Dictionary[str, tuple[str, ...]]:
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


def known_columns(mapped: str, given: str, known: Sequence[str]) -> list[str]:
    """The columns that go into a selected column, of those of the table that a faulty row is of."""
    return [column for column in source_columns(mapped).get(given, ()) if column in known]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsaid:
    """Columns that a mapping selects and that a delivery without some of the source's columns says nothing of.

    Attributes:
        whole: made of nothing else.
        part: made of others as well.
    """

    whole: frozenset[str] = frozenset()
    part: frozenset[str] = frozenset()


def unsaid(mapped: str, missing: AbstractSet[tuple[str, str]]) -> Unsaid:
    """What a mapping selects of (table, column) that were not delivered."""
    if not missing:
        return Unsaid()
    places = selected_columns(mapped)
    touched = {name for name, origins in places.items() if origins & missing}
    whole = frozenset(name for name in touched if places[name] <= missing)
    return Unsaid(whole=whole, part=frozenset(touched) - whole)


def is_beneath(mapping: Mapping, table: str, column: str) -> bool:
    """Whether rows are found or joined by a column, so that without it other records would change."""
    texts = (mapping.prelude, *mapping.entities.values())
    return any((table, column) in _beneath(text) for text in texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A value that a mapping reads in order to find, join or rank rows.

    Attributes:
        table: that it is of.
        parser: the macro that reads it.
        given: SQL of what is read, on the table alone.
        columns: that go into it.
    """

    table: str
    parser: str
    given: str
    columns: tuple[str, ...]


@cache
def readings_beneath(mapped: str) -> tuple[Reading, ...]:
    """What statements read of the source's values apart from their fields, each once, by table.

    Raises:
        MappingError: a value is not read where its table is named, so that nobody could say which row is at fault.
    """
    found: dict[Reading, None] = {}
    for statement in _statements(mapped):
        passed = {id(call) for part in _fields(statement) for call in part.find_all(exp.Anonymous)}
        for call in statement.find_all(exp.Anonymous):
            columns = [column for column in call.find_all(exp.Column) if column.name.isupper()]
            if call.name.lower() in _PARSERS and columns and id(call) not in passed:
                found[_reading(call, columns)] = None
    return tuple(sorted(found, key=lambda reading: (reading.table, reading.columns, reading.parser)))


def _reading(call: exp.Anonymous, columns: Sequence[exp.Column]) -> Reading:
    tables = {table for column in columns for table in _tables_of(column)}
    if len(tables) != 1:
        raise MappingError(
            f"`{call.sql('duckdb')}` of a mapping is not read from one table; read it where that is named"
        )
    return Reading(
        table=tables.pop(),
        parser=call.name.lower(),
        given=_alone(call.expressions[0], frozenset(column.name for column in columns)),
        columns=tuple(dict.fromkeys(column.name for column in columns)),
    )


def _alone(expression: exp.Expr, known: AbstractSet[str]) -> str:
    """SQL of an expression on one table alone: columns that it does not have are null."""

    def bare(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Column):
            return node
        return exp.column(node.name) if node.name in known else exp.null()

    return expression.copy().transform(bare).sql("duckdb")


@cache
def record_key(mapped: str, rule: TableRule) -> str | None:
    """SQL, on the table of a rule alone, of the key under which a mapping would make a record of its row.

    None: the record's key is not made of the table's own, so that no row of it stands for a record.
    """
    for branch in _branches(_parsed(mapped)):
        named = {table.name for table in branch.find_all(exp.Table)} | _with_tables(mapped)
        key = _projection(branch, mapped, "source_key")
        columns = [column for column in key.find_all(exp.Column) if column.name.isupper()]
        # A column of a subquery of the mapping's own has lost its table, but not its name.
        own = {column.name for column in columns if _tables_of(column) <= {rule.name}}
        if rule.name in named and set(rule.key) <= own:
            return _alone(key.this if isinstance(key, exp.Alias) else key, own & set(rule.columns))
    return None


def crosses(mapped: str, mapping: Mapping) -> bool:
    """Whether a record goes from one row of the source to another: its key is not that of the row that speaks."""
    return any(not set(mapping.rule(table).key) <= key for key, tables in _speaking(mapped) for table in tables)


@cache
def _speaking(mapped: str) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """For each branch of a union the columns of the key of its records, and the tables whose rows speak in them."""
    found: list[tuple[frozenset[str], frozenset[str]]] = []
    for branch in _branches(_parsed(mapped)):
        key = frozenset(column.name for column in _projection(branch, mapped, "source_key").find_all(exp.Column))
        tables = frozenset(
            table
            for column in _projection(branch, mapped, "source_table").find_all(exp.Column)
            for table in (_tables_of(column) or _with_tables(mapped))
        )
        found.append((key, tables))
    return tuple(found)


def _projection(branch: exp.Select, mapped: str, name: str) -> exp.Expr:
    """What a branch of a union selects under a name, which only the first one must give."""
    names = [projection.alias_or_name for projection in _branches(_parsed(mapped))[0].expressions]
    return branch.expressions[names.index(name)]


def _with_tables(mapped: str) -> frozenset[str]:
    """The source's tables that stand in the subqueries which a mapping names before its branches."""
    tables = [table for table in _parsed(mapped).find_all(exp.Table) if table.find_ancestor(exp.CTE)]
    return frozenset(table.name for table in tables if table.name.isupper())


@cache
def _beneath(text: str) -> frozenset[tuple[str, str]]:
    """The (table, column) of statements, apart from those that a field is only read from."""
    found: set[tuple[str, str]] = set()
    for statement in _statements(text):
        found |= _origins(statement, without=_fields(statement))
    return frozenset(found)


@cache
def selected_columns(mapped: str) -> Dictionary[str, frozenset[tuple[str, str]]]:
    """For each column that a mapping selects, the (table, column) that go into it."""
    branches = _branches(_parsed(mapped))
    names = [projection.alias_or_name for projection in branches[0].expressions]
    found: dict[str, set[tuple[str, str]]] = {name: set() for name in names}
    for branch in branches:
        for name, projection in zip(names, branch.expressions, strict=True):
            found[name] |= _origins(projection, without=())
    return {name: frozenset(origins) for name, origins in found.items()}


def _fields(statement: exp.Expr) -> Sequence[exp.Expr]:
    """The projections that become fields: a query's own, but the key, by which a record is the same or another."""
    return [
        projection
        for branch in _branches(statement)
        for projection in branch.expressions
        if projection.alias_or_name != "source_key"
    ]


def _origins(expression: exp.Expr, *, without: Sequence[exp.Expr]) -> set[tuple[str, str]]:
    """The (table, column) of the source that an expression names, outside of some of its parts."""
    passed = {id(column) for part in without for column in part.find_all(exp.Column)}
    found: set[tuple[str, str]] = set()
    for column in expression.find_all(exp.Column):
        if column.name.isupper() and id(column) not in passed:
            found |= {(table, column.name) for table in _tables_of(column)}
    return found


def _tables_of(column: exp.Column) -> set[str]:
    """The source's tables that a column may be of: that of its alias, or all that its query reads."""
    query = column.find_ancestor(exp.Select)
    while query is not None:
        named = {table.alias_or_name: table.name for table in _read_by(query)}
        if not column.table:
            return {name for name in named.values() if name.isupper()}
        if column.table in named:
            name = named[column.table]
            return {name} if name.isupper() else set()
        query = query.find_ancestor(exp.Select)
    return set()


def _read_by(query: exp.Select) -> list[exp.Table]:
    """The tables of a query's own FROM and joins."""
    return [table for table in query.find_all(exp.Table) if table.find_ancestor(exp.Select) is query]


@cache
def _statements(text: str) -> tuple[exp.Expr, ...]:
    return tuple(statement for statement in sqlglot.parse(text, read="duckdb") if statement is not None)


def _parsed(mapped: str) -> exp.Expr:
    statements = _statements(mapped)
    if not statements:
        raise MappingError("a mapping must be one query")
    return statements[0]


def _branches(query: object) -> list[exp.Select]:
    """The selects of a query that stand beside each other in a union."""
    if isinstance(query, exp.SetOperation):
        return [*_branches(query.left), *_branches(query.right)]
    if isinstance(query, exp.Subquery):
        return _branches(query.this)
    return [query] if isinstance(query, exp.Select) else []
