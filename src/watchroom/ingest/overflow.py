"""A folder for what a batch does not hold in memory: private, its own, and gone when the batch is."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

OVERFLOW_FOLDER = "overflow"
"""In a node's folder: what a batch does not hold in memory; empty when none is taken."""
FETCHED_FOLDER = "fetched"
"""In a node's folder: what is being fetched; empty when nothing is."""
_PREFIX = "batch-"
_LOCK = "in-use"


@contextmanager
def overflow_folder(parent: Path | None) -> Generator[Path]:
    """A fresh folder that only this user may read; deleted on exit, with those that a killed batch left behind.

    Args:
        parent: where it is made, itself made when it is not there; None: where the machine keeps temporary files.
    """
    if parent is None:
        with tempfile.TemporaryDirectory(prefix=_PREFIX) as folder:
            yield Path(folder)
        return
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = _claimed(parent, stack)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def folders_in_use(parent: Path) -> Iterator[Path]:
    """The folders of batches that are being taken; a killed one's is none. What may not be looked at is left out."""
    for folder in sorted(parent.glob(f"{_PREFIX}*")):
        try:
            with (folder / _LOCK).open("rb") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    yield folder
        except OSError:
            continue


def _claimed(parent: Path, stack: ExitStack) -> Path:
    """A fresh folder, in use until the stack ends; those that are in nobody's use are deleted."""
    entry = os.open(parent, os.O_RDONLY)
    try:
        # One at a time: a folder whose lock is not taken yet must not look as if nobody used it.
        fcntl.flock(entry, fcntl.LOCK_EX)
        _clear(parent)
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        lock = stack.enter_context((folder / _LOCK).open("w"))
        # Held for as long as the process lives, however it ends.
        fcntl.flock(lock, fcntl.LOCK_EX)
        return folder
    finally:
        os.close(entry)


def _clear(parent: Path) -> None:
    """Delete the folders that nobody uses any more."""
    for folder in parent.glob(f"{_PREFIX}*"):
        with (folder / _LOCK).open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(folder, ignore_errors=True)
