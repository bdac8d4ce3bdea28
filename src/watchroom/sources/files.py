"""A folder of files as a source: every file read once, every value kept as text, every row numbered."""

import hashlib
from collections.abc import Callable, Mapping
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

__all__ = [
    "ROW_COLUMN",
    "Delivery",
    "SourceFile",
    "Take",
    "digest_of_files",
    "entries_of",
    "is_file",
    "read_content",
    "read_file",
    "read_folder",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What a folder held.

    Attributes:
        folder: where it was.
        files: its tables, in the order in which they were read.
        faults: of the folder itself, and of files that may hold any table.
        digest: of the names and bytes of all that was read, as `digest_of_files`; None: some of it could not be read.
    """

    folder: Path
    files: tuple[SourceFile, ...]
    faults: tuple[Fault, ...]
    digest: str | None = None

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
    try:
        paths = entries_of(folder)
    except FileFaultError as fault:
        return Delivery(folder=folder, files=(), faults=(fault.fault(folder.name),))
    once = Once(take)
    files, faults = list[SourceFile](), list[Fault]()
    digests: dict[str, str] = {}
    for path in paths:
        if not suffix_of(path.name) or not is_file(path):
            message = "not a file of a format that is read; it was not read"
            faults.append(Fault(code=FaultCode.NOT_A_TABLE, file=path.name, message=message))
            continue
        contents = once.kept(read_file(path, take=once.taking(), how=how))
        digests[path.name] = contents.sha256
        files += contents.files
        faults += contents.faults
        for file in contents.files:
            done(file)
    if not digests:
        message = "the folder holds no file of a format that is read; check the delivery"
        faults.append(Fault(code=FaultCode.NO_TABLES, file=folder.name, message=message))
    return Delivery(folder=folder, files=tuple(files), faults=tuple(faults), digest=digest_of_files(digests))


def entries_of(folder: Path) -> list[Path]:
    """What lies in a folder, by name; what begins with a dot does not count.

    Raises:
        FileFaultError: there is no such folder, or it cannot be read.
    """
    try:
        if not folder.is_dir():
            message = (
                "this is a file, and a delivery is a folder of files; name the folder in which it lies alone"
                if folder.is_file()
                else "there is no such folder; name one that holds the delivery"
            )
            raise FileFaultError(FaultCode.MISSING_FOLDER, message)
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        message = f"the folder cannot be read ({error.strerror}); check its permissions"
        raise FileFaultError(FaultCode.UNREADABLE_FILE, message) from None


def is_file(path: Path) -> bool:
    """Whether it is a file; one of which nobody can say it counts as one, and reading it tells why."""
    try:
        return path.is_file()
    except OSError:
        return True


def digest_of_files(digests: Mapping[str, str]) -> str | None:
    """SHA-256 of the names and digests of files, in the order in which they are given, hexadecimal.

    None where a digest is empty, since its file could not be read, or there is none.
    """
    if not digests or not all(digests.values()):
        return None
    lines = (f"{len(name)} {name} {sha256}\n" for name, sha256 in digests.items())
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


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
