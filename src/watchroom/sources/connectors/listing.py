"""What stands in a watched folder just now, told so that two looks can be compared."""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from watchroom.sources.connectors.contract import FailureCode, FetchError

# Where taken deliveries are moved to; nothing in it is a delivery.
TAKEN_FOLDER = "taken"
# Names that whoever writes a file gives it until it is whole.
_UNFINISHED = (".part", ".partial", ".tmp", ".filepart", ".crdownload", ".writing", "~")
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A file as it was seen, without its content."""

    path: Path
    size: int
    changed: int
    node: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A delivery that stands in a watched folder.

    Attributes:
        name: of the folder that is the delivery; of files that lie loose that of the first.
        place: the folder in which its files are.
        files: by name.
        is_loose: they lie in the watched folder itself.
    """

    name: str
    place: Path
    files: tuple[Seen, ...]
    is_loose: bool = False

    @property
    def own_name(self) -> str:
        """Its name, if nothing else can come under it; loose files are written anew under theirs."""
        return "" if self.is_loose else self.name

    @property
    def is_unfinished(self) -> bool:
        """Whether one of its files has the name of one that is being written."""
        return any(file.path.name.lower().endswith(_UNFINISHED) for file in self.files)

    @property
    def mark(self) -> str:
        """By which it is known without being read: names, sizes and instants of its files."""
        told = "".join(f"{file.path.name}/{file.size}/{file.changed}/{file.node}\n" for file in self.files)
        return hashlib.sha256(f"{self.name}\n{told}".encode()).hexdigest()


def unreachable(folder: Path, why: str) -> FetchError:
    """That the folder cannot be looked at: that says nothing of what is in it."""
    return FetchError(
        FailureCode.UNREACHABLE,
        f"the folder `{folder}` cannot be looked at ({why}); see whether its disk or share is there",
    )


def identity_of(folder: Path) -> list[int]:
    """Which folder it is: another one that stands in its place, as where a share is no longer mounted, differs.

    Raises:
        FetchError: it cannot be looked at.
    """
    try:
        found = folder.stat()
    except OSError as fault:
        raise unreachable(folder, (fault.strerror or "").lower()) from None
    if not stat.S_ISDIR(found.st_mode):
        raise unreachable(folder, "it is not a folder")
    return [found.st_dev, found.st_ino]


def look(folder: Path, *, by_file: bool, marker: str = "") -> tuple[Waiting, ...]:
    """The deliveries that stand in a watched folder, by name.

    Args:
        folder: that is watched.
        by_file: every file that lies loose is a delivery of its own; otherwise those of them together are one.
        marker: end of the names of files that only say that another one is whole; empty: there are none.

    Raises:
        FetchError: it cannot be looked at.
    """
    try:
        with os.scandir(folder) as entries:
            folders = [entry.name for entry in entries if _is_delivery(entry)]
        loose = tuple(file for file in _seen(folder) if not (marker and file.path.name.endswith(marker)))
        inside = [Waiting(name=name, place=folder / name, files=_seen(folder / name)) for name in folders]
    except OSError as fault:
        raise unreachable(folder, (fault.strerror or "").lower()) from None
    groups = [(file,) for file in loose] if by_file else [loose] if loose else []
    outside = [Waiting(name=files[0].path.name, place=folder, files=files, is_loose=True) for files in groups]
    return tuple(sorted([*outside, *inside], key=lambda one: one.name))


def stands(one: Waiting, *, by_file: bool) -> bool | None:
    """Whether a delivery is as it was seen; None: only a look at the whole watched folder can tell.

    Args:
        one: that was seen.
        by_file: every file that lies loose is a delivery of its own.
    """
    try:
        if not one.is_loose:
            return _seen(one.place) == one.files
        if by_file:
            found = one.files[0].path.lstat()
            return _as_seen(one.files[0].path, found) == one.files[0]
    except OSError:
        return False
    return None


def _is_delivery(entry: "os.DirEntry[str]") -> bool:
    is_shown = not entry.name.startswith(".") and entry.name != TAKEN_FOLDER
    return is_shown and entry.is_dir(follow_symlinks=False)


def _seen(folder: Path) -> tuple[Seen, ...]:
    """The files of a folder, by name; a link is followed by nobody, for it may lead anywhere."""
    files: list[Seen] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or not entry.is_file(follow_symlinks=False):
                continue
            files.append(_as_seen(folder / entry.name, entry.stat(follow_symlinks=False)))
    return tuple(sorted(files, key=lambda file: file.path.name))


def _as_seen(path: Path, found: os.stat_result) -> Seen:
    return Seen(path=path, size=found.st_size, changed=found.st_mtime_ns, node=found.st_ino)


def digest_of(files: dict[str, str]) -> str:
    """Of a delivery: of the names and digests of its files, in no order."""
    whole = hashlib.sha256()
    for name, sha256 in sorted(files.items()):
        whole.update(f"{sha256} {name}\n".encode())
    return whole.hexdigest()


def copied(file: Seen, target: Path) -> str:
    """Copy a file; its digest.

    Raises:
        OSError: it is not there any more, or cannot be read.
    """
    digest = hashlib.sha256()
    source = os.open(file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(source, "rb") as stream, target.open("wb") as into:
        while block := stream.read(_BLOCK):
            digest.update(block)
            into.write(block)
    return digest.hexdigest()
