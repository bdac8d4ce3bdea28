"""Tables of the source system, written in its own format."""

import csv
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol


class RowWriter(Protocol):
    """What `csv.writer` returns."""

    def writerow(self, row: Iterable[object], /) -> object:
        """Write one row."""
        ...


class SourceTables:
    """Open CSV files of the tables that grow, each with the header of the extract's own."""

    def __init__(self, base: Path, target: Path, stack: ExitStack) -> None:
        self._base, self._target, self._stack = base, target, stack
        self._open: dict[str, tuple[dict[str, int], RowWriter]] = {}

    def add(self, table: str, **cells: object) -> None:
        """Add a row to `table`; columns that are not named stay empty."""
        if table not in self._open:
            self._open[table] = self._begin(table)
        positions, writer = self._open[table]
        row: list[object] = [""] * len(positions)
        for column, value in cells.items():
            row[positions[column]] = value
        writer.writerow(row)

    def _begin(self, table: str) -> tuple[dict[str, int], RowWriter]:
        with (self._base / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
            header = next(csv.reader(stream))
        stream = self._stack.enter_context((self._target / f"{table}.csv").open("w", encoding="utf-8", newline=""))
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        return {column: position for position, column in enumerate(header)}, writer
