"""Packed files: gzip as it streams, and archives of several files whose names are labels and never paths."""

import zlib
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from gzip import GzipFile
from struct import error as struct_error
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from watchroom.sources.caps import Caps
from watchroom.sources.faults import FaultCode, FileFaultError

# What the library raises for bytes that are no archive, or a damaged one.
DAMAGED = (
    BadZipFile, EOFError, KeyError, NotImplementedError, OSError, OverflowError, RuntimeError, UnicodeError, ValueError,
    struct_error, zlib.error,
)  # fmt: skip
_NO_ARCHIVE = "the archive is damaged, cut off, or packed in a way that is not read; deliver it again"
# The list of members stands at the end and is read at once; so long, in bytes, for each of them.
_ENTRY_AT_MOST = 1 << 10
_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x06"
_TAIL = 66 << 10


class Unpacked:
    """What a gzip stream holds, as it is read."""

    def __init__(self, stream: BinaryIO) -> None:
        """Of the packed bytes that `stream` gives."""
        self._packed = GzipFile(fileobj=stream, mode="rb")

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes.

        Raises:
            FileFaultError: they are damaged or cut off.
        """
        try:
            return self._packed.read(size)
        except EOFError:
            message = "the packed file is cut off; deliver it again"
            raise FileFaultError(FaultCode.TRUNCATED_FILE, message) from None
        except (OSError, zlib.error, struct_error):
            message = "the file is not packed as its name says, or is damaged; deliver it again"
            raise FileFaultError(FaultCode.UNREADABLE_FILE, message) from None


class Member:
    """What one file of an archive holds, as it is read."""

    def __init__(self, stream: BinaryIO) -> None:
        """Of the member that `stream` gives."""
        self._stream = stream

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes.

        Raises:
            FileFaultError: they are damaged.
        """
        try:
            return self._stream.read(size)
        except DAMAGED:
            raise FileFaultError(FaultCode.UNREADABLE_FILE, _NO_ARCHIVE) from None


@contextmanager
def opened(stream: BinaryIO, *, size: int, caps: Caps) -> Generator[ZipFile]:
    """An archive.

    Raises:
        FileFaultError: it is none, is damaged, or lists more members than any has.
    """
    _check_end(stream, size, caps)
    try:
        archive = ZipFile(stream)
    except DAMAGED:
        raise FileFaultError(FaultCode.UNREADABLE_FILE, _NO_ARCHIVE) from None
    with archive:
        if len(archive.infolist()) > caps.members:
            raise FileFaultError(FaultCode.TOO_LARGE, f"the archive holds over {caps.members} files; deliver several")
        yield archive


def members(archive: ZipFile) -> Sequence[ZipInfo]:
    """The files of an archive, without folders, by name."""
    return sorted(
        (entry for entry in archive.infolist() if not entry.filename.endswith("/")), key=lambda entry: entry.filename
    )


def open_member(archive: ZipFile, entry: ZipInfo) -> Member:
    """One of them.

    Raises:
        FileFaultError: it is locked with a password, or damaged.
    """
    if entry.flag_bits & 1:
        message = "the file is locked with a password; deliver it open, over a channel that is safe"
        raise FileFaultError(FaultCode.UNREADABLE_FILE, message)
    try:
        stream: BinaryIO = archive.open(entry)  # type: ignore[assignment]
        return Member(stream)
    except DAMAGED:
        raise FileFaultError(FaultCode.UNREADABLE_FILE, _NO_ARCHIVE) from None


def _check_end(stream: BinaryIO, size: int, caps: Caps) -> None:
    """See how long the list of members is before it is read."""
    stream.seek(max(0, size - _TAIL))
    tail = stream.read(_TAIL)
    stream.seek(0)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise FileFaultError(FaultCode.UNREADABLE_FILE, _NO_ARCHIVE)
    length = int.from_bytes(tail[at + 12 : at + 16], "little")
    wide = tail.rfind(_END_64, 0, at)
    if wide >= 0:
        length = max(int.from_bytes(tail[wide + 40 : wide + 48], "little"), length if length < 0xFFFFFFFF else 0)
    if length > caps.members * _ENTRY_AT_MOST:
        raise FileFaultError(FaultCode.TOO_LARGE, f"the archive lists over {caps.members} files; deliver several")
