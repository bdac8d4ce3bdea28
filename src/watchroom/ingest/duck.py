"""An in-memory DuckDB that can reach nothing: what is mapped is handed to it as Arrow tables."""

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from watchroom.sources.arrow import ArrowTable, pa

_CONFIG: Any = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}
_ROWS_AT_ONCE = 100_000


class Duck:
    """One DuckDB in memory; close it when done."""

    def __init__(self) -> None:
        self._connection: Any = duckdb.connect(":memory:", config=_CONFIG)
        self.run("set timezone = 'UTC'")

    def close(self) -> None:
        """Let go of everything."""
        self._connection.close()

    def run(self, text: str, *values: object) -> None:
        """Run statements; values stand for `$1`, `$2` in a single one."""
        self._connection.execute(text, list(values) if values else None)

    def rows(self, text: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query; for few rows only."""
        return self._connection.execute(text, list(values) if values else None).fetchall()

    def number(self, text: str, *values: object) -> int:
        """The one number that a query gives."""
        return int(self.rows(text, *values)[0][0])

    def show(self, name: str, table: ArrowTable) -> None:
        """Make an Arrow table readable under a name."""
        self._connection.register(name, table)

    def fill(self, name: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Make a table of text from few rows."""
        content = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
        made = {column: pa.array(values, pa.string()) for column, values in zip(columns, content, strict=True)}
        self.show(f"given_{name}", pa.table(made))
        self.run(f"create table {name} as select * from given_{name}")

    def blocks(self, text: str) -> Iterator[memoryview]:
        """The bytes of a query's only column, text, end to end and many rows at a time."""
        for batch in self._connection.sql(text).to_arrow_reader(_ROWS_AT_ONCE):
            column = batch.column(0).cast(pa.string())
            _, offsets, content = column.buffers()
            if content is not None:
                ends = memoryview(offsets).cast("i")
                yield memoryview(content)[ends[column.offset] : ends[column.offset + len(column)]]
