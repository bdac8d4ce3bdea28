"""A folder of CSV files as a source: every file read whole, every value kept as text, every row numbered."""

import hashlib
from collections.abc import Sequence
from csv import reader
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow

from watchroom.sources.arrow import (
    ArrowColumn,
    ArrowTable,
    both,
    csv,
    empty_table,
    is_ever,
    negated,
    pa,
    row_numbers,
    without,
)
from watchroom.sources.csv_text import BOM, ends_with_newline, text_fault
from watchroom.sources.faults import Fault, FaultCode

ROW_COLUMN = "source_row"
_NEVER_MORE_BAD_ROWS = 1000
_BLOCK = 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file of a delivery.

    Attributes:
        name: of the file, without its folder.
        table_name: the table that it is: the name without `.csv`, in upper case.
        sha256: of its bytes, hexadecimal.
        size: in bytes.
        header: column names in order.
        table: all good rows, every column text (an empty value is null), and `source_row`, where the header is 1.
        faults: what is wrong with it; one that refuses means that `table` is empty.
        rows_read: rows below the header, good and bad.
    """

    name: str
    table_name: str
    sha256: str
    size: int
    header: tuple[str, ...]
    table: ArrowTable
    faults: tuple[Fault, ...]
    rows_read: int

    @property
    def is_refused(self) -> bool:
        """Whether no row of it can be trusted."""
        return any(fault.refuses for fault in self.faults)

    @property
    def bad_rows(self) -> frozenset[int]:
        """Numbers of the rows that are not in `table`."""
        return frozenset(fault.row for fault in self.faults if fault.code is FaultCode.RAGGED_ROW and fault.row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What a folder held.

    Attributes:
        folder: where it was.
        files: its tables, by name.
        faults: of the folder itself.
    """

    folder: Path
    files: tuple[SourceFile, ...]
    faults: tuple[Fault, ...]

    @property
    def rows_read(self) -> int:
        """Rows below the headers of all files."""
        return sum(file.rows_read for file in self.files)


def read_folder(folder: Path) -> Delivery:
    """Everything that a folder of CSV files delivers; faults are part of the answer."""
    if not folder.is_dir():
        message = "there is no such folder; name one that holds CSV files"
        return Delivery(
            folder=folder,
            files=(),
            faults=(Fault(code=FaultCode.MISSING_FOLDER, file=folder.name, message=message),),
        )
    faults: list[Fault] = []
    tables: dict[str, Path] = {}
    for path in sorted(path for path in folder.iterdir() if not path.name.startswith(".")):
        if path.suffix.lower() != ".csv" or not path.is_file():
            message = "not a CSV file; it was not read"
            faults.append(Fault(code=FaultCode.NOT_A_TABLE, file=path.name, message=message))
        elif path.stem.upper() in tables:
            message = f"`{path.stem.upper()}` was delivered twice; deliver it once"
            faults.append(Fault(code=FaultCode.DUPLICATE_FILE, file=path.name, message=message))
        else:
            tables[path.stem.upper()] = path
    if not tables:
        message = "the folder holds no CSV file; check the delivery"
        faults.append(Fault(code=FaultCode.NO_TABLES, file=folder.name, message=message))
    return Delivery(folder=folder, files=tuple(read_file(path) for path in tables.values()), faults=tuple(faults))


def read_file(path: Path) -> SourceFile:
    """One file of a delivery; what cannot be read is said in its faults."""
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"the file cannot be read ({error.strerror}); check its permissions"
        fault = Fault(code=FaultCode.UNREADABLE_FILE, file=path.name, message=message)
        return _refused(path.name, b"", fault)
    return read_content(path.name, content)


def read_content(name: str, content: bytes) -> SourceFile:
    """The file of that name and content."""
    fault = text_fault(content, file=name)
    if fault is not None:
        return _refused(name, content, fault)
    header = _header(content)
    fault = _header_fault(header, name)
    if fault is not None:
        return _refused(name, content, fault)
    try:
        table, faults = _rows(content, header, name)
    except pyarrow.ArrowInvalid:
        message = f"the text is no table: a value is huge, or over {_NEVER_MORE_BAD_ROWS} rows differ from the header"
        return _refused(name, content, Fault(code=FaultCode.RAGGED_FILE, file=name, message=message))
    rows_read = table.num_rows + len(faults)
    end = _end_fault(content, name, rows_read=rows_read, faults=faults)
    if end is not None:
        if end.refuses:
            return _refused(name, content, end)
        faults = [*faults, end]
    return SourceFile(
        name=name,
        table_name=_table_name(name),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        header=header,
        table=table,
        faults=tuple(faults),
        rows_read=rows_read,
    )


