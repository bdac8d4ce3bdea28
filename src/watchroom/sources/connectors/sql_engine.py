"""The way to a database of a source: read only, as of one instant, and over a line that can be cut.

Only kinds of databases are asked of which a test has shown that all tables are of one instant.
"""

import os
import socket
import sqlite3
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol, cast

import sqlalchemy
from sqlalchemy import event, exc

from watchroom.kernel.errors import UsageError
from watchroom.sources.connectors.addresses import is_local, require_database
from watchroom.sources.connectors.contract import Asked, FailureCode, FetchError
from watchroom.sources.connectors.guard import Guard

POSTGRESQL, SQLITE = "postgresql", "sqlite"
_DRIVERS = {POSTGRESQL: "postgresql+psycopg", SQLITE: "sqlite+pysqlite"}
# A table that something else holds is asked for again later, and nothing is kept waiting for it here.
_LOCK_MILLISECONDS = 10_000
# A line that is dead is noticed within a minute and a half.
_LINE = {
    "connect_timeout": 10,
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 6,
    "tcp_user_timeout": 90_000,
}
_CANCEL_SECONDS = 2.0
_DENIED, _LOCKED, _CANCELLED = ("42501", "42P01"), "55P03", "57014"
# Where it leads is told by these; whatever else an address could say might lead elsewhere, or past the certificate.
_JUDGED = {"host", "port", "user", "password", "dbname"}


class _Line(Protocol):
    """What a driver's connection is asked for; the driver itself is for the rooms that keep."""

    def fileno(self) -> int:
        """Of its socket."""
        ...

    def cancel_safe(self, *, timeout: float) -> None:
        """Have the database give up what it does for it."""
        ...


class _Cursor(Protocol):
    """Where the rows of one answer are read."""

    def close(self) -> object:
        """Read no more of them."""
        ...


@contextmanager
def opened(asked: Asked, guard: Guard) -> Generator[sqlalchemy.Connection]:
    """A connection in which one transaction is open that sees all tables as of one instant and changes nothing.

    Raises:
        FetchError: the address is none that is asked, or the database does not let it be done; the same for what
            fails while it is open.
    """
    engine = _engine(asked)
    try:
        with engine.connect() as connection:
            line, cursors = _line(connection, guard), list[_Cursor]()
            event.listen(connection, "before_cursor_execute", _noting(cursors))
            try:
                with _of_one_instant(connection, asked) as reading:
                    yield reading
            finally:
                guard.cuts(None)
                # One whose first rows could not be read is closed by nobody else.
                for cursor in cursors:
                    with suppress(_faults(connection)):
                        cursor.close()
                if line is not None:
                    line.close()
    except exc.SQLAlchemyError as fault:
        raise fault_of(fault) from None
    finally:
        engine.dispose()


def _faults(connection: sqlalchemy.Connection) -> type[Exception]:
    """What the driver of a connection raises."""
    return connection.dialect.loaded_dbapi.Error


def _noting(cursors: list[_Cursor]) -> Callable[..., None]:
    def note(_connection: object, cursor: _Cursor, *_more: object) -> None:
        # Only one that the database keeps open has a name.
        if getattr(cursor, "name", None):
            cursors.append(cursor)

    return note


def _engine(asked: Asked) -> sqlalchemy.Engine:
    try:
        require_database(asked.location)
        url = sqlalchemy.make_url(asked.location)
        url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
        if url.drivername == _DRIVERS[SQLITE]:
            return _sqlite(Path(str(url.database)))
        if url.drivername == _DRIVERS[POSTGRESQL]:
            return _postgresql(url, asked)
    except UsageError as fault:
        raise FetchError(FailureCode.REFUSED_REQUEST, str(fault)) from None
    except (exc.SQLAlchemyError, ImportError, ValueError, TypeError):
        pass
    message = "nothing here speaks to a database of that address; see its first part"
    raise FetchError(FailureCode.REFUSED_REQUEST, message)


