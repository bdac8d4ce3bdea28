"""All rows of a node out of its database, in one snapshot, and into a fresh one.

`COPY` in text form, table by table: the same on an embedded and on an external server, without superuser, and
readable by any later version of PostgreSQL. What is derived (audiences and their views) or of the moment (sign-in
sessions) stays behind; a table that is new is taken along unless it is named here.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter

import psycopg
from psycopg import sql

from watchroom.kernel.errors import WatchroomError
from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Catalogue
from watchroom.store.database import Connection, Database
from watchroom.store.first_rows import make_indexes_of_rows
from watchroom.store.roles import Principal, Roles

DUMPED_SCHEMAS = ("record", "ingest", "gate", "audit")
LEFT_BEHIND = frozenset({"gate.audience", "gate.asking", "gate.session", "gate.unsent_form", "gate.vouching"})
_PIECE = 2**16
_QUERIES = load_queries("watchroom.store", "dump.sql")


class LoadError(WatchroomError):
    """Rows of a dump do not fit into the database that they are loaded into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DumpedTable:
    """A table as it is dumped.

    Attributes:
        name: with its schema, such as `record.person`.
        columns: name and type of each column, in the order of the rows' values.
    """

    name: str
    columns: tuple[tuple[str, str], ...]


class Snapshot:
    """The rows of a database at one instant.

    Attributes:
        connection: in the transaction of the snapshot, as the owner of everything; reads only.
        tables: to dump, each after those that its rows refer to.
        counters: the last number given out, by `schema.table.column`.
        migrations: digest of each numbered migration, by its name.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.tables = _tables(connection)
        found = connection.execute(_QUERIES["counters_to_dump"].text, {"schemas": list(DUMPED_SCHEMAS)})
        self.counters: Mapping[str, int] = {
            f"{schema}.{table}.{column}": last for schema, table, column, last in found if last is not None
        }
        ledger = connection.execute(_QUERIES["migrations_dumped"].text).fetchall()
        self.migrations: Mapping[str, str] = {str(name): str(digest) for name, digest in ledger}

    def rows(self, table: DumpedTable) -> Iterator[bytes]:
        """The rows of a table as text in the form of `COPY`, in pieces of whole rows."""
        with (
            self.connection.cursor() as cursor,
            cursor.copy(_copy(table, sql.SQL("copy {} ({}) to stdout"))) as copy,
        ):
            waiting = bytearray()
            for piece in copy:
                waiting += piece
                # A piece is a row: passing each on alone would cost more than reading it.
                if len(waiting) >= _PIECE:
                    yield bytes(waiting)
                    waiting.clear()
            yield bytes(waiting)


class Loading:
    """One transaction that fills a fresh database; nothing of it stays when it fails."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._present = {table.name: dict(table.columns) for table in _tables(connection)}

    def rows(self, table: DumpedTable, pieces: Iterable[bytes]) -> int:
        """Puts the rows in place of what the table holds; returns their number.

        Raises:
            LoadError: the table or a column is unknown here or of another type, or a row breaks a constraint.
        """
        present = self._present.get(table.name, {})
        for name, kind in table.columns:
            if present.get(name) != kind:
                raise LoadError(
                    f"column `{name}` of `{table.name}` is `{kind}` in the dump and `{present.get(name)}` here:"
                    " load it with the version that made it"
                )
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(sql.SQL("delete from {}").format(_identifier(table.name)))
                with cursor.copy(_copy(table, sql.SQL("copy {} ({}) from stdin"))) as copy:
                    for piece in pieces:
                        copy.write(piece)
                return cursor.rowcount
        except psycopg.Error as error:
            # The server's own words quote the row.
            raise LoadError(f"a row of `{table.name}` is refused by the database ({error.sqlstate})") from None

    def counter(self, name: str, last_value: int) -> None:
        """Lets a numbered column, named `schema.table.column`, go on after `last_value`."""
        table, _, column = name.rpartition(".")
        parameters = {"table_name": table, "column_name": column, "last_value": last_value}
        self._connection.execute(_QUERIES["set_counter"].text, parameters)


@contextmanager
def snapshot(database: Database) -> Generator[Snapshot]:
    """All rows as they are now; writers are not held up, and what they commit from now on is not in it."""
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        connection.execute(_as_owner(database))
        yield Snapshot(connection)


@contextmanager
def loading(database: Database, *, model: Catalogue) -> Generator[Loading]:
    """A transaction to load a dump into a database that `migrate` made just now for the model; committed at the end."""
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(_as_owner(database))
        yield Loading(connection)
        # After the rows, which costs least.
        make_indexes_of_rows(connection, tuple(model.entities.values()))


def require_no_node(admin_dsn: str, roles: Roles) -> None:
    """Makes sure that loading a node on this server takes nothing from one that is there.

    Raises:
        LoadError: the node's roles exist: it lives there, or its roles were left behind.
    """
    with psycopg.connect(admin_dsn) as connection:
        if connection.execute(_QUERIES["role_exists"].text, {"role_name": roles.owner}).fetchone() is not None:
            raise LoadError(
                f"the server has a role `{roles.owner}` already, so the node lives there or did:"
                " name another server, or drop that database and the roles with this prefix"
            )


def _as_owner(database: Database) -> sql.Composed:
    return sql.SQL("set local role {}").format(sql.Identifier(database.roles.owner))


def _tables(connection: Connection) -> tuple[DumpedTable, ...]:
    """Every table to dump, each after those that its rows refer to."""
    schemas = {"schemas": list(DUMPED_SCHEMAS)}
    columns: dict[str, list[tuple[str, str]]] = {}
    for schema, table, column, kind in connection.execute(_QUERIES["columns_to_dump"].text, schemas):
        columns.setdefault(f"{schema}.{table}", []).append((column, kind))
    order = TopologicalSorter({name: set[str]() for name in columns if name not in LEFT_BEHIND})
    for schema, table, to_schema, to_table in connection.execute(_QUERIES["references_to_heed"].text, schemas):
        if f"{schema}.{table}" not in LEFT_BEHIND:
            order.add(f"{schema}.{table}", f"{to_schema}.{to_table}")
    return tuple(DumpedTable(name=name, columns=tuple(columns[name])) for name in order.static_order())


def _copy(table: DumpedTable, statement: sql.SQL) -> sql.Composed:
    names = sql.SQL(", ").join(sql.Identifier(name) for name, _ in table.columns)
    return statement.format(_identifier(table.name), names)


def _identifier(table: str) -> sql.Identifier:
    return sql.Identifier(*table.split(".", 1))
