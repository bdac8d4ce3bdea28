"""Making a database: its roles, schemas and grants, with a superuser or without."""

import secrets
from dataclasses import dataclass
from typing import LiteralString
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from watchroom.kernel.errors import WatchroomError
from watchroom.kernel.named_sql import load_queries
from watchroom.kernel.secrets import Secret
from watchroom.store.roles import Credentials, Principal, Roles, prefix_of

SCHEMAS = ("store", "record", "ingest", "gate", "audit")
_ATTRIBUTES: dict[Principal, LiteralString] = {
    # The migrator makes audience roles and grants them to the app; it administers only those that it made.
    Principal.MIGRATOR: "login createrole",
    Principal.APP: "login nocreaterole",
    Principal.LOADER: "login nocreaterole",
    Principal.AUDIT: "login nocreaterole",
    Principal.READER: "login nocreaterole noinherit",
}
_USAGE: dict[str, tuple[Principal, ...]] = {
    "store": tuple(one for one in Principal if one.is_staff),
    "record": (Principal.LOADER,),
    "ingest": (Principal.LOADER, Principal.APP),
    "gate": (Principal.APP,),
    "audit": (Principal.AUDIT,),
}

# What the questions of one connection may have on the disk at a time, as sorts of many rows do.
_MOST_ON_DISK = "2GB"

Connection = psycopg.Connection[tuple[object, ...]]
_QUERIES = load_queries("watchroom.store", "closing.sql")


class UnfitServerError(WatchroomError):
    """The server or the login cannot carry a node."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A database ready for `schema.migrate`.

    Attributes:
        dsn: where it is, without a login.
        credentials: of the node's own logins.
    """

    dsn: str
    credentials: Credentials


def create_database(
    admin_dsn: str, *, node_id: UUID, name: str | None = None, credentials: Credentials | None = None
) -> Made:
    """Roles, schemas and grants of a node; run again, it repairs them and sets the passwords anew.

    Where the login is a superuser, what PostgreSQL lets every role use of its catalogues and functions is left to the
    node's own logins alone. Elsewhere an audience keeps it: only the look at each question keeps a page from it.

    Args:
        admin_dsn: a login that is used here and never afterwards: a superuser of an embedded server, or on any
            other server one that has CREATEROLE and owns the database that the DSN names.
        node_id: names the roles.
        name: of the database to make; None: the one of the DSN, which exists.
        credentials: to set, as after a restore; None: fresh ones.

    Raises:
        UnfitServerError: the server is older than 18, or the login may not do it.
    """
    if name is not None:
        _ensure_database(admin_dsn, name)
    parts = conninfo_to_dict(admin_dsn)
    if name is not None:
        parts["dbname"] = name
    given = credentials or _fresh_credentials(node_id)
    with psycopg.connect(make_conninfo("", **parts)) as connection:
        _require_fit(connection)
        _ensure_roles(connection, given)
        _ensure_schemas(connection, given.roles)
        grant_database(connection, given.roles)
        _close_catalogues(connection, given.roles)
    for secret in ("user", "password"):
        parts.pop(secret, None)
    return Made(dsn=make_conninfo("", **parts), credentials=given)


def grant_database(connection: Connection, roles: Roles) -> None:
    """The grants on the database itself, which a template or a dump does not carry over."""
    row = connection.execute("select current_database()").fetchone()
    database = sql.Identifier(str(row[0]) if row else "")
    logins = sql.SQL(", ").join(sql.Identifier(roles.login(principal)) for principal in Principal)
    connection.execute(sql.SQL("revoke all on database {} from public").format(database))
    connection.execute(sql.SQL("grant connect on database {} to {}").format(database, logins))
    connection.execute(sql.SQL("grant create on database {} to {}").format(database, sql.Identifier(roles.owner)))
    loader = sql.Identifier(roles.login(Principal.LOADER))
    connection.execute(sql.SQL("grant temporary on database {} to {}").format(database, loader))


def _ensure_database(admin_dsn: str, name: str) -> None:
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        if connection.execute("select 1 from pg_database where datname = %s", (name,)).fetchone() is None:
            connection.execute(
                sql.SQL("create database {} template template0 encoding 'UTF8'").format(sql.Identifier(name))
            )


