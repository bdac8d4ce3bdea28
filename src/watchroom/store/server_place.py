"""Where a cluster and its socket lie, and who owns them.

An ordinary user's cluster is inside the node's folder. Root's is in a folder of its own below the service folder,
owned by the unprivileged user who runs it, and the node's folder only points there.
"""

import logging
import os
import secrets
import stat
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

from watchroom.store.server_cluster import Cluster, ServerError
from watchroom.store.server_files import ServerHome, State
from watchroom.store.server_left import POINTER, left_clusters
from watchroom.store.server_user import ServerUser, calling_user, is_root, owner_of_cluster, service_user

# INVARIANT: short, because a socket's path is limited to 107 bytes; what is made below it is private and unguessable.
_RUNTIME = Path("/tmp")  # noqa: S108
_log = logging.getLogger(__name__)


def first_state(home: ServerHome, *, service_folder: Path) -> State:
    """The state of a cluster that is yet to be made; for root, its service folder is made with it."""
    mark = f"wr-{secrets.token_hex(6)}"
    if not is_root():
        calling_user()
        return State(mark=mark, home=str(home.folder))
    user = service_user()
    folder = service_folder / mark
    for left in left_clusters(service_folder):
        if left.kept_because is None and left.doubt is None:
            _log.warning("`%s` holds the database of a node that is gone; `watchroom clean` removes such", left.folder)
    try:
        service_folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700)
        (folder / POINTER).write_text(f"{home.folder}\n", encoding="utf-8")
        os.chown(folder, user.uid, user.gid)
    except OSError as error:
        raise ServerError(f"cannot make `{folder}` for the database: {error.strerror}") from error
    return State(mark=mark, home=str(home.folder), service_folder=str(folder))


def settled(state: State, home: ServerHome) -> State:
    """The state after its folder was moved or copied; the same when it was not.

    Raises:
        ServerError: the folder is a copy, and the cluster belongs to the original.
    """
    here = str(home.folder)
    if state.home == here:
        return state
    if Path(state.home).resolve() == home.folder:
        # The same folder, written down by another way to it.
        return replace(state, home=here)
    if not _is_copy(state):
        if state.service_folder is not None and is_root():
            (Path(state.service_folder) / POINTER).write_text(f"{here}\n", encoding="utf-8")
        return replace(state, home=here)
    if state.service_folder is not None:
        raise ServerError(
            f"`{here}` is a copy of `{state.home}` and has no database of its own: copy a node by backup and restore"
        )
    return State(mark=f"wr-{secrets.token_hex(6)}", home=here)


def cluster_of(state: State, home: ServerHome) -> Cluster:
    """The cluster that the state points to, with the user who runs it.

    Raises:
        ServerError: it belongs to another user than the one who calls.
    """
    if state.service_folder is None:
        place, folder = home.folder, home.cluster
    else:
        place, folder = Path(state.service_folder), Path(state.service_folder) / "cluster"
        if not is_root():
            raise ServerError(f"the database of `{home.folder}` was made by root in `{folder}`: run as root")
    if not place.is_dir() or (state.is_made and not folder.is_dir()):
        raise ServerError(f"the database is gone: `{folder}` does not exist; restore a backup")
    return Cluster(folder=folder, mark=state.mark, user=_owner_of(place), home=home)


def socket_dir_of(state: State, user: ServerUser) -> Path:
    """A private folder for the socket: the last one if it is still there, so that the address stays the same."""
    last = None if state.socket_dir is None else Path(state.socket_dir)
    if last is not None and is_private(last, user):
        # A killed server leaves these; PostgreSQL heeds the pid in them even when it is a zombie's.
        for left in last.glob(".s.PGSQL.*"):
            left.unlink(missing_ok=True)
        return last
    fresh = Path(mkdtemp(dir=_RUNTIME, prefix="wr-"))
    if not user.is_self:
        os.chown(fresh, user.uid, user.gid)
    return fresh


def is_private(folder: Path, user: ServerUser) -> bool:
    """Whether it is a real folder that only this user (and root) can enter."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == user.uid and not found.st_mode & 0o077


def _owner_of(folder: Path) -> ServerUser:
    if not is_root():
        return calling_user()
    owner = folder.stat()
    return owner_of_cluster(owner.st_uid, owner.st_gid)


def _is_copy(state: State) -> bool:
    original = ServerHome(Path(state.home)).read_state() if Path(state.home).is_dir() else None
    return original is not None and original.mark == state.mark
