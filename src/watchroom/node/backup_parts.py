"""Named parts of unknown length, one after the other in one stream, each with its digest."""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from watchroom.kernel.errors import WatchroomError

_FRAME = 2**16
_LENGTH = 4


class PartsError(WatchroomError):
    """The stream is not what `PartsWriter` writes."""


class Sink(Protocol):
    """Where a stream of bytes goes."""

    def write(self, content: bytes) -> None:
        """Takes all of it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSum:
    """What a part was when it was written, or is when it is read.

    Attributes:
        size: in bytes.
        digest: SHA-256, hexadecimal.
    """

    size: int
    digest: str


class PartsWriter:
    """Writes parts: a name, frames of content, an empty frame; an empty name ends the whole."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def part(self, name: str, pieces: Iterable[bytes]) -> PartSum:
        """Writes one part; the pieces may be of any size."""
        self._frame(name.encode())
        measure = _Measure()
        waiting = bytearray()
        for piece in pieces:
            waiting += piece
            if len(waiting) >= _FRAME:
                self._frame(measure.take(bytes(waiting)))
                waiting.clear()
        if waiting:
            self._frame(measure.take(bytes(waiting)))
        self._frame(b"")
        return measure.sum()

    def finish(self) -> None:
        """Ends the whole."""
        self._frame(b"")

    def _frame(self, content: bytes) -> None:
        self._sink.write(len(content).to_bytes(_LENGTH, "big") + content)


class Part:
    """One part while it is read: its content can be had once, and before the next part."""

    def __init__(self, name: str, frames: Iterator[bytes]) -> None:
        self.name = name
        self._measure = _Measure()
        self._frames = frames

    def pieces(self) -> Iterator[bytes]:
        """The content, in pieces."""
        for frame in self._frames:
            yield self._measure.take(frame)

    def content(self) -> bytes:
        """The content as a whole, for parts that are known to be small."""
        return b"".join(self.pieces())

    def sum(self) -> PartSum:
        """Size and digest of what was read; reads the rest first."""
        for _ in self.pieces():
            pass
        return self._measure.sum()


def read_parts(stream: Iterable[bytes]) -> Generator[Part]:
    """The parts of a stream, in their order.

    Raises:
        PartsError: the stream ends early, goes on after its end, or makes no sense.
    """
    frames = _frames(stream)
    while name := _next(frames):
        part = Part(name.decode(), _content(frames))
        yield part
        part.sum()
    if next(frames, None) is not None:
        raise PartsError("there is more in the backup than its end")


def _content(frames: Iterator[bytes]) -> Iterator[bytes]:
    while frame := _next(frames):
        yield frame


def _next(frames: Iterator[bytes]) -> bytes:
    frame = next(frames, None)
    if frame is None:
        raise PartsError("the backup ends before its end")
    return frame


def _frames(stream: Iterable[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for piece in stream:
        waiting += piece
        start = 0
        while len(waiting) - start >= _LENGTH:
            end = start + _LENGTH + int.from_bytes(waiting[start : start + _LENGTH], "big")
            if len(waiting) < end:
                break
            yield bytes(waiting[start + _LENGTH : end])
            start = end
        del waiting[:start]
    if waiting:
        raise PartsError("the backup ends before its end")


class _Measure:
    def __init__(self) -> None:
        self._size = 0
        self._digest = sha256()

    def take(self, content: bytes) -> bytes:
        self._size += len(content)
        self._digest.update(content)
        return content

    def sum(self) -> PartSum:
        return PartSum(size=self._size, digest=self._digest.hexdigest())