def _require_fit(connection: Connection) -> None:
    version = connection.info.server_version
    if version < 180000:
        raise UnfitServerError(f"the server is PostgreSQL {version // 10000}; Watchroom needs 18 or later")
    row = connection.execute(
        """
        select
            pg_has_role(current_user, d.datdba, 'USAGE'),
            (select r.rolsuper or r.rolcreaterole from pg_roles as r where r.rolname = current_user)
        from pg_database as d
        where d.datname = current_database()
        """
    ).fetchone()
    if row is None or not all(row):
        raise UnfitServerError(
            f"login `{connection.info.user}` must own database `{connection.info.dbname}` and have CREATEROLE; "
            f"`alter database ... owner to ...` and `alter role ... createrole` give it that"
        )


def _ensure_roles(connection: Connection, credentials: Credentials) -> None:
    roles = credentials.roles
    _ensure_role(connection, roles.owner, sql.SQL("nologin"))
    for principal, password in credentials.passwords.items():
        login = roles.login(principal)
        _ensure_role(connection, login, sql.SQL(_ATTRIBUTES[principal]))
        # Hashed here, so that the password itself is never in a statement, nor in the server's log.
        verifier = connection.pgconn.encrypt_password(
            password.reveal().encode(), login.encode(), b"scram-sha-256"
        ).decode()
        connection.execute(sql.SQL("alter role {} password {}").format(sql.Identifier(login), sql.Literal(verifier)))
    connection.execute(
        sql.SQL("grant {} to {} with set true, inherit false").format(
            sql.Identifier(roles.owner), sql.Identifier(roles.login(Principal.MIGRATOR))
        )
    )
    # Any role may change its own password, and the reader is the one that hostile SQL can be: the migrator mends it.
    connection.execute(
        sql.SQL("grant {} to {} with admin true, inherit false, set false").format(
            sql.Identifier(roles.login(Principal.READER)), sql.Identifier(roles.login(Principal.MIGRATOR))
        )
    )


def _ensure_role(connection: Connection, name: str, attributes: sql.SQL) -> None:
    exists = connection.execute("select 1 from pg_roles where rolname = %s", (name,)).fetchone() is not None
    verb = sql.SQL("alter role") if exists else sql.SQL("create role")
    connection.execute(sql.SQL("{} {} {}").format(verb, sql.Identifier(name), attributes))


def _ensure_schemas(connection: Connection, roles: Roles) -> None:
    owner = sql.Identifier(roles.owner)
    # A login without superuser must be able to become the owner for as long as it hands schemas over to it.
    connection.execute(sql.SQL("grant {} to current_user with set true, inherit true").format(owner))
    for schema in SCHEMAS:
        name = sql.Identifier(schema)
        connection.execute(sql.SQL("create schema if not exists {} authorization {}").format(name, owner))
        for principal in _USAGE[schema]:
            login = sql.Identifier(roles.login(principal))
            connection.execute(sql.SQL("grant usage on schema {} to {}").format(name, login))
    connection.execute("revoke all on schema public from public")
    # A new function may be called by everybody unless this is said beforehand.
    connection.execute(
        sql.SQL("alter default privileges for role {} revoke all on functions from public").format(owner)
    )
    connection.execute(sql.SQL("revoke {} from current_user").format(owner))


def _close_catalogues(connection: Connection, roles: Roles) -> None:
    if connection.execute(_QUERIES["may_close"].text).fetchone() != (True,):
        return
    _ensure_role(connection, roles.staff, sql.SQL("nologin"))
    staff = (roles.owner, *(roles.login(one) for one in Principal if one.is_staff))
    members = sql.SQL(", ").join(map(sql.Identifier, staff))
    connection.execute(
        sql.SQL("grant {} to {} with inherit true, set false").format(sql.Identifier(roles.staff), members)
    )
    connection.execute(_QUERIES["name_staff"].text, {"staff": roles.staff})
    connection.execute(_QUERIES["close_catalogues"].text, {})
    # It stays in force when the login becomes an audience, and no other than a superuser may change it.
    reader = sql.Identifier(roles.login(Principal.READER))
    connection.execute(sql.SQL("alter role {} set temp_file_limit = {}").format(reader, sql.Literal(_MOST_ON_DISK)))


def _fresh_credentials(node_id: UUID) -> Credentials:
    passwords = {principal: Secret(secrets.token_urlsafe(24)) for principal in Principal}
    return Credentials(prefix=prefix_of(node_id), passwords=passwords)
