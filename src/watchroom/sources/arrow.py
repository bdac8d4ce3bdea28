"""The part of Apache Arrow that is used here, typed: the wheel itself carries no types."""

from collections.abc import Sequence
from typing import Any, Protocol

import pyarrow
import pyarrow.compute
import pyarrow.csv

# INVARIANT: what comes out of these three is given its type where it is first named.
pa: Any = pyarrow
pc: Any = pyarrow.compute
csv: Any = pyarrow.csv


class ArrowColumn(Protocol):
    """A column of a table, or a mask over its rows."""

    null_count: int
    type: object

    def is_null(self) -> "ArrowColumn":
        """Where it holds no value."""
        ...

    def to_pylist(self) -> list[object]:
        """Its values."""
        ...


class ArrowTable(Protocol):
    """A table in memory."""

    num_rows: int
    nbytes: int
    column_names: list[str]
    columns: list[ArrowColumn]

    def column(self, name: str) -> ArrowColumn:
        """The column of that name."""
        ...

    def filter(self, mask: ArrowColumn) -> "ArrowTable":
        """The rows where the mask is true."""
        ...

    def slice(self, offset: int) -> "ArrowTable":
        """The rows from `offset` on."""
        ...

    def rename_columns(self, names: list[str]) -> "ArrowTable":
        """The same columns under other names."""
        ...

    def append_column(self, name: str, column: ArrowColumn) -> "ArrowTable":
        """The table with one more column."""
        ...

    def to_pylist(self) -> list[dict[str, object]]:
        """Its rows; for few rows only."""
        ...


def empty_table(names: Sequence[str] = ()) -> ArrowTable:
    """A table without rows whose columns are text."""
    table: ArrowTable = pa.table({name: pa.array([], pa.string()) for name in names})
    return table


def row_numbers(*, first: int, count: int) -> ArrowColumn:
    """Consecutive whole numbers."""
    if count == 0:
        empty: ArrowColumn = pa.array([], pa.int64())
        return empty
    counted: ArrowColumn = pc.call_function("cumulative_sum", [pa.repeat(pa.scalar(1, pa.int64()), count)])
    numbers: ArrowColumn = pc.call_function("add", [counted, pa.scalar(first - 1, pa.int64())])
    return numbers


def without(numbers: ArrowColumn, left_out: Sequence[int]) -> ArrowColumn:
    """The numbers that are not left out, in order."""
    known = pc.SetLookupOptions(pa.array(left_out, pa.int64()))
    is_out = pc.call_function("is_in", [numbers], known)
    kept: ArrowColumn = pc.call_function("filter", [numbers, negated(is_out)])
    return kept


def negated(mask: ArrowColumn) -> ArrowColumn:
    """The mask turned over."""
    turned: ArrowColumn = pc.call_function("invert", [mask])
    return turned


def longest_row(table: ArrowTable) -> int:
    """Bytes of the longest row of a table of text, its numbers left out; 0 where the whole table is empty."""
    sizes: Any = None
    for column in table.columns:
        if pa.types.is_string(column.type):
            # In 64 bits, or a few long values would wrap around.
            size = pc.cast(pc.fill_null(pc.binary_length(column), 0), pa.int64())
            sizes = size if sizes is None else pc.add(sizes, size)
    return 0 if sizes is None else int(pc.max(sizes).as_py() or 0)


def both(left: ArrowColumn, right: ArrowColumn) -> ArrowColumn:
    """Where both masks are true."""
    mask: ArrowColumn = pc.call_function("and", [left, right])
    return mask


def is_ever(mask: ArrowColumn) -> bool:
    """Whether the mask is true anywhere."""
    return bool(pc.call_function("any", [mask]).as_py())
