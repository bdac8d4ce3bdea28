"""A folder of CSV files as a source: every file read once, every value kept as text, every row numbered."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from watchroom.sources.arrow import ArrowTable
from watchroom.sources.csv_table import ROW_COLUMN
from watchroom.sources.faults import Fault, FaultCode
from watchroom.sources.reading import SourceFile, Take, read_stream, table_of

__all__ = ["ROW_COLUMN", "Delivery", "SourceFile", "Take", "read_file", "read_folder", "read_stream"]


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


Done = Callable[[SourceFile], None]


def nothing(_file: SourceFile) -> None:
    """Does nothing when a file was read."""


def nobody(_table: str, _rows: ArrowTable) -> None:
    """Takes rows and lets them go."""


def read_folder(folder: Path, *, take: Take = nobody, done: Done = nothing) -> Delivery:
    """Everything that a folder of CSV files delivers; faults are part of the answer.

    Args:
        folder: where it is.
        take: is given the rows as they are read; see `reading.read_stream`.
        done: is given each file when all of its rows were read.
    """
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
        elif table_of(path.name) in tables:
            message = f"`{table_of(path.name)}` was delivered twice; deliver it once"
            faults.append(Fault(code=FaultCode.DUPLICATE_FILE, file=path.name, message=message))
        else:
            tables[table_of(path.name)] = path
    if not tables:
        message = "the folder holds no CSV file; check the delivery"
        faults.append(Fault(code=FaultCode.NO_TABLES, file=folder.name, message=message))
    files: list[SourceFile] = []
    for path in tables.values():
        files.append(read_file(path, take=take))
        done(files[-1])
    return Delivery(folder=folder, files=tuple(files), faults=tuple(faults))


def read_file(path: Path, *, take: Take = nobody) -> SourceFile:
    """One file of a delivery; what cannot be read is said in its faults."""
    try:
        with path.open("rb") as stream:
            return read_stream(path.name, stream, take=take)
    except OSError as error:
        message = f"the file cannot be read ({error.strerror}); check its permissions"
        fault = Fault(code=FaultCode.UNREADABLE_FILE, file=path.name, message=message)
        digest = hashlib.sha256(b"").hexdigest()
        return SourceFile(name=path.name, table_name=table_of(path.name), sha256=digest, size=0, faults=(fault,))
