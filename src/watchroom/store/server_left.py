"""Clusters that root made and whose node is gone: what they are, and removing them when that is certain.

`rm -rf` of a node's folder leaves the cluster behind in the service folder, where nothing else points to it. A node
that was moved and not opened since looks the same, so nothing is ever removed without being told to.
"""

import re
import shutil
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from watchroom.store.server_cluster import ServerError
from watchroom.store.server_files import ServerFilesError, ServerHome
from watchroom.store.server_process import marked

POINTER = "node"
_MARK = re.compile(r"wr-[0-9a-f]{12}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftCluster:
    """A cluster in the service folder that no node is known to use.

    Attributes:
        folder: of the cluster; its name is its mark.
        node: folder of the node for which it was made; None: that cannot be read.
        kept_because: why it is not removed; None: it may be, as its node's folder is gone.
        doubt: why it is removed only by its name; None: nothing speaks against removing it with others.
        used_at: machine instant at which its server last started or stopped; None: never, or not to be seen.
        size: bytes on the disk.
    """

    folder: Path
    node: Path | None
    kept_because: str | None
    doubt: str | None
    used_at: datetime | None
    size: int


def left_clusters(service_folder: Path) -> tuple[LeftCluster, ...]:
    """The clusters of the service folder that no node is known to use, by mark. One that is used is not among them."""
    found = (_left(folder) for folder in sorted(service_folder.glob("wr-*")))
    return tuple(one for one in found if one is not None)


def remove_left(left: LeftCluster, *, service_folder: Path) -> None:
    """Delete a cluster, after looking once more whether it may be.

    Raises:
        ServerError: it may not be, now; nothing of it was deleted.
    """
    now = next((one for one in left_clusters(service_folder) if one.folder == left.folder), None)
    if now is None:
        raise ServerError(f"`{left.folder}` is in use by a node, or is gone already; nothing was removed")
    if now.kept_because is not None:
        raise ServerError(f"`{left.folder}` is kept: {now.kept_because}")
    # Renamed first, so that what a killed removal leaves is never taken for a cluster.
    doomed = left.folder.with_name(f".gone-{left.folder.name}")
    try:
        left.folder.rename(doomed)
        shutil.rmtree(doomed)
    except OSError as fault:
        raise ServerError(f"`{left.folder}` cannot be removed: {fault.strerror}; run as root") from None


def _left(folder: Path) -> LeftCluster | None:
    home = _home_of(folder)
    if home is not None and _is_used(home, folder):
        return None
    node = None if home is None else home.parent
    return LeftCluster(
        folder=folder,
        node=node,
        kept_because=_why_kept(folder, node),
        doubt=None if node is None else _doubt(node),
        used_at=_used_at(folder),
        size=sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file()) if node is not None else 0,
    )


def _why_kept(folder: Path, node: Path | None) -> str | None:
    if node is None:
        return "for which node it was made cannot be read; look at it as root, or leave it"
    if node.exists() or node.is_symlink():
        return f"`{node}` is there, with another database or none; if that node was moved, open it once where it is now"
    if marked(mark=folder.name, uid=folder.stat().st_uid):
        return "its server is running"
    return None


def _doubt(node: Path) -> str | None:
    # What is not mounted today is not gone.
    if node.parent.is_dir():
        return None
    return f"`{node.parent}` is not there either: a disk that is not mounted? Removed only when named"


def _home_of(folder: Path) -> Path | None:
    """The folder of the server's own inside the node that it was made for; None where that cannot be known."""
    try:
        if not _MARK.match(folder.name) or not stat.S_ISDIR(folder.lstat().st_mode):
            return None
        text = (folder / POINTER).read_text(encoding="utf-8").removesuffix("\n")
    except (OSError, UnicodeDecodeError):
        return None
    home = Path(text)
    is_sound = bool(text) and "\n" not in text and home.is_absolute() and home.parent != Path("/")
    return home if is_sound else None


def _is_used(home: Path, folder: Path) -> bool:
    """Whether the node's own state names this cluster; one that cannot be read might."""
    try:
        state = ServerHome(home).read_state() if home.is_dir() else None
    except (ServerFilesError, OSError):
        return True
    return state is not None and state.service_folder == str(folder)


def _used_at(folder: Path) -> datetime | None:
    """When PostgreSQL last wrote its control file."""
    try:
        return datetime.fromtimestamp((folder / "cluster" / "global" / "pg_control").stat().st_mtime, tz=UTC)
    except OSError:
        return None
