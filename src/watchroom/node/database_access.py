"""How a node reaches its database: the bundled server or the agency's own, and the passwords of its logins."""

import json
import logging
from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import psycopg

from watchroom.kernel.errors import UsageError, WatchroomError
from watchroom.kernel.secrets import Secret
from watchroom.model.catalogue import Catalogue
from watchroom.node.keys import KeyFolder
from watchroom.node.settings import Settings, postgresql_programs, read_settings
from watchroom.store.creation import create_database
from watchroom.store.database import Database
from watchroom.store.logins import MissingGrantError, ensure_login
from watchroom.store.roles import Credentials, Principal, prefix_of
from watchroom.store.schema import migrate, pending
from watchroom.store.server import EmbeddedServer
from watchroom.store.server_watch import ServerWatch

DATABASE_NAME = "watchroom"
KEY_FOLDER = "keys"
_ACCESS_FILE = "database.json"
_SERVER_FOLDER = "database"
# Seconds that a server may take to answer at all.
_PATIENCE = 10
_log = logging.getLogger(__name__)


class DatabaseAccessError(WatchroomError):
    """The node's database cannot be reached, or what says how to reach it is damaged."""


def embedded_server(folder: Path) -> EmbeddedServer:
    """The bundled server of the node in `folder`, not yet started."""
    return EmbeddedServer(folder / _SERVER_FOLDER, binaries=postgresql_programs())


def make_database(folder: Path, *, settings: Settings, admin_dsn: str | None, model: Catalogue | None = None) -> None:
    """Make the node's database with its roles and schema, and keep the passwords in the key folder.

    Args:
        folder: of the node; its key folder exists.
        settings: of the node.
        admin_dsn: login on a server of the agency's own that owns the database and may make roles; it is used
            here only. None: the bundled server.
        model: of the node; None: ours without what an agency adds.

    Raises:
        UsageError: the DSN is none, or leads to no server that lets this login in.
    """
    if admin_dsn is not None:
        require_reachable(admin_dsn)
        _make_on(admin_dsn, name=None, folder=folder, settings=settings, model=model)
        return
    # What is made here is of worth only once the node's settings stand, and those are written after this.
    with embedded_server(folder).making() as address:
        _make_on(address.dsn("postgres"), name=DATABASE_NAME, folder=folder, settings=settings, model=model)


def require_reachable(dsn: str) -> None:
    """Nothing, unless the DSN is none or leads nowhere; it may hold a password and is never repeated.

    Raises:
        UsageError: see above.
    """
    try:
        with psycopg.connect(dsn, connect_timeout=_PATIENCE):
            return
    except psycopg.ProgrammingError:
        raise UsageError("the DSN cannot be read; write it as `host=... dbname=... user=...`: mend `--dsn`") from None
    except psycopg.OperationalError:
        raise UsageError(
            "no database answers to that DSN, or not to that login; look whether the server runs and whether host,"
            " port, name, user and password are right: mend `--dsn`"
        ) from None


def _make_on(admin_dsn: str, *, name: str | None, folder: Path, settings: Settings, model: Catalogue | None) -> None:
    made = create_database(admin_dsn, node_id=settings.node_id, name=name)
    database = Database(made.dsn, credentials=made.credentials)
    try:
        migrate(database, model=model)
    finally:
        database.close()
    _write_access(folder, dsn=made.dsn if settings.external_database else None, credentials=made.credentials)


@contextmanager
def database_up(folder: Path) -> Generator[None]:
    """The node's bundled server runs for as long as this is open, however often the node is closed and opened in it."""
    server = embedded_server(folder)
    # Left alone, it would make an empty cluster where there is none: whoever opens the node says what is wrong.
    with server if server.is_made and not read_settings(folder).external_database else nullcontext():
        yield


