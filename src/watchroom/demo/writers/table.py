"""A table of a source system as it stands, ready to be written again and again."""

from collections.abc import Sequence
from csv import writer as csv_writer
from io import StringIO
from pathlib import Path

Key = tuple[object, ...]


class Table:
    """Rows of one table by their key, each kept as its line of the file.

    A line is made when its row is put, so that an extract of rows that did not change costs the bytes and no more.
    """

    def __init__(self, name: str, header: Sequence[str], key: Sequence[str]) -> None:
        """An empty table.

        Args:
            name: as the source system has it; the file is called so.
            header: all columns, in the order of the file.
            key: the columns that make a row.
        """
        self.name = name
        self._header = tuple(header)
        self._places = {column: place for place, column in enumerate(self._header)}
        self._key = tuple(self._places[column] for column in key)
        self._lines: dict[Key, str] = {}
        self._text = StringIO(newline="")
        self._csv = csv_writer(self._text, lineterminator="\n")

    def put(self, **cells: object) -> None:
        """Put a row in place of the one with its key; columns that are not named are empty."""
        row: list[object] = [""] * len(self._header)
        for column, value in cells.items():
            row[self._places[column]] = "" if value is None else value
        self._text.seek(0)
        self._text.truncate()
        self._csv.writerow(row)
        self._lines[tuple(row[place] for place in self._key)] = self._text.getvalue()

    def drop(self, *key: object) -> None:
        """Leave a row out from now on; nothing where there is none."""
        self._lines.pop(key, None)

    def __len__(self) -> int:
        """How many rows it has."""
        return len(self._lines)

    def write(self, folder: Path) -> Path:
        """Write the table as it stands into a folder; its file."""
        file = folder / f"{self.name}.csv"
        with file.open("w", encoding="utf-8", newline="") as stream:
            stream.write(",".join(self._header) + "\n")
            stream.writelines(self._lines.values())
        return file
