"""The folder in which a node is made: empty, ours to write in, and gone again when making it fails."""

import errno
import os
from pathlib import Path

from watchroom.kernel.errors import UsageError

_WHY = {
    errno.ENOTDIR: "a part of the path is a file",
    errno.EACCES: "this user may not write there",
    errno.EPERM: "this user may not write there",
    errno.EROFS: "the disk is read-only",
    errno.ENOSPC: "no space is left on the disk",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ENOENT: "nothing can be made there",
}


def require_empty(folder: Path) -> None:
    """Nothing, unless something is in the way of a new node.

    Raises:
        UsageError: there is a file of that name, the folder holds something, or it cannot be looked at.
    """
    try:
        above = next(one for one in folder.absolute().parents if one.exists())
        if not above.is_dir():
            raise UsageError(f"`{above}` is a file, so there is no place for `{folder}`; name another folder")
        if not folder.exists():
            return
        if not folder.is_dir():
            raise UsageError(f"`{folder}` is a file; name a folder that is empty, or that does not exist yet")
        if any(folder.iterdir()):
            raise UsageError(f"`{folder}` is not empty; name a folder that is, or that does not exist yet")
    except OSError as fault:
        raise UsageError(_cannot(folder, fault)) from None


def make_folder(folder: Path) -> None:
    """Make the folder with those above it; one that is there is left as it is.

    Raises:
        UsageError: it cannot be made, or not be written in.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise UsageError(_cannot(folder, fault)) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(f"a node cannot be made in `{folder}`: this user may not write there; name another folder")


def _cannot(folder: Path, fault: OSError) -> str:
    why = _WHY.get(fault.errno or 0, (fault.strerror or "it is refused").lower())
    return f"a node cannot be made in `{folder}`: {why}; name another folder"
