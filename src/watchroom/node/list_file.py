"""The file of the list of erasures and holds: that it is there, and that nothing of it is gone, can be told.

It is made with the node, so one that is missing never means that nothing was erased; and beside it stands how long it
was, so one that lost lines does not pass for whole. A restore that cannot tell fails closed.
"""

import os
from pathlib import Path

from watchroom.audit.checkpoints import checkpoint_lock
from watchroom.audit.erasure import is_any_erased
from watchroom.store.database import Database, Principal
from watchroom.store.erasing import erasures
from watchroom.store.holds import is_any_placed

ERASURES_FILE = "erasures.jsonl"
_LENGTH_SUFFIX = ".length"
TORN = " torn\n"
"""Ends a line that was cut off; no line that is whole ends so."""


def begin_list(place: Path) -> None:
    """Make the list of a node beside its checkpoints, without a line; of one that is there, note how long it is."""
    with checkpoint_lock(place):
        file = place / ERASURES_FILE
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        _note_length(file, file.stat().st_size)


def keep_list(place: Path, database: Database) -> None:
    """Make the list of a node that was made before every node had one, where nothing was ever erased or held.

    One that is gone stays gone: a fresh one would say that nothing was erased.
    """
    file = place / ERASURES_FILE
    if not place.is_dir() or _length_of(file).exists():
        return
    if file.exists() or not _was_needed(database):
        begin_list(place)


def append_to_list(place: Path, line: str) -> None:
    """Put a line on the list; returns when it is on the disk.

    A line before it that was cut off is ended first, as one that says nothing: what it named was not done.
    """
    with checkpoint_lock(place):
        file = place / ERASURES_FILE
        was_there = file.exists()
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            before = os.fstat(descriptor).st_size
            is_torn = bool(before) and os.pread(descriptor, 1, before - 1) != b"\n"
            content = f"{TORN if is_torn else ''}{line}\n".encode()
            _write_all(descriptor, content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        # INVARIANT: the line first, so a list is never shorter than is noted but where lines are gone. What is missing
        # once stays missing: a list that is begun anew by a line of a later day never passes for whole.
        known = _noted_length(file)
        lost = max(0, known - before) if known is not None else 0 if was_there else 1
        _note_length(file, before + lost + len(content))


def is_whole(file: Path) -> bool:
    """Whether a list is there and as long as is noted beside it; of a copy without that note, whether it is there."""
    try:
        size = file.stat().st_size
    except OSError:
        return False
    return size >= (_noted_length(file) or 0)


def _was_needed(database: Database) -> bool:
    with database.connection(Principal.LOADER) as connection:
        is_of_record = bool(erasures(connection)) or is_any_placed(connection)
    return is_of_record or is_any_erased(database)


def _length_of(file: Path) -> Path:
    return file.with_suffix(_LENGTH_SUFFIX)


def _noted_length(file: Path) -> int | None:
    try:
        return int(_length_of(file).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _note_length(file: Path, length: int) -> None:
    """Whole or not at all, so that a power failure leaves the number of before."""
    fresh = _length_of(file).with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        _write_all(descriptor, str(length).encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    fresh.replace(_length_of(file))
    folder = os.open(file.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write_all(descriptor: int, content: bytes) -> None:
    while content:
        content = content[os.write(descriptor, content) :]
