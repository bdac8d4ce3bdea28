"""What a file may cost to read: a small one that unpacks to a mountain is refused before the mountain is there."""

import hashlib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from io import RawIOBase
from tempfile import TemporaryFile
from typing import BinaryIO, Protocol

from watchroom.sources.faults import FaultCode, FileFaultError

_BLOCK = 1 << 20
RECORD_AT_MOST = 16 << 20
"""Bytes of one record of a file, whatever its format: with more the file is refused, since a value that is so long is a
document. What is kept must come back, through DuckDB, Arrow and PostgreSQL.
"""
LONG_RECORD = f"a record is longer than {RECORD_AT_MOST >> 20} MiB; deliver documents beside the table, and name them"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """Limits of one delivered file.

    Attributes:
        ratio: bytes that may come out of one packed byte, once `free` of them did.
        free: bytes that may come out whatever the ratio, since small files pack well.
        total: bytes that may come out in all.
        members: files that an archive may hold.
    """

    ratio: int = 200
    free: int = 64 << 20
    total: int = 32 << 30
    members: int = 2000


def require_short(size: int) -> None:
    """Nothing, unless a record of so many bytes is longer than any may be.

    Raises:
        FileFaultError: it is.
    """
    if size > RECORD_AT_MOST:
        raise FileFaultError(FaultCode.TOO_LARGE, LONG_RECORD)


class Allowance:
    """How much of one delivered file was unpacked so far, over all of its parts."""

    def __init__(self, packed: int, caps: Caps) -> None:
        """Nothing yet of a file of `packed` bytes."""
        self._left = min(caps.total, max(caps.free, packed * caps.ratio))

    def take(self, number: int) -> None:
        """Count bytes that came out.

        Raises:
            FileFaultError: they are more than the file may hold.
        """
        self._left -= number
        if self._left < 0:
            message = "the file unpacks to far more than its size lets expect; deliver it unpacked, or in parts"
            raise FileFaultError(FaultCode.TOO_LARGE, message)


class Reads(Protocol):
    """Something that gives bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, `size` at most; none at the end."""
        ...


class Counted(RawIOBase):
    """A stream that counts what comes out of it against an allowance."""

    def __init__(self, stream: Reads, allowance: Allowance) -> None:
        """What `stream` gives, counted."""
        super().__init__()
        self._stream = stream
        self._allowance = allowance

    def readable(self) -> bool:
        """That it can be read."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes.

        Raises:
            FileFaultError: the allowance is used up, or what is packed is damaged.
        """
        found = self._stream.read(_BLOCK if size < 0 else size)
        self._allowance.take(len(found))
        return found


class Digested:
    """A stream of which size and digest are known once it was read to its end."""

    def __init__(self, stream: Reads) -> None:
        """What `stream` gives, digested."""
        self._stream = stream
        self._digest = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""
        block = self._stream.read(size)
        self._digest.update(block)
        self.size += len(block)
        return block

    def sha256(self) -> str:
        """Of all bytes, hexadecimal; reads on to the end."""
        while self.read(_BLOCK):
            pass
        return self._digest.hexdigest()


@contextmanager
def laid_down(stream: Reads, folder: str | None) -> Generator[BinaryIO]:
    """The bytes of a stream as a file that can be read in any order; it has no name and is gone when it is closed.

    Args:
        stream: read to its end.
        folder: where the file is kept; None: where the machine keeps temporary files.
    """
    # INVARIANT: a file without a name leaves nothing behind, not even when the process is killed.
    with TemporaryFile(dir=folder) as held:
        while block := stream.read(_BLOCK):
            held.write(block)
        held.seek(0)
        yield held  # type: ignore[misc]  # a file, wrapped
