"""The records of CSV text whose bytes are sound: good rows with their numbers, bad rows as faults."""

import re
from csv import reader
from dataclasses import dataclass
from typing import Protocol

from watchroom.sources.arrow import (
    ArrowColumn,
    ArrowTable,
    both,
    csv,
    is_ever,
    negated,
    pa,
    row_numbers,
    without,
)
from watchroom.sources.csv_text import BOM, CSV, Dialect
from watchroom.sources.faults import Fault, FaultCode

ROW_COLUMN = "source_row"
BAD_ROWS_AT_MOST = 1000
# A parse without threads is as quick up to this many bytes.
_SMALL = 1 << 20
# More at once is one long record: no record may be longer than a block.
_BLOCK = 16 << 20


def header_of(content: bytes, dialect: Dialect = CSV) -> tuple[str, ...]:
    """The column names: the first line, since a name that holds a line end is refused anyway."""
    line = content.removeprefix(BOM).split(b"\n", 1)[0].split(b"\r", 1)[0].decode("utf-8")
    return tuple(next(reader([line], delimiter=dialect.delimiter), ("",))) if line.count('"') % 2 == 0 else ("",)


TAB = b"\t"
# What other programs write between the values of a row, as people call it.
_SEPARATORS = {b",": "commas", b";": "semicolons", TAB: "tabs", b"|": "bars"}


_QUOTED = re.compile(rb'"[^"]*"')
_NAME = re.compile(rb"\w(?:[\w .-]*\w)?")


def separator_fault(content: bytes, name: str, dialect: Dialect = CSV) -> Fault | None:
    """That the first line is written with another separator: it holds that one, and the dialect's nowhere.

    It would be found as quotes where none may be, or as a table of one column, and nobody would look for this.
    """
    line = content.removeprefix(BOM).split(b"\n", 1)[0].split(b"\r", 1)[0]
    own, plain = dialect.delimiter.encode(), _QUOTED.sub(b"quoted", line)
    other = max(_SEPARATORS, key=plain.count)
    names = plain.split(other)
    # One name may hold another mark, as in `REMARK (a|b)`.
    if own in line or len(names) == 1 or not all(map(_NAME.fullmatch, names)):
        return None
    message = (
        f"the header is separated by {_SEPARATORS[other]} and not by {_SEPARATORS[own]}; deliver the file with"
        f" {_SEPARATORS[own]}{', or name it `.tsv`' if other == TAB else ''}"
    )
    return Fault(code=FaultCode.BAD_HEADER, file=name, message=message, row=1)


def header_fault(header: tuple[str, ...], name: str) -> Fault | None:
    """What makes the column names unusable."""
    message = None
    blank = next((place for place, column in enumerate(header, 1) if column != column.strip() or not column), None)
    if blank is not None:
        message = f"column {blank} has no name, or one with blanks around it; deliver the header as the source names it"
    elif not all(column.isprintable() for column in header):
        message = "the name of a column holds a line end, a NUL or another mark that cannot be printed; rename it"
    elif len({column.upper() for column in header}) < len(header):
        message = "two columns have the same name; deliver each column once"
    elif any(column.lower() == ROW_COLUMN for column in header):
        message = f"a column is named `{ROW_COLUMN}`, which is kept for row numbers; rename it"
    return Fault(code=FaultCode.BAD_HEADER, file=name, message=message, row=1) if message else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """The records of a piece of CSV text.

    Attributes:
        table: the good ones, every column text, and `source_row`.
        bad: numbers of the others, in order: ragged ones and those without any value.
        ragged: how many are ragged.
        number: of all.
    """

    table: ArrowTable
    bad: tuple[int, ...]
    ragged: int
    number: int


def records_of(
    content: bytes, header: tuple[str, ...], *, rows_before: int, ragged_at_most: int, dialect: Dialect = CSV
) -> Records:
    """The records below the header; the header itself is the first when no rows are before.

    Raises:
        pyarrow.ArrowInvalid: more than `ragged_at_most` rows differ from the header, or a value is huge.
    """
    if rows_before and content.startswith(BOM):
        # The parser takes one away, which within a file is text.
        content = BOM + content
    bad = _BadRows(ragged_at_most)
    text = _Text(content=content, width=len(header), delimiter=dialect.delimiter)
    table = _parse(text, bad, use_threads=len(content) > _SMALL)
    if bad.numbers and len(content) > _SMALL:
        # Only a parse without threads says which rows they were.
        bad = _BadRows(ragged_at_most)
        table = _parse(text, bad, use_threads=False)
    number = table.num_rows + len(bad.numbers)
    wrong = [row + rows_before for row in bad.numbers]
    numbers = row_numbers(first=rows_before + 1, count=number)
    if wrong:
        numbers = without(numbers, wrong)
    table = table.rename_columns(list(header)).append_column(ROW_COLUMN, numbers)
    if not rows_before:
        table, number = table.slice(1), number - 1
    blank = _blank(table)
    if blank is not None:
        wrong += [row for row in table.filter(blank).column(ROW_COLUMN).to_pylist() if isinstance(row, int)]
        table = table.filter(negated(blank))
    return Records(table=table, bad=tuple(sorted(wrong)), ragged=len(bad.numbers), number=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    content: bytes
    width: int
    delimiter: str


def _parse(text: _Text, bad: "_BadRows", *, use_threads: bool) -> ArrowTable:
    """All rows including the header, under generated names, so that the parser renames and infers nothing."""
    names = [f"f{index}" for index in range(text.width)]
    block = max(_BLOCK, len(text.content))
    table: ArrowTable = csv.read_csv(
        pa.BufferReader(text.content),
        read_options=csv.ReadOptions(column_names=names, block_size=block, use_threads=use_threads),
        parse_options=csv.ParseOptions(
            delimiter=text.delimiter,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=bad.take,
        ),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
            quoted_strings_can_be_null=True,
        ),
    )
    return table


class _InvalidRow(Protocol):
    number: int | None


class _BadRows:
    """Collects the numbers of rows with another number of values than the header."""

    def __init__(self, at_most: int) -> None:
        self.numbers: list[int] = []
        self._at_most = at_most

    def take(self, row: _InvalidRow) -> str:
        self.numbers.append(row.number or 0)
        return "skip" if len(self.numbers) <= self._at_most else "error"


def _blank(table: ArrowTable) -> ArrowColumn | None:
    """Which rows hold no value at all, if any does."""
    blank: ArrowColumn | None = None
    for column in table.columns[:-1]:
        if column.null_count == 0:
            return None
        blank = column.is_null() if blank is None else both(blank, column.is_null())
    return blank if blank is not None and is_ever(blank) else None
