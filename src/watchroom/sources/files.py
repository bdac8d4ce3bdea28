"""A folder of CSV files as a source: every file read whole, every value kept as text, every row numbered."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow

from watchroom.sources.arrow import ArrowTable, empty_table
from watchroom.sources.csv_table import BAD_ROWS_AT_MOST, ROW_COLUMN, header_fault, header_of, rows_of
from watchroom.sources.csv_text import ends_with_newline, text_fault
from watchroom.sources.faults import Fault, FaultCode

__all__ = ["ROW_COLUMN", "Delivery", "SourceFile", "read_content", "read_file", "read_folder"]


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
    header = header_of(content)
    fault = header_fault(header, name)
    if fault is not None:
        return _refused(name, content, fault)
    try:
        table, faults = rows_of(content, header, name)
    except pyarrow.ArrowInvalid:
        message = f"the text is no table: a value is huge, or over {BAD_ROWS_AT_MOST} rows differ from the header"
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
