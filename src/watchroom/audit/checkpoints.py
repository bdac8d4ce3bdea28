"""Signed checkpoints in files outside the database: what holds the database to its past.

One file a day, only ever appended to, each note followed by a line of three equal signs. Every process of the
node writes here, under one lock, which also keeps a key rotation apart from a checkpoint being signed.

The first note is signed over the empty log when the node is made. From then on a note only follows another one:
where all were taken away none is signed again, so that a folder without notes stays a fault until they are back.
"""

import fcntl
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from watchroom.audit.merkle import Frontier
from watchroom.audit.notes import Checkpoint, NoteError, Signer, signed
from watchroom.kernel.errors import WatchroomError

_LOCK = ".lock"
_SUFFIX = ".notes"
_END = b"\n===\n"
_LONGEST_NOTE = 2**16


class CheckpointsGoneError(WatchroomError):
    """No earlier checkpoint is kept, so none may follow: a fresh one would hide that the others were taken away."""


class SigningKeys(Protocol):
    """Where the present signing key is found; asked anew for each checkpoint, so that a rotation is seen."""

    def signer(self) -> Signer:
        """The key that signs now."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptNote:
    """One note as it stands in a file.

    Attributes:
        file: name of the file in the folder.
        number: place in the file, from 1.
        text: the note; not parsed, not verified.
    """

    file: str
    number: int
    text: str


@contextmanager
def checkpoint_lock(folder: Path) -> Generator[None]:
    """Hold the folder of checkpoints against every other writer of the node."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def begin_checkpoints(folder: Path, *, keys: SigningKeys, day: date) -> Checkpoint:
    """Sign the empty log of a node that is being made; every later checkpoint follows this one.

    Args:
        folder: where checkpoints are kept; holds none yet.
        keys: where the signing key is found.
        day: machine day in UTC; names the file.

    Raises:
        NoteError: there are checkpoints already.
    """
    with checkpoint_lock(folder):
        if _holds_notes(folder):
            raise NoteError(f"`{folder}` holds checkpoints already; a log begins once")
        empty = Frontier()
        return _keep(folder, size=empty.size, root=empty.root(), signer=keys.signer(), day=day)


def write_checkpoint(folder: Path, *, size: int, root: bytes, keys: SigningKeys, day: date) -> Checkpoint:
    """Sign the state of the log and keep it; returns after the file is on the disk.

    Args:
        folder: where checkpoints are kept.
        size: number of entries, all committed.
        root: root over them.
        keys: where the signing key is found.
        day: machine day in UTC; names the file.

    Raises:
        CheckpointsGoneError: no earlier checkpoint is kept there.
    """
    with checkpoint_lock(folder):
        return write_checkpoint_locked(folder, size=size, root=root, signer=keys.signer(), day=day)


def write_checkpoint_locked(folder: Path, *, size: int, root: bytes, signer: Signer, day: date) -> Checkpoint:
    """The same for one who holds `checkpoint_lock` already: a key rotation.

    Raises:
        CheckpointsGoneError: no earlier checkpoint is kept there.
    """
    # INVARIANT: only `begin_checkpoints` makes a first note, so an empty folder means that notes were taken away.
    if not _holds_notes(folder):
        raise CheckpointsGoneError(
            f"no earlier checkpoint is kept in `{folder}`; copy the checkpoints back from where you keep them, "
            f"or restore the node from its backup"
        )
    return _keep(folder, size=size, root=root, signer=signer, day=day)


def _keep(folder: Path, *, size: int, root: bytes, signer: Signer, day: date) -> Checkpoint:
    checkpoint = Checkpoint(origin=signer.verifier.name, size=size, root=root)
    _append(folder / f"{day.isoformat()}{_SUFFIX}", signed(checkpoint, signer).encode() + _END[1:])
    return checkpoint


def kept_notes(folder: Path) -> Iterator[KeptNote]:
    """All notes in the folder, oldest file first; a last one that was never finished is left out.

    Raises:
        NoteError: a file is not readable text.
    """
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        content = path.read_bytes()
        try:
            text = content[: content.rfind(_END) + len(_END)].decode() if _END in content else ""
        except UnicodeDecodeError:
            raise NoteError(f"the checkpoint file `{path.name}` is not text; it was overwritten") from None
        for number, block in enumerate(text.split(_END.decode())[:-1], start=1):
            yield KeptNote(file=path.name, number=number, text=block + "\n")


def last_note(folder: Path) -> KeptNote | None:
    """The note that was kept last, read from the end of the newest file; None: there is none.

    Raises:
        NoteError: the file is not readable text.
    """
    for path in sorted(folder.glob(f"*{_SUFFIX}"), reverse=True):
        content = path.read_bytes()
        end = content.rfind(_END)
        if end >= 0:
            begin = content.rfind(_END, 0, end)
            try:
                text = content[0 if begin < 0 else begin + len(_END) : end + 1].decode()
            except UnicodeDecodeError:
                raise NoteError(f"the checkpoint file `{path.name}` is not text; it was overwritten") from None
            return KeptNote(file=path.name, number=content.count(_END), text=text)
    return None


def _holds_notes(folder: Path) -> bool:
    """Whether any file begins with a whole note."""
    for path in folder.glob(f"*{_SUFFIX}"):
        with path.open("rb") as file:
            if _END in file.read(_LONGEST_NOTE):
                return True
    return False


def _append(path: Path, record: bytes) -> None:
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        _drop_torn_end(descriptor)
        written = os.write(descriptor, record)
        if written != len(record):
            raise OSError(f"only {written} of {len(record)} bytes of a checkpoint were written to {path}")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        _sync_folder(path.parent)


def _drop_torn_end(descriptor: int) -> None:
    """Cut off a record that a power failure left half-written: nobody was ever told of it."""
    size = os.fstat(descriptor).st_size
    if size == 0 or os.pread(descriptor, len(_END), max(0, size - len(_END))) == _END:
        return
    end = os.pread(descriptor, size, 0).rfind(_END)
    os.ftruncate(descriptor, 0 if end < 0 else end + len(_END))


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
