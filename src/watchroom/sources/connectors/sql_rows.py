"""Rows of a database as text: turned by column, laid down as Parquet, and put in the place of those that are known."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet

from watchroom.sources.arrow import ArrowColumn, ArrowTable, pa, pc
from watchroom.sources.connectors.contract import FailureCode, FetchError
from watchroom.sources.csv_table import ROW_COLUMN

# INVARIANT: the wheel carries no types.
pq: Any = pyarrow.parquet
ROWS_AT_ONCE = 10_000
_BLOCK = 1 << 20
# What stands between values, and for a value that is not there, where rows are compared.
_BETWEEN, _NONE = "\x1f", "\x1d"


def texts(values: Sequence[object], *, table: str, column: str) -> ArrowColumn:
    """A column of values as text, as a file of the source would hold them.

    Raises:
        FetchError: one is no text that can be kept.
    """
    try:
        held: ArrowColumn = pa.array([_text(value) for value in values], pa.string())
    except (UnicodeError, TypeError, ValueError):
        message = f"a value of `{column}` in table `{table}` is no text that can be kept; correct it at the source"
        raise FetchError(FailureCode.UNREADABLE, message) from None
    return held


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return value.hex()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


class Laying:
    """A table on its way into a file: groups of one size, so that the same rows are the same bytes."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        """An empty table with these columns."""
        self.rows = 0
        self._path = path
        self._columns = list(columns)
        self._held: ArrowTable = pa.table({name: pa.array([], pa.string()) for name in columns})
        self._writer: Any = pq.ParquetWriter(str(path), pa.schema([(name, pa.string()) for name in columns]))

    def add(self, rows: Any) -> None:
        """Add rows, of which the columns are taken that the table has."""
        self.rows += rows.num_rows
        held: Any = pa.concat_tables([self._held, rows.select(self._columns)])
        whole = held.num_rows - held.num_rows % ROWS_AT_ONCE
        if whole:
            self._writer.write_table(held.slice(0, whole), row_group_size=ROWS_AT_ONCE)
        self._held = held.slice(whole).combine_chunks()

    def close(self) -> str:
        """Write what is left; the digest of the file."""
        if self._held.num_rows or not self.rows:
            self._writer.write_table(self._held, row_group_size=ROWS_AT_ONCE)
        self._writer.close()
        digest = hashlib.sha256()
        with self._path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
        return digest.hexdigest()

    def abandon(self) -> None:
        """Leave nothing of it."""
        self._writer.close()
        self._path.unlink()


class Changed:
    """Rows that a source says are new or changed, against those that are known of the same table.

    Attributes:
        known: how many are known, as far as they were gone through.
        replaced: how many of those have the key of one of these, or are the same.
    """

    def __init__(self, rows: Any, *, key: Sequence[str], columns: Sequence[str]) -> None:
        """Rows as text with these columns; the key's are among them."""
        self.known = 0
        self.replaced = 0
        self._rows = rows
        self._key = list(key)
        self._columns = list(columns)
        self._keys = self._joined(rows, self._key)
        self._whole = self._joined(rows, self._columns)
        self._same: list[Any] = []

    def kept(self, known: Iterator[ArrowTable]) -> Iterator[Any]:
        """Of the rows that are known those that still stand: of another key, or the same in every value."""
        for part in known:
            table: Any = part
            rows = table.drop_columns([ROW_COLUMN])
            if rows.num_rows:
                whole = self._joined(rows, self._columns)
                is_same = pc.is_in(whole, value_set=self._whole)
                has_key = pc.is_in(self._joined(rows, self._key), value_set=self._keys)
                self.known += rows.num_rows
                self.replaced += pc.sum(has_key).as_py()
                self._same.append(pc.unique(whole.filter(is_same)))
                yield rows.filter(pc.or_(pc.invert(has_key), is_same))

    def fresh(self) -> Any:
        """The rows that are not known as they are; asked for once all that are known were gone through."""
        same = pa.concat_arrays([_array(one) for one in self._same]) if self._same else pa.array([], pa.string())
        return self._rows.filter(pc.invert(pc.is_in(self._whole, value_set=same)))

    def _joined(self, rows: Any, columns: Sequence[str]) -> Any:
        parts = [rows.column(name).combine_chunks() for name in columns]
        separator = pa.scalar(_BETWEEN)
        return _array(pc.binary_join_element_wise(*parts, separator, null_handling="replace", null_replacement=_NONE))


def _array(column: Any) -> Any:
    """A column in one piece."""
    return column.combine_chunks() if hasattr(column, "combine_chunks") else column