def _postgresql(url: sqlalchemy.URL, asked: Asked) -> sqlalchemy.Engine:
    if asked.secret is not None:
        url = url.set(password=asked.secret.reveal())
    # INVARIANT: what is judged is what the driver is given, not how the address reads; what the address leaves open the
    # environment must not fill, so all that says where the line leads and how it is sealed is given.
    given = url.get_dialect()().create_connect_args(url)[1]
    host = given.get("host")
    if set(given) - _JUDGED or not isinstance(host, str) or not host:
        raise FetchError(FailureCode.REFUSED_REQUEST, "the address says more than where the database is; name its host")
    sealed = {"sslmode": "verify-full", "sslrootcert": asked.options["ca"] or "system"}
    more = {
        **_LINE,
        "hostaddr": "",
        "passfile": os.devnull,
        "application_name": "watchroom",
        # A database that keeps no encoding gives bytes otherwise.
        "client_encoding": "utf8",
        **({"sslmode": "prefer"} if is_local(host) else sealed),
    }
    return sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool, hide_parameters=True, connect_args=more)


def _sqlite(path: Path) -> sqlalchemy.Engine:
    if not path.is_file():
        raise FetchError(FailureCode.UNREACHABLE, "there is no file of that database; see its address and its disk")

    def connect() -> sqlite3.Connection:
        # The driver's own transactions begin only where something is written; ours begins before anything is read.
        made = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=10.0)
        made.text_factory = _utf8
        return made

    engine = sqlalchemy.create_engine(
        _DRIVERS[SQLITE] + "://", creator=connect, poolclass=sqlalchemy.NullPool, hide_parameters=True
    )

    def begin(connection: sqlalchemy.Connection) -> None:
        connection.exec_driver_sql("begin")

    event.listen(engine, "begin", begin)
    return engine


def _utf8(text: bytes) -> str:
    return text.decode()


@contextmanager
def _of_one_instant(connection: sqlalchemy.Connection, asked: Asked) -> Generator[sqlalchemy.Connection]:
    if connection.dialect.name == SQLITE:
        with connection.begin():
            yield connection
        return
    reading = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with reading.begin():
        for name, most in (
            ("lock_timeout", _LOCK_MILLISECONDS),
            ("statement_timeout", min(asked.number("deadline") * 1000, 2_000_000_000)),
        ):
            reading.execute(sqlalchemy.select(sqlalchemy.func.set_config(name, str(most), sqlalchemy.true())))
        yield reading


def _line(connection: sqlalchemy.Connection, guard: Guard) -> socket.socket | None:
    """Have the guard cut the line of a connection; a hold on it, to be closed after the guard has let go."""
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        guard.cuts(driver.interrupt)
        return None
    asked, faults = cast(_Line, driver), _faults(connection)
    line = socket.socket(fileno=os.dup(asked.fileno()))

    def cut() -> None:
        with suppress(faults, OSError):
            asked.cancel_safe(timeout=_CANCEL_SECONDS)
        # A source that hears nothing any more answers nothing either.
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    guard.cuts(cut)
    return line


def fault_of(fault: exc.SQLAlchemyError) -> FetchError:
    """What is told of a driver's fault; what it says itself may hold a value or a name, so only its kind is."""
    origin = getattr(fault, "orig", None)
    state = getattr(origin, "sqlstate", None)
    text = str(origin).lower()
    if state in _DENIED:
        message = "the database does not let its user read a table of the mapping; grant it, for reading only"
        return FetchError(FailureCode.REFUSED_REQUEST, message)
    if state == _LOCKED or "database is locked" in text:
        message = "something else holds a table of the database; it is asked again later"
        return FetchError(FailureCode.OVERLOADED, message)
    if state == _CANCELLED:
        message = "the database was not done in time, or was told to stop; see what holds it up, or raise the option"
        return FetchError(FailureCode.TOO_SLOW, f"{message} `deadline`")
    if "authentication failed" in text or "no password" in text or state in ("28P01", "28000"):
        return FetchError(FailureCode.UNAUTHORISED, "the database does not let its user in; give another --secret-file")
    if isinstance(fault, exc.OperationalError | exc.InterfaceError):
        why = type(origin).__name__ if origin is not None else type(fault).__name__
        message = f"the database does not answer ({why}); see whether it and the network are up"
        return FetchError(FailureCode.UNREACHABLE, message)
    message = f"the database refuses what is asked of it ({type(fault).__name__}, {state or 'no state'})"
    return FetchError(FailureCode.REFUSED_REQUEST, message)
