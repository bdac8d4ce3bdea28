"""The tables of a database as they are found, and what is asked of each."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy

from watchroom.sources.connectors.contract import TableAsked
from watchroom.sources.connectors.sql_engine import SQLITE
from watchroom.sources.connectors.sql_marks import Value, value_of

# Of these a column can tell the order of changes.
_ORDERED = (sqlalchemy.Date, sqlalchemy.DateTime, sqlalchemy.Integer, sqlalchemy.Numeric)
# Whose values a driver makes of text, and cannot make of every text.
_NARROW = (*_ORDERED, sqlalchemy.Time, sqlalchemy.Interval)


class Found:
    """A table as it is found in the database.

    Attributes:
        name: to the mapping.
        columns: that are read, in capitals.
        changed: columns that tell when a row was made or changed; none: it is read whole.
    """

    def __init__(
        self, name: str, table: sqlalchemy.TableClause, *, columns: Sequence[str], changed: Sequence[str]
    ) -> None:
        """The table of that name to the mapping."""
        self.name = name
        self.columns = columns
        self.changed = changed
        self._table = table
        self._given = {column.name.upper(): column for column in table.columns}

    def untold(self) -> "Found":
        """The same table, of which nothing tells changes."""
        return Found(self.name, self._table, columns=self.columns, changed=())

    def narrow(self) -> tuple[str, ...]:
        """The columns that are read whose values the driver may be unable to make."""
        wanted = (*self.columns, *(name for name in self.changed if name not in self.columns))
        return tuple(name for name in wanted if isinstance(self._given[name].type, _NARROW))

    def every(self, key: Sequence[str]) -> "sqlalchemy.Select[Any]":
        """All of its rows, in an order that is the same the next time."""
        order = [name for name in key or self.columns if name in self._given]
        return self._select().order_by(*(self._given[name] for name in order))

    def since(self, values: Mapping[str, Value], *, key: Sequence[str], overlap: timedelta) -> "sqlalchemy.Select[Any]":
        """The rows that may be new or changed: those at the edge, and a little before it, are given once more.

        Args:
            values: the highest that were known.
            key: by which they are in order.
            overlap: how much before them.
        """
        edges: list[sqlalchemy.ColumnElement[bool]] = []
        for name in self.changed:
            value = value_of(values[name])
            if value is None:
                edges.append(self._given[name].is_not(None))
            elif isinstance(value, datetime):
                edges.append(self._given[name] >= value - overlap)
            else:
                edges.append(self._given[name] >= value)
        return self._select().where(sqlalchemy.or_(*edges)).order_by(*(self._given[name] for name in key))

    def count(self) -> "sqlalchemy.Select[int]":
        """How many rows it has."""
        return sqlalchemy.select(sqlalchemy.func.count()).select_from(self._table)

    def _select(self) -> "sqlalchemy.Select[Any]":
        # What is delivered is as the driver gives it: to make a value of it could only lose some.
        given = [sqlalchemy.type_coerce(self._given[name], sqlalchemy.types.NullType()) for name in self.columns]
        return sqlalchemy.select(*given, *(self._given[name] for name in self.changed))


class Tables:
    """The tables and views that the user of a database may see, whatever the case of their names."""

    def __init__(self, connection: sqlalchemy.Connection, *, schema: str | None) -> None:
        """In a schema; None: in that of the user."""
        self._schema = schema
        # Instants of SQLite are text of any form, which has no order.
        self._may_tell = connection.dialect.name != SQLITE
        self._inspector = sqlalchemy.inspect(connection)
        named = [*self._inspector.get_table_names(schema), *self._inspector.get_view_names(schema)]
        self._names = {name.upper(): name for name in named}

    def find(self, rule: TableAsked) -> Found | None:
        """The table of a rule; None: there is none."""
        name = self._names.get(rule.name)
        if name is None:
            return None
        given = {column["name"].upper(): column for column in self._inspector.get_columns(name, self._schema)}
        wanted = [column for column in (*rule.required, *rule.optional) if column in given]
        if not wanted:
            return None
        columns = [sqlalchemy.column(column["name"], column["type"]) for column in given.values()]
        table = sqlalchemy.table(name, *columns, schema=self._schema)
        # With only some of them a change could go unseen.
        is_told = self._may_tell and all(
            column in given and isinstance(given[column]["type"], _ORDERED) for column in rule.changed
        )
        return Found(rule.name, table, columns=wanted, changed=rule.changed if is_told else ())
