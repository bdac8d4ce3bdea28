"""A node's database: pooled connections for each principal."""

import secrets
import select
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from threading import Lock

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolTimeout

from watchroom.kernel.errors import WatchroomError
from watchroom.store.creation import Made, create_database
from watchroom.store.roles import Credentials, Principal, Roles

__all__ = [
    "Connection",
    "Credentials",
    "Database",
    "DatabaseUnavailableError",
    "Made",
    "Principal",
    "create_database",
    "is_heard_of",
    "retire",
]

Connection = psycopg.Connection[TupleRow]

# Every name is qualified, so an empty path leaves nothing to be shadowed.
_SESSION = "-c timezone=UTC -c datestyle=ISO -c intervalstyle=iso_8601 -c search_path=pg_catalog -c jit=off"
# Never by counting: a statement is prepared when, and only when, whoever runs it asks for that.
_NEVER_BY_COUNTING = 2**31 - 1
# None where nothing is prepared: what was prepared under one search_path would run under another audience's. The
# application has one path alone, and has prepared what it asks to have prepared. Whoever loads says the same for each
# batch again.
_PREPARED_AFTER = {Principal.APP: _NEVER_BY_COUNTING, Principal.LOADER: 5}
_LOADER_SESSION = f"{_SESSION} -c temp_buffers=128MB"


class DatabaseUnavailableError(WatchroomError):
    """No connection could be had in time."""


class Database:
    """The database of one node, opened by each principal with its own login.

    Pools are made when a principal first asks; `close` ends them all. Safe to share between threads.
    """

    def __init__(self, dsn: str, *, credentials: Credentials, pool_size: int = 8, timeout: float = 30.0) -> None:
        self._dsn = dsn
        self._credentials = credentials
        self._pool_size = pool_size
        self._timeout = timeout
        self._pools: dict[Principal, _WarmestFirst] = {}
        self._lock = Lock()

    @property
    def prefix(self) -> str:
        """The prefix of this node's role names."""
        return self._credentials.prefix

    @property
    def roles(self) -> Roles:
        """The names of this node's roles."""
        return self._credentials.roles

    @property
    def credentials(self) -> Credentials:
        """What opens its logins."""
        return self._credentials

    @contextmanager
    def connection(self, principal: Principal) -> Generator[Connection]:
        """A connection in one transaction: committed on exit, rolled back on error. Times are in UTC.

        Raises:
            DatabaseUnavailableError: none is free or the server does not answer in time.
        """
        with ExitStack() as stack:
            try:
                connection = stack.enter_context(self._pool(principal).connection())
            except PoolTimeout as fault:
                raise DatabaseUnavailableError(
                    f"no connection to the database as `{principal}` within {self._timeout:g} s; "
                    f"see whether the server runs and how busy it is"
                ) from fault
            yield connection

    @contextmanager
    def glance(self, principal: Principal) -> Generator[Connection]:
        """A connection in no transaction: each question is one by itself, and takes one journey in place of three.

        One that is begun in so many words is committed on exit, rolled back on error.

        Raises:
            DatabaseUnavailableError: as `connection`.
        """
        with self.connection(principal) as connection:
            connection.autocommit = True
            try:
                yield connection
                connection.commit()
            except BaseException:
                # INVARIANT: whoever asked hears of their own fault, and not of one that comes of giving up.
                with suppress(psycopg.Error):
                    connection.rollback()
                raise
            finally:
                try:
                    connection.autocommit = False
                except psycopg.Error:
                    # It is no use to anybody any more, and the pool makes another one.
                    connection.close()

    def conninfo(self, principal: Principal) -> str:
        """The connection string of a principal, password included: for drivers outside the pool."""
        return make_conninfo(
            self._dsn,
            user=self.roles.login(principal),
            password=self._credentials.passwords[principal].reveal(),
            application_name=f"watchroom {principal}",
            options=_LOADER_SESSION if principal is Principal.LOADER else _SESSION,
        )

    def close(self) -> None:
        """End all pools; the database may be used again, which opens new ones."""
        with self._lock:
            pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            pool.close()

    def _pool(self, principal: Principal) -> "_WarmestFirst":
        with self._lock:
            if principal not in self._pools:
                self._pools[principal] = _WarmestFirst(
                    self.conninfo(principal),
                    connection_class=psycopg.Connection[TupleRow],
                    kwargs={"prepare_threshold": _PREPARED_AFTER.get(principal)},
                    min_size=0,
                    max_size=self._pool_size,
                    timeout=self._timeout,
                    num_workers=1,
                    check=_check_if_heard_of,
                    configure=_hide_names if principal is Principal.READER else None,
                    open=True,
                    name=f"watchroom {principal}",
                )
            return self._pools[principal]


class _WarmestFirst(ConnectionPool[Connection]):
    """A pool that gives the connection that came back last: its backend has planned what is asked.

    The library gives the one that came back first, so that each of eight backends makes every plan.
    """

    def _get_ready_connection(self, timeout: float | None) -> Connection | None:
        # The library calls it under its lock, and takes the first; whatever it closes for lack of use it takes there
        # as well, which is now the one that was not used for longest.
        self._pool.rotate(1)
        return super()._get_ready_connection(timeout)


def retire(connection: Connection) -> None:
    """Let the pool close a connection when it is given back, and make a fresh one instead."""
    # The pool does so with whatever is past its time.
    connection._expire_at = 0.0  # pyright: ignore[reportPrivateUsage]


def is_heard_of(connection: Connection) -> bool:
    """Whether something waits on a connection's socket that nobody asked for, as that the server has ended it.

    A server that stops, or ends a connection, says so on its socket; of one on which nothing waits there is nothing to
    find out, and each use would wait for the answer.
    """
    heard = select.poll()
    heard.register(connection.fileno(), select.POLLIN)
    return bool(heard.poll(0))


def _check_if_heard_of(connection: Connection) -> None:
    """Ask the server whether a connection still stands, where something waits on it that nobody asked for.

    Raises:
        psycopg.OperationalError: it is broken; the pool makes another one.
    """
    if is_heard_of(connection):
        ConnectionPool.check_connection(connection)


def _hide_names(connection: Connection) -> None:
    """Let nobody guess how the driver names the statements that it prepares.

    Whoever could would put a statement of their own in the place of one that the next read of this connection runs.
    """
    connection._prepared._prepared_idx = secrets.randbits(62)  # pyright: ignore[reportPrivateUsage]
