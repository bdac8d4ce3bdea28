"""A login that an earlier version did not have, made and mended by the migrator: no administrator is at hand."""

from psycopg import sql

from watchroom.kernel.errors import WatchroomError
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection, Database
from watchroom.store.roles import Principal

_QUERIES = load_queries("watchroom.store", "logins.sql")


class MissingGrantError(WatchroomError):
    """A login of this node may not connect to its database, and only the database's owner can change that."""


def ensure_login(database: Database, principal: Principal) -> None:
    """The login with the password of this node, and nothing that somebody set for it; made where there is none.

    Any role may change its own password and settings, so the login of reads is mended whenever a node is opened.

    Raises:
        MissingGrantError: it may not connect to the database; the message holds the statement that lets it in.
    """
    login = database.roles.login(principal)
    with database.connection(Principal.MIGRATOR) as connection:
        # INVARIANT: two processes of a node come to the same, one after the other.
        connection.execute(_QUERIES["lock_logins"].text)
        if connection.execute(_QUERIES["login_exists"].text, {"login": login}).fetchone() is None:
            connection.execute(sql.SQL("create role {} login nocreaterole noinherit").format(sql.Identifier(login)))
        _set_password(connection, login, database.credentials.passwords[principal].reveal())
        for where in (sql.SQL(""), sql.SQL("in database {}").format(sql.Identifier(connection.info.dbname))):
            # The limit that only a superuser may set stays.
            connection.execute(sql.SQL("alter role {} {} reset all").format(sql.Identifier(login), where))
    # Committed before it is refused: a grant needs a role that is there.
    with database.connection(Principal.MIGRATOR) as connection:
        row = connection.execute(_QUERIES["may_connect"].text, {"login": login}).fetchone()
    name, may_connect = row or ("", False)
    if not may_connect:
        raise MissingGrantError(
            f"login `{login}`, which this version reads with, may not connect to the database: let its owner run"
            f' `grant connect on database "{name}" to "{login}"`, then run the command again'
        )


def _set_password(connection: Connection, login: str, password: str) -> None:
    # Hashed here, so that the password itself is never in a statement, nor in the server's log.
    verifier = connection.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()
    connection.execute(sql.SQL("alter role {} password {}").format(sql.Identifier(login), sql.Literal(verifier)))
