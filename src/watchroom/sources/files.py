"""A folder of files as a source: every file read once, every value kept as text, every row numbered."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from watchroom.sources.arrow import ArrowTable
from watchroom.sources.csv_table import ROW_COLUMN
from watchroom.sources.faults import Fault, FaultCode, FileFaultError
from watchroom.sources.file_names import suffix_of
from watchroom.sources.formats import How, read_file_of, refused
from watchroom.sources.source_file import Contents, Once, SourceFile, Take

__all__ = ["ROW_COLUMN", "Delivery", "SourceFile", "Take", "read_content", "read_file", "read_folder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What a folder held.

    Attributes:
        folder: where it was.
        files: its tables, in the order in which they were read.
        faults: of the folder itself, and of files that may hold any table.
    """

    folder: Path
    files: tuple[SourceFile, ...]
    faults: tuple[Fault, ...]

    @property
    def rows_read(self) -> int:
        """Rows of all files, the good and the bad ones."""
        return sum(file.rows_read for file in self.files)


Done = Callable[[SourceFile], None]


def nothing(_file: SourceFile) -> None:
    """Does nothing when a file was read."""


def nobody(_table: str, _rows: ArrowTable) -> None:
    """Takes rows and lets them go."""


def read_folder(folder: Path, *, take: Take = nobody, done: Done = nothing, how: How | None = None) -> Delivery:
    """Everything that a folder of files delivers; faults are part of the answer.

    A table that a second file gives as well is refused there: nobody can say which one is meant.

    Args:
        folder: where it is.
        take: is given the rows as they are read; see `Take`.
        done: is given each table when all of its file was read.
        how: what the files are read with.
    """
    if not folder.is_dir():
        message = "there is no such folder; name one that holds the delivery"
        return Delivery(
            folder=folder,
            files=(),
            faults=(Fault(code=FaultCode.MISSING_FOLDER, file=folder.name, message=message),),
        )
    once = Once(take)
    files, faults = list[SourceFile](), list[Fault]()
    has_any = False
    for path in sorted(path for path in folder.iterdir() if not path.name.startswith(".")):
        if not suffix_of(path.name) or not path.is_file():
            message = "not a file of a format that is read; it was not read"
            faults.append(Fault(code=FaultCode.NOT_A_TABLE, file=path.name, message=message))
            continue
        contents = once.kept(read_file(path, take=once.taking(), how=how))
        has_any = True
        files += contents.files
        faults += contents.faults
        for file in contents.files:
            done(file)
    if not has_any:
        message = "the folder holds no file of a format that is read; check the delivery"
        faults.append(Fault(code=FaultCode.NO_TABLES, file=folder.name, message=message))
    return Delivery(folder=folder, files=tuple(files), faults=tuple(faults))


def read_file(path: Path, *, take: Take = nobody, how: How | None = None) -> Contents:
    """One file of a delivery; what cannot be read is said in its faults."""
    try:
        with path.open("rb") as stream:
            return read_file_of(path.name, stream, size=path.stat().st_size, take=take, how=how or How())
    except OSError as error:
        message = f"the file cannot be read ({error.strerror}); check its permissions"
        return refused(path.name, FileFaultError(FaultCode.UNREADABLE_FILE, message))


def read_content(name: str, content: bytes, *, take: Take = nobody, how: How | None = None) -> Contents:
    """A file that is there as bytes."""
    stream: BinaryIO = BytesIO(content)
    return read_file_of(name, stream, size=len(content), take=take, how=how or How())