@contextmanager
def opened_database(folder: Path, settings: Settings, *, pool_size: int = 8) -> Generator[Database]:
    """The node's database, its bundled server running for as long as this is open.

    Raises:
        DatabaseAccessError: see there; also when the database is lost, or its disk full, while this is open.
    """
    dsn, credentials = _read_access(folder, settings)
    if dsn is None and not embedded_server(folder).is_made:
        # Left alone, the server would make an empty cluster, in which none of these logins exists.
        raise DatabaseAccessError(f"the database of `{folder}` is gone; restore the node from a backup")
    with _told(folder, is_external=dsn is not None):
        yield from _opened(folder, dsn=dsn, credentials=credentials, pool_size=pool_size)


def _opened(folder: Path, *, dsn: str | None, credentials: Credentials, pool_size: int) -> Generator[Database]:
    if dsn is not None:
        database = Database(dsn, credentials=credentials, pool_size=pool_size)
        try:
            yield database
        finally:
            database.close()
        return
    server = embedded_server(folder)
    with server as address, ServerWatch(server):
        location = f"host={address.socket_dir} port={address.port} dbname={DATABASE_NAME}"
        database = Database(location, credentials=credentials, pool_size=pool_size)
        try:
            yield database
        finally:
            database.close()


@contextmanager
def _told(folder: Path, *, is_external: bool) -> Generator[None]:
    """What a driver says of a lost server, in words that say what to do; it may quote a row, so it is not repeated."""
    try:
        yield
    except psycopg.errors.DiskFull:
        raise DatabaseAccessError(
            "the disk of the database is full: make room and run the command again; what was not finished is undone"
        ) from None
    except psycopg.OperationalError as fault:
        where = "look at its own log" if is_external else f"look at `{folder / _SERVER_FOLDER / 'server.log'}`"
        raise DatabaseAccessError(
            f"the database does not answer ({fault.sqlstate or 'no connection'}); {where}, then run the command again"
        ) from None


def bring_forward(database: Database, *, folder: Path, settings: Settings, model: Catalogue) -> None:
    """Bring a database that an earlier version made to the logins and the schema of this one.

    The migrator makes, or mends, the login of reads. To let it into the database is for the database's owner: of the
    bundled server that is at hand, and makes all roles anew as for a new node, which also closes what an earlier
    version left open. On another server somebody is told what to do.

    Raises:
        MigrationChangedError, NewerSchemaError: it cannot be.
        MissingGrantError: the administrator of another server has to let the new login in first.
    """
    waiting = pending(database)
    if waiting:
        _log.warning("the database is of an earlier version: it is brought to this one (%s)", ", ".join(waiting))
    try:
        ensure_login(database, Principal.READER)
    except MissingGrantError:
        if settings.external_database:
            raise
        with embedded_server(folder) as address:
            dsn = address.dsn("postgres")
            create_database(dsn, node_id=settings.node_id, name=DATABASE_NAME, credentials=database.credentials)
    if waiting:
        migrate(database, model=model)


def _write_access(folder: Path, *, dsn: str | None, credentials: Credentials) -> None:
    document = {
        "dsn": dsn,
        "passwords": {principal.value: password.reveal() for principal, password in credentials.passwords.items()},
    }
    KeyFolder(folder / KEY_FOLDER).write(_ACCESS_FILE, Secret(json.dumps(document).encode()))


def _read_access(folder: Path, settings: Settings) -> tuple[str | None, Credentials]:
    content = KeyFolder(folder / KEY_FOLDER).read(_ACCESS_FILE)
    try:
        document: dict[str, Any] = json.loads(content.reveal())
        passwords = {Principal(name): Secret(str(password)) for name, password in document["passwords"].items()}
        return document["dsn"], Credentials.of(prefix_of(settings.node_id), passwords)
    except (ValueError, KeyError, TypeError, AttributeError):
        where = folder / KEY_FOLDER / _ACCESS_FILE
        raise DatabaseAccessError(f"`{where}` is damaged; restore the node from a backup") from None
