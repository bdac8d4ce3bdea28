"""Up to where tables of a database were read, by the columns that tell when a row was made or changed."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from watchroom.sources.arrow import ArrowTable

Value = str | int | None
"""A value of a column that tells changes, as JSON can hold it."""


class UnusableColumnError(Exception):
    """A column that is to tell changes holds what has no order in time: the table is read whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Up to where a table was read.

    Attributes:
        columns: that were read of it.
        values: the highest of each column that tells changes, none of them after the instant of the reading.
        sha256: of the table: the same as before is the same table.
        rows: in the file that was delivered.
        count: of rows that the source had.
        edge: of the rows that are read once more the next time; empty: nobody looked.
    """

    columns: Sequence[str]
    values: Mapping[str, Value]
    sha256: str
    rows: int = -1
    count: int = -1
    edge: str = ""

    def as_json(self) -> dict[str, object]:
        """The mark for a cursor."""
        return {
            "columns": list(self.columns),
            "values": dict(self.values),
            "sha256": self.sha256,
            "rows": self.rows,
            "count": self.count,
            "edge": self.edge,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Some rows as text, with the values of the columns that tell changes."""

    rows: ArrowTable
    told: Mapping[str, Sequence[object]]


class Highest:
    """The highest value of each column that tells changes, of those that do not lie after now.

    A row of a day to come would hide every change until then. It is read each time, and counted.
    """

    def __init__(self, columns: Sequence[str], *, now: datetime, since: Mapping[str, Value] | None = None) -> None:
        """Over some columns; `now` on the wall of the source, `since` from where it goes on."""
        self.after_now = dict.fromkeys(columns, 0)
        self._now = now
        self._values: dict[str, Any] = {name: value_of((since or {}).get(name)) for name in columns}

    @property
    def values(self) -> dict[str, Value]:
        """As JSON can hold them."""
        return {name: _kept(value) for name, value in self._values.items()}

    def seen(self, rows: Rows) -> ArrowTable:
        """The rows, once their values are seen.

        Raises:
            UnusableColumnError: a value has no order in time.
        """
        try:
            for name, values in rows.told.items():
                there: list[Any] = [value for value in values if value is not None]
                limit = self._limit(there)
                past = there if limit is None else [value for value in there if value <= limit]
                self.after_now[name] += len(there) - len(past)
                highest = self._values[name]
                self._values[name] = max(past if highest is None else [*past, highest], default=None)
                _kept(self._values[name])
        except (TypeError, ValueError, ArithmeticError):
            raise UnusableColumnError from None
        return rows.rows

    def _limit(self, values: Sequence[object]) -> datetime | date | None:
        if not values or not isinstance(values[0], date):
            return None
        if not isinstance(values[0], datetime):
            return self._now.date()
        return self._now.replace(tzinfo=None) if values[0].tzinfo is None else self._now


def value_of(kept: Value) -> datetime | date | int | None:
    """A value of a column that tells changes, as it was before it was kept as JSON."""
    if not isinstance(kept, str):
        return kept
    return date.fromisoformat(kept) if len(kept) == len("2026-01-01") else datetime.fromisoformat(kept)


def edge_of(rows: Any) -> str:
    """Digest of rows of text, in their order."""
    digest = hashlib.sha256()
    for batch in rows.combine_chunks().to_batches():
        for column in batch.columns:
            for text in column.to_pylist():
                digest.update(b"\x1d" if text is None else f"{len(text)}:{text}".encode())
    return digest.hexdigest()


def _kept(value: Any) -> Value:
    if isinstance(value, date):
        return value.isoformat()
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, Decimal):
        return math.floor(value)
    raise TypeError
