"""Bringing a database to the schema of this version: numbered SQL first, then what the model adds."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from typing import LiteralString, cast

from psycopg import sql

from watchroom.kernel.errors import WatchroomError
from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Catalogue, catalogue
from watchroom.store.database import Connection, Database
from watchroom.store.roles import Principal, Roles
from watchroom.store.table_changes import additions
from watchroom.store.tables import Standing, grants_and_comments, shapes

_NUMBERED = re.compile(r"^\d{4}_[a-z0-9_]+\.sql$")
_ROLE = re.compile(r':"(owner|migrator|app|loader|audit|reader)"')
_QUERIES = load_queries("watchroom.store", "schema.sql")


class MigrationChangedError(WatchroomError):
    """A migration that a database has already run is no longer the same text."""


class NewerSchemaError(WatchroomError):
    """A database that a later version made or brought forward."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One numbered file of plain SQL."""

    name: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of its text."""
        return sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """What `migrate` did.

    Attributes:
        files: names of the numbered files that it ran, in order.
        statements: how many tables, columns and indexes the model added.
    """

    files: tuple[str, ...]
    statements: int


def migrations() -> tuple[Migration, ...]:
    """The numbered migrations of this version, in order."""
    folder = files("watchroom.store.migrations")
    found = [entry for entry in folder.iterdir() if _NUMBERED.match(entry.name)]
    return tuple(
        Migration(name=entry.name.removesuffix(".sql"), text=entry.read_text(encoding="utf-8"))
        for entry in sorted(found, key=lambda entry: entry.name)
    )


def migrate(
    database: Database, *, model: Catalogue | None = None, numbered: tuple[Migration, ...] | None = None
) -> Migrated:
    """Bring the database to this version's schema, all of it or nothing; run again, it changes nothing.

    Args:
        database: made by `create_database`.
        model: None: the checked-in catalogue.
        numbered: None: the migrations of this version.

    Raises:
        MigrationChangedError: a file that was run here has another text now.
        SchemaDriftError: a table cannot be brought to the model by additions.
    """
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(database.roles.owner)))
        connection.execute(_QUERIES["take_migration_lock"].text)
        connection.execute(_QUERIES["make_ledger"].text)
        ran = tuple(_run_files(connection, migrations() if numbered is None else numbered, database.roles))
        statements = _follow_model(connection, model or catalogue(), database.roles)
    return Migrated(files=ran, statements=statements)


def pending(database: Database) -> tuple[str, ...]:
    """The numbered files that this version has and the database has not run, in order.

    Raises:
        MigrationChangedError: a file that was run there has another text now.
        NewerSchemaError: the database has run files that this version does not know.
    """
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(database.roles.owner)))
        known = dict(connection.execute(_QUERIES["ledger"].text).fetchall())
    here = migrations()
    unknown = sorted(set(known) - {migration.name for migration in here})
    if unknown:
        raise NewerSchemaError(f"the database has run `{unknown[-1]}`, unknown to this version: use a newer one")
    for migration in here:
        _require_unchanged(migration, known)
    return tuple(migration.name for migration in here if migration.name not in known)


def _require_unchanged(migration: Migration, known: Mapping[str, str]) -> None:
    if known.get(migration.name, migration.digest) != migration.digest:
        raise MigrationChangedError(
            f"migration `{migration.name}` was changed after this database ran it; "
            f"restore its text and write a further one"
        )


def _run_files(connection: Connection, numbered: tuple[Migration, ...], roles: Roles) -> Iterator[str]:
    known = dict(connection.execute(_QUERIES["ledger"].text).fetchall())
    for migration in numbered:
        _require_unchanged(migration, known)
        if migration.name not in known:
            connection.execute(with_roles(migration.text, roles))
            connection.execute(_QUERIES["enter_migration"].text, {"name": migration.name, "digest": migration.digest})
            yield migration.name


def with_roles(text: str, roles: Roles) -> LiteralString:
    """The SQL of a migration with `:"app"` and the like replaced by the node's role names."""

    def name(found: re.Match[str]) -> str:
        return f'"{roles.owner if found[1] == "owner" else roles.login(Principal(found[1]))}"'

    return cast(LiteralString, _ROLE.sub(name, text))


def _follow_model(connection: Connection, model: Catalogue, roles: Roles) -> int:
    standing = standing_tables(connection)
    statements = 0
    told: list[sql.Composed] = []
    for shape in shapes(model):
        missing = list(additions(shape, standing.get(shape.table)))
        # In one journey each: a model of a hundred entities has thousands of statements.
        if missing:
            connection.execute(sql.SQL(";\n").join(missing))
        statements += len(missing)
        told.extend(grants_and_comments(shape, roles))
    connection.execute(sql.SQL(";\n").join(told))
    return statements


def standing_tables(connection: Connection) -> Mapping[str, Standing]:
    """What the tables of the record are at present, by name, as their owner."""
    columns: dict[str, dict[str, tuple[str, bool]]] = {}
    for table, column, sql_type, not_null in connection.execute(_QUERIES["standing_columns"].text):
        columns.setdefault(table, {})[column] = (_spelling(sql_type), not_null)
    indexes: dict[str, set[str]] = {}
    for table, index in connection.execute(_QUERIES["standing_indexes"].text):
        indexes.setdefault(table, set()).add(index)
    filled = _filled(connection, columns)
    return {
        table: Standing(columns=found, indexes=frozenset(indexes.get(table, ())), has_rows=table in filled)
        for table, found in columns.items()
    }


def _spelling(sql_type: str) -> str:
    return "timestamptz" if sql_type == "timestamp with time zone" else sql_type


def _filled(connection: Connection, tables: Iterable[str]) -> frozenset[str]:
    """Those that have rows, asked in one journey."""
    parts = [
        sql.SQL("select {} where exists (select from {})").format(sql.Literal(table), sql.Identifier("record", table))
        for table in tables
    ]
    found = connection.execute(sql.SQL(" union all ").join(parts)) if parts else ()
    return frozenset(table for (table,) in found)
