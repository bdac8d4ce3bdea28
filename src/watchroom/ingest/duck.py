"""An in-memory DuckDB that can reach nothing: what is mapped is handed to it as Arrow tables.

It holds to a fixed amount of memory. What does not fit goes to files of its own in a folder that is gone when it
is closed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb

from watchroom.kernel.named_sql import Query
from watchroom.sources.arrow import ArrowTable, pa

_CONFIG: Any = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}
# Values that are given with a statement and not as an Arrow table.
_HANDFUL = 1 << 9
# Texts that were taken apart and are kept so: those of a mapping stand in every batch of it.
_TEXTS_KEPT = 1 << 12
_PARSING = Lock()
# A row may hold a long text; a few thousand of those are tens of megabytes.
_ROWS_AT_ONCE = 1 << 12
RunError: type[Exception] = duckdb.Error
"""What a statement that cannot be run raises; its words may hold a value."""
# Passes over a plan that pay for many rows and cost more than they save for few; what keeps joins from growing stays.
_FOR_MANY_ROWS = (
    "expression_rewriter",
    "unused_columns",
    "statistics_propagation",
    "common_subexpressions",
    "common_aggregate",
    "column_lifetime",
    "compressed_materialization",
    "duplicate_groups",
    "reorder_filter",
    "sampling_pushdown",
    "join_filter_pushdown",
    "late_materialization",
)
_ARROW = {"VARCHAR": pa.string(), "BIGINT": pa.int64()}
Variable = tuple[str, str | datetime | Sequence[datetime]]
"""A type of DuckDB's and a value of it; instants without a zone."""
MEMORY = 1 << 30
"""Bytes that one batch may hold in memory while it is mapped, unless told otherwise."""