def _refused(name: str, content: bytes, fault: Fault) -> SourceFile:
    return SourceFile(
        name=name,
        table_name=_table_name(name),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        header=(),
        table=empty_table(),
        faults=(fault,),
        rows_read=0,
    )


def _table_name(name: str) -> str:
    return name.rsplit(".", 1)[0].upper()


def _header(content: bytes) -> tuple[str, ...]:
    """The column names: the first line, since a name that holds a line end is refused anyway."""
    line = content.removeprefix(BOM).split(b"\n", 1)[0].split(b"\r", 1)[0].decode("utf-8")
    return tuple(next(reader([line]))) if line.count('"') % 2 == 0 else ("",)


def _header_fault(header: tuple[str, ...], name: str) -> Fault | None:
    """What makes the column names unusable."""
    message = None
    if any(not column.strip() or column != column.strip() for column in header):
        message = "a column has no name, or one with blanks around it; deliver the header as the source names it"
    elif len({column.upper() for column in header}) < len(header):
        message = "two columns have the same name; deliver each column once"
    elif any(column.lower() == ROW_COLUMN for column in header):
        message = f"a column is named `{ROW_COLUMN}`, which is kept for row numbers; rename it"
    return Fault(code=FaultCode.BAD_HEADER, file=name, message=message, row=1) if message else None


def _rows(content: bytes, header: tuple[str, ...], name: str) -> tuple[ArrowTable, list[Fault]]:
    """The good rows with their numbers, and a fault for each other row."""
    bad = _BadRows()
    table = _parse(content, header, bad, use_threads=True)
    if bad.numbers:
        # Only a parse without threads says which rows they were.
        bad = _BadRows()
        table = _parse(content, header, bad, use_threads=False)
    numbers = row_numbers(first=2, count=table.num_rows - 1 + len(bad.numbers))
    if bad.numbers:
        numbers = without(numbers, bad.numbers)
    table = table.slice(1).rename_columns(list(header)).append_column(ROW_COLUMN, numbers)
    wrong = list(bad.numbers)
    blank = _blank(table)
    if blank is not None:
        wrong += [row for row in table.filter(blank).column(ROW_COLUMN).to_pylist() if isinstance(row, int)]
        table = table.filter(negated(blank))
    message = f"the row does not have the {len(header)} values that the header names; correct it at the source"
    faults = [Fault(code=FaultCode.RAGGED_ROW, file=name, message=message, row=row) for row in sorted(wrong)]
    return table, faults


def _parse(content: bytes, header: tuple[str, ...], bad: "_BadRows", *, use_threads: bool) -> ArrowTable:
    """All rows including the header, under generated names, so that the parser renames and infers nothing."""
    names = [f"f{index}" for index in range(len(header))]
    table: ArrowTable = csv.read_csv(
        pa.BufferReader(content),
        read_options=csv.ReadOptions(column_names=names, block_size=_BLOCK, use_threads=use_threads),
        parse_options=csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=bad.take),
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

    def __init__(self) -> None:
        self.numbers: list[int] = []

    def take(self, row: _InvalidRow) -> str:
        self.numbers.append(row.number or 0)
        return "skip" if len(self.numbers) <= _NEVER_MORE_BAD_ROWS else "error"


def _blank(table: ArrowTable) -> ArrowColumn | None:
    """Which rows hold no value at all, if any does."""
    blank: ArrowColumn | None = None
    for column in table.columns[:-1]:
        if column.null_count == 0:
            return None
        blank = column.is_null() if blank is None else both(blank, column.is_null())
    return blank if blank is not None and is_ever(blank) else None


def _end_fault(content: bytes, name: str, *, rows_read: int, faults: Sequence[Fault]) -> Fault | None:
    """What the missing line end of the last row means."""
    if ends_with_newline(content):
        return None
    last = rows_read + 1
    if any(fault.row == last for fault in faults):
        message = "the file ends within its last row, so it is cut off; deliver it again"
        return Fault(code=FaultCode.TRUNCATED_FILE, file=name, message=message, row=last)
    message = "the last row has no line end; make sure that the file is whole"
    return Fault(code=FaultCode.NO_FINAL_NEWLINE, file=name, message=message, row=last)
