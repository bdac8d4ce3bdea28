"""What the embedded server keeps in a node's folder: its state, the superuser's password, the locks.

    server.json          which cluster, and where its socket is
    superuser.password   made here, readable by the owner only
    server.lock          held while somebody starts or stops the server
    holders/             one file per command that uses the server, locked for as long as that command lives
    server.log           what the server says; it is set to say nothing of the rows
    cluster/             the cluster itself, unless root made it (then below /var/lib/watchroom)

A lock belongs to an open file, so the system lets go of it however a command ends: a killed one does not count.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from watchroom.kernel.errors import WatchroomError
from watchroom.kernel.secrets import Secret

_FORM = 1
_LARGEST_LOG = 8 * 2**20


class ServerFilesError(WatchroomError):
    """The server's folder cannot be used by the calling user, or is not of a form that is known here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What has to be remembered between commands.

    Attributes:
        mark: names the cluster, in its processes and in its service folder.
        is_made: the cluster has been made, so that a missing one is a loss and not a beginning.
        home: the folder this state was last used in, by which a moved and a copied one are told apart.
        service_folder: where root put the cluster; None when it is inside the home.
        socket_dir: the private folder of the socket while a server runs, else None.
    """

    mark: str
    home: str
    is_made: bool = False
    service_folder: str | None = None
    socket_dir: str | None = None


class ServerHome:
    """The server's folder inside a node's folder; made private when it is made here."""

    def __init__(self, folder: Path) -> None:
        # Resolved: by whatever way somebody comes to it, it is one folder.
        self.folder = folder.resolve()
        self._holders = self.folder / "holders"

    @property
    def cluster(self) -> Path:
        """Where the cluster is when it is inside the home."""
        return self.folder / "cluster"

    def make(self) -> None:
        """Makes the folders that are missing.

        Raises:
            ServerFilesError: the calling user may not.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._holders.mkdir(mode=0o700, exist_ok=True)
        except PermissionError as error:
            raise self._refused() from error
        self._give_to_owner(self._holders)

    @contextmanager
    def locked(self) -> Generator[None]:
        """Alone among all commands, for as long as it takes; waits for its turn."""
        handle = self._open_private("server.lock")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def read_state(self) -> State | None:
        """The state as last written; None before the first."""
        path = self.folder / "server.json"
        try:
            written = json.loads(path.read_text(encoding="utf-8"))
            if written.pop("form") != _FORM:
                raise ServerFilesError(f"`{path}` is of another version of this program; use that one")
            return State(**written)
        except FileNotFoundError:
            return None
        except PermissionError as error:
            raise self._refused() from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ServerFilesError(f"`{path}` cannot be read; put it back or restore a backup") from error

    def write_state(self, state: State) -> None:
        """Replaces the state in one step, so that a killed command leaves the old or the new one."""
        self._write_private("server.json", json.dumps({"form": _FORM, **asdict(state)}, indent=1) + "\n")

    def password(self) -> Secret[str]:
        """The superuser's password, made the first time.

        Raises:
            ServerFilesError: others than the owner may read the file, so it is a secret no more.
        """
        path = self.folder / "superuser.password"
        if not path.exists():
            self._write_private(path.name, secrets.token_urlsafe(32))
        if path.stat().st_mode & 0o077:
            raise ServerFilesError(f"`{path}` can be read by others; close it (`chmod 600`) and look who had access")
        return Secret(path.read_text(encoding="utf-8").strip())

    def open_log(self) -> int:
        """A file descriptor to append to the log; a large one is put aside first."""
        path = self.folder / "server.log"
        with suppress(FileNotFoundError):
            if path.stat().st_size > _LARGEST_LOG:
                path.replace(path.with_suffix(".log.1"))
        return self._open_private(path.name, os.O_APPEND | os.O_WRONLY)

    def log_tail(self) -> str:
        """The end of the log, on one line, for an error message."""
        with suppress(OSError):
            lines = (self.folder / "server.log").read_bytes()[-4000:].decode(errors="replace").splitlines()
            return " / ".join(line.strip() for line in lines[-4:])
        return ""

    def enter(self) -> "Holding":
        """Counts the calling command among those that use the server."""
        name = f"{os.getpid()}-{secrets.token_hex(4)}"
        handle = self._open_private(f"holders/{name}")
        fcntl.flock(handle, fcntl.LOCK_EX)
        return Holding(path=self._holders / name, handle=handle)

    def count_holders(self) -> int:
        """How many living commands use the server; the files of dead ones are cleared away.

        INVARIANT: called under `locked`, so that nobody enters between the look and the clearing.
        """
        living = 0
        for path in self._holders.iterdir():
            try:
                handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            except FileNotFoundError:
                continue
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                living += 1
            else:
                path.unlink(missing_ok=True)
            finally:
                os.close(handle)
        return living

    def _write_private(self, name: str, text: str) -> None:
        fresh = f".{name}.{secrets.token_hex(4)}"
        handle = self._open_private(fresh, os.O_WRONLY)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        (self.folder / fresh).replace(self.folder / name)

    def _open_private(self, name: str, flags: int = os.O_RDWR) -> int:
        path = self.folder / name
        try:
            handle = os.open(path, flags | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except PermissionError as error:
            raise self._refused() from error
        self._give_to_owner(path)
        return handle

    def _give_to_owner(self, path: Path) -> None:
        """Leaves what root makes in somebody else's folder to them, or they could not use it again."""
        owner = self.folder.stat()
        if os.geteuid() == 0 and path.stat().st_uid != owner.st_uid:
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)

    def _refused(self) -> ServerFilesError:
        return ServerFilesError(
            f"uid `{os.geteuid()}` may not use `{self.folder}`: run as the user who made the node, or as root"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One command's place among those that use the server."""

    path: Path
    handle: int

    def leave(self) -> None:
        """Gives the place up."""
        self.path.unlink(missing_ok=True)
        os.close(self.handle)