class Duck:
    """One DuckDB in memory; close it when done."""

    def __init__(self, *, overflow: Path, memory: int = MEMORY, threads: int = 1, is_small: bool = False) -> None:
        """An empty one.

        Args:
            overflow: folder for what does not fit; nobody else may read it.
            memory: bytes that it may hold in memory.
            threads: that one statement may use; two mappings run side by side, and to split one of them only costs.
            is_small: few rows come, so that statements take longer to plan than to run: they are planned plainly.
        """
        config = {**_CONFIG, "temp_directory": str(overflow), "memory_limit": f"{memory}B"}
        self._connection: Any = duckdb.connect(":memory:", config=config)
        self._together: list[Any] = [self._connection]
        self.is_small = is_small
        self._variables: dict[str, Variable] = {}
        plainly = f"set disabled_optimizers = '{','.join(_FOR_MANY_ROWS)}'; " if is_small else ""
        self.run(f"{plainly}set timezone = 'UTC'; set threads = {threads:d}; set lock_configuration = true")

    def close(self) -> None:
        """Let go of everything."""
        self._connection.close()

    def beside(self) -> "Duck":
        """The same tables for another thread, with the variables as they are; one for few rows has only one thread."""
        if self.is_small:
            return self
        other = object.__new__(Duck)
        other._connection = self._connection.cursor()
        other._together = self._together
        other.is_small = False
        self._together.append(other._connection)
        other._variables = {}
        other.set(self._variables)
        return other

    def interrupt(self) -> None:
        """Break off whatever runs in it, here and beside, from any thread."""
        for one in list(self._together):
            one.interrupt()

    def set(self, variables: Mapping[str, Variable]) -> None:
        """Give variables of the mapping's SQL their values, all in one statement's time."""
        given = (f"set variable {name} = {_literal(value)}::{kind}" for name, (kind, value) in variables.items())
        # Not `run`: a text that holds values is not kept.
        text = "; ".join(given)
        self._connection.execute(text)
        self._variables |= variables

    def run(self, text: str, *values: object) -> None:
        """Run statements; values stand for `$1`, `$2` in a single one."""
        for statement in _statements(text):
            self._connection.execute(statement, list(values) if values else None)

    def rows(self, text: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query; for few rows only."""
        (statement,) = _statements(text)
        return self._connection.execute(statement, list(values) if values else None).fetchall()

    def number(self, text: str, *values: object) -> int:
        """The one number that a query gives."""
        return int(self.rows(text, *values)[0][0])

    def ask(self, query: Query, **values: object) -> list[tuple[Any, ...]]:
        """The rows of a named query; for few rows only."""
        (statement,) = _statements(_written(query))
        return self._connection.execute(statement, values or None).fetchall()

    def fill(self, name: str, columns: Sequence[str], rows: Sequence[Sequence[str | None]]) -> None:
        """Make a table of text from few rows."""
        content = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
        made = {column: pa.array(values, pa.string()) for column, values in zip(columns, content, strict=True)}
        self.add(name, pa.table(made), is_new=True)

    def enter(self, name: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Put rows of text, and of whole numbers, into a table that is there."""
        if not rows:
            return
        if len(rows) * len(columns) > _HANDFUL:
            made = {column: pa.array(values) for column, values in zip(columns, zip(*rows, strict=True), strict=True)}
            self.add(name, pa.table(made), is_new=False)
            return
        # What is read from Arrow takes twice as long to plan.
        places = iter(range(1, len(columns) * len(rows) + 1))
        values = ", ".join(f"({', '.join(f'${next(places)}' for _ in columns)})" for _ in rows)
        names = ", ".join(map(identifier, columns))
        self.run(f"insert into {identifier(name)} ({names}) values {values}", *(one for row in rows for one in row))

    def add(self, name: str, rows: ArrowTable, *, is_new: bool) -> None:
        """Copy rows into a table, which is made of them when it is new."""
        self._connection.register("given", rows)
        start = "create table {} as" if is_new else "insert into {} by name"
        self._connection.execute((start + " select * from given").format(identifier(name)))
        self._connection.unregister("given")

    def parts(self, query: Query, **values: object) -> Iterator[ArrowTable]:
        """The rows of a named query, many at a time."""
        if self.is_small:
            # What streams is planned twice.
            rows = self.ask(query, **values)
            kinds = {str(column[0]): _ARROW[str(column[1])] for column in self._connection.description}
            columns = zip(*rows, strict=True) if rows else [()] * len(kinds)
            yield pa.table({name: pa.array(one, kinds[name]) for name, one in zip(kinds, columns, strict=True)})
            return
        asked = self._connection.sql(_written(query), params=values or None)
        for batch in asked.to_arrow_reader(_ROWS_AT_ONCE):
            yield pa.Table.from_batches([batch])

    def blocks(self, query: Query, **values: object) -> Iterator[memoryview]:
        """The bytes of a named query's only column, text, end to end and many rows at a time."""
        if self.is_small:
            yield memoryview("".join(text for (text,) in self.ask(query, **values)).encode())
            return
        asked = self._connection.sql(_written(query), params=values or None)
        for batch in asked.to_arrow_reader(_ROWS_AT_ONCE):
            column = batch.column(0).cast(pa.string())
            _, offsets, content = column.buffers()
            if content is not None:
                ends = memoryview(offsets).cast("i")
                yield memoryview(content)[ends[column.offset] : ends[column.offset + len(column)]]


def identifier(name: str) -> str:
    """A name in quotes, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def _literal(value: str | datetime | Sequence[datetime]) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return f"'{value.isoformat(' ')}'" if isinstance(value, datetime) else f"[{', '.join(map(_literal, value))}]"


@lru_cache(maxsize=_TEXTS_KEPT)
def _statements(text: str) -> list[Any]:
    """The statements of a text: to take it apart is a third of the time that a plan for few rows takes."""
    with _PARSING:
        return _parser().extract_statements(text)


@cache
def _parser() -> Any:
    return duckdb.connect(":memory:", config=_CONFIG)


@cache
def _written(query: Query) -> str:
    """The query with `:name` as DuckDB writes it, `$name`."""
    return re.sub(r"(?<!:):([a-z][a-z0-9_]*)", r"$\1", query.sql)
