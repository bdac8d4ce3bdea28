"""One cluster: made, started, waited for, stopped; what a crash left behind is cleared away first."""

import logging
import os
import platform
import re
import shutil
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic, sleep

from watchroom.kernel.errors import WatchroomError
from watchroom.kernel.secrets import Secret
from watchroom.store.binaries import Binaries
from watchroom.store.programs import run_program
from watchroom.store.server_files import ServerHome
from watchroom.store.server_process import is_alive, is_marked, marked, tell, wait_until_ended
from watchroom.store.server_user import ServerUser

PORT = 5432
SUPERUSER = "postgres"
_LONGEST_PATH = 900
_ACCESS = "local all all scram-sha-256\n"
_SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "200",
    "max_wal_size": "4GB",
    "jit": "off",
    # What is logged must hold nothing of a row: errors quote values, and with them statement and detail.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_checkpoints": "off",
    "log_line_prefix": "%m ",
}
_log = logging.getLogger(__name__)


class ServerError(WatchroomError):
    """The embedded server cannot be made, started or stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What the server itself wrote about a run: first and later lines of `postmaster.pid`."""

    pid: int
    socket_dir: Path
    status: str

    @property
    def is_usable(self) -> bool:
        """Takes connections, or will in a while: neither stopping nor of an unknown kind."""
        return self.status in {"ready", "starting"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A cluster and who runs it.

    Attributes:
        folder: the data folder; its parent is private to `user`.
        mark: shown by each of its processes.
        user: owns the cluster and runs its server.
        home: has the log.
    """

    folder: Path
    mark: str
    user: ServerUser
    home: ServerHome

    def major(self) -> int | None:
        """The major version of PostgreSQL that made the cluster; None when it is yet to be made."""
        try:
            return int((self.folder / "PG_VERSION").read_text(encoding="ascii"))
        except FileNotFoundError:
            return None

    def make(self, password: Secret[str], *, binaries: Binaries, is_forced: bool = True) -> None:
        """Makes the cluster in one step: what a killed `initdb` leaves is never taken for a cluster.

        Args:
            password: of the superuser.
            binaries: that make it.
            is_forced: to the disk at once; else `force_to_disk` has to follow.

        Raises:
            ServerError: the path is too long for PostgreSQL, or `initdb` refused; with its own words.
        """
        if len(os.fsencode(self.folder)) > _LONGEST_PATH:
            raise ServerError(f"the path of the cluster is over {_LONGEST_PATH} bytes: choose a shorter folder")
        for left in self.folder.parent.glob(".new-*"):
            shutil.rmtree(left, ignore_errors=True)
        fresh = Path(mkdtemp(dir=self.folder.parent, prefix=".new-"))
        pwfile = fresh / "password"
        pwfile.write_text(password.reveal(), encoding="utf-8")
        pwfile.chmod(0o600)
        for path in (fresh, pwfile):
            self._give(path)
        how = ["--username", SUPERUSER, "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        how += ["--locale=C", "--auth=scram-sha-256", f"--pwfile={pwfile}", "--no-instructions"]
        self._run_initdb(binaries, fresh / "cluster", how if is_forced else [*how, "--no-sync"])
        (fresh / "cluster" / "pg_hba.conf").write_text(_ACCESS, encoding="utf-8")
        (fresh / "cluster").rename(self.folder)
        shutil.rmtree(fresh)

    def force_to_disk(self, *, binaries: Binaries) -> None:
        """Returns when every file of the cluster, whose server is stopped, survives a loss of power.

        It is what PostgreSQL's own manual asks for where a server ran with `fsync` off.

        Raises:
            ServerError: a server runs, or the disk refused; with its own words.
        """
        if self.running() is not None:
            raise ServerError(f"a server runs on `{self.folder}`: what it writes would be left out")
        self._run_initdb(binaries, self.folder, ["--sync-only", f"--sync-method={sync_method()}"])
        # The folder was renamed when it was made, and its name stands in the one above.
        for folder in (self.folder.parent, self.folder.parent.parent):
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def running(self) -> Running | None:
        """The server of this cluster if it lives, whoever started it."""
        try:
            lines = (self.folder / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
            pid = int(lines[0])
        except (FileNotFoundError, ValueError, IndexError):
            return None
        if not is_marked(pid, mark=self.mark, uid=self.user.uid):
            return None
        # The lines come one by one while the server starts; an empty folder is private to nobody, hence not used.
        lines += [""] * (8 - len(lines))
        return Running(pid=pid, socket_dir=Path(lines[4] or os.devnull), status=lines[7].strip() or "starting")

    def start(self, *, binaries: Binaries, socket_dir: Path, settings: Mapping[str, str]) -> None:
        """Starts the server in a process group of its own and waits until it takes connections.

        Recovery after a crash may take long, so the wait ends only with the server itself.

        Raises:
            ServerError: the server ended; with the last lines of its log.
        """
        self._clear_crash()
        wanted = {**_SETTINGS, **settings, "unix_socket_directories": str(socket_dir), "cluster_name": self.mark}
        options = [part for name, value in wanted.items() for part in ("-c", f"{name}={value}")]
        # The shell ends at once, so that the server is nobody's child: no command has to collect it.
        shell = ["/bin/sh", "-c", 'umask 077; "$@" >&2 & echo $!', "sh"]
        log = self.home.open_log()
        try:
            command = [*shell, binaries.postgres, "-D", self.folder, *options]
            started = run_program(command, run_as=self.user.run_as(), log=log)
        finally:
            os.close(log)
        self.wait_until_ready(int(started.stdout))

    def wait_until_ready(self, pid: int) -> None:
        """Returns when the server with this pid takes connections.

        Raises:
            ServerError: it ended before that.
        """
        began = told = monotonic()
        pause = 0.002
        while True:
            running = self.running()
            if running is not None and running.pid == pid and running.status == "ready":
                return
            if not is_alive(pid):
                said = self.home.log_tail()
                raise ServerError(f"the database server ended while starting: {_full(said, self.folder) or said}")
            if monotonic() - told > 10:
                told = monotonic()
                _log.warning("the database server is not ready after %d s (recovery?); waiting", told - began)
            sleep(pause)
            pause = min(pause * 1.3, 0.05)

    def stop(self) -> None:
        """Stops the server if it runs: fast, then harder; committed work is safe in each case.

        Raises:
            ServerError: a process survives even that.
        """
        running = self.running()
        if running is not None:
            for wanted, seconds in ((signal.SIGINT, 120.0), (signal.SIGQUIT, 20.0), (signal.SIGKILL, 10.0)):
                tell(running.pid, wanted)
                if wait_until_ended(running.pid, seconds=seconds):
                    break
        self._clear_crash()

    def _clear_crash(self) -> None:
        """Ends children that outlived a killed server and removes its pid file.

        PostgreSQL does neither when the old pid is a zombie or has been given to another process by now.
        """
        if self.running() is not None:
            raise ServerError(f"a server already runs on `{self.folder}` and does not stop")
        for wanted, seconds in ((signal.SIGQUIT, 5.0), (signal.SIGKILL, 10.0)):
            left = marked(mark=self.mark, uid=self.user.uid)
            for pid in left:
                tell(pid, wanted)
            for pid in left:
                wait_until_ended(pid, seconds=seconds)
        (self.folder / "postmaster.pid").unlink(missing_ok=True)

    def _run_initdb(self, binaries: Binaries, folder: Path, how: Sequence[str]) -> None:
        said = run_program([binaries.initdb, "-D", folder, *how], run_as=self.user.run_as())
        if said.returncode != 0:
            told = " / ".join(said.stderr.split("\n")[-4:]).strip()
            raise ServerError(f"`initdb` refused: {_full(said.stderr, self.folder) or told}")

    def _give(self, path: Path) -> None:
        if not self.user.is_self:
            os.chown(path, self.user.uid, self.user.gid)


def sync_method(system: str = platform.system(), release: str = platform.release()) -> str:
    """How `initdb` forces files to the disk: the whole file system at once where its faults are told, else each file.

    Linux tells of a fault in `syncfs` from 5.8 on; other systems do not have it.
    """
    found = re.match(r"(\d+)\.(\d+)", release)
    is_told = system == "Linux" and found is not None and (int(found[1]), int(found[2])) >= (5, 8)
    return "syncfs" if is_told else "fsync"


def _full(said: str, folder: Path) -> str | None:
    """That the disk is full and what to do, if that is what PostgreSQL said; else None."""
    if "No space left on device" not in said:
        return None
    return f"no space is left on the disk of `{folder}`; make room there and run the command again"
