"""Rows that stand in the record, as text: what a mapping of messages has to know of what was told before."""

from collections.abc import Sequence

from psycopg import sql

from watchroom.model.catalogue import Entity, columns_of
from watchroom.store.database import Connection
from watchroom.store.tables import table_name

OWN_KEY = "source_key"


def known_rows(
    connection: Connection,
    entity: Entity,
    *,
    by: tuple[str, Sequence[str]],
    give: Sequence[str],
    source_system: str,
    is_own: bool = False,
) -> list[tuple[str | None, ...]]:
    """The columns of the current rows that have one of the values, each as text, instants in UTC with their offset.

    Args:
        connection: as loader.
        entity: of the model.
        by: a column and its values; by `source_key` rows of the source, by any other rows of all other sources: what a
            source said itself is no second opinion.
        give: columns.
        source_system: of the source that asks.
        is_own: rows of the source, whatever the column.

    Raises:
        ValueError: the entity has no such column.
    """
    column, values = by
    known = {one.name for one in columns_of(entity)}
    if unknown := sorted({column, *give} - known):
        raise ValueError(f"`{entity.name}` has no column {', '.join(unknown)}")
    whose = sql.SQL("=") if is_own or column == OWN_KEY else sql.SQL("<>")
    query = sql.SQL(
        "select {fields} from {table} as t"
        " where t.source_system {whose} %(source_system)s and t.{column} = any(%(keys)s)"
        " order by t.source_system, t.source_key"
    ).format(
        fields=sql.SQL(", ").join(_as_text(one) for one in give),
        table=table_name(entity.name),
        whose=whose,
        column=sql.Identifier(column),
    )
    return connection.execute(query, {"source_system": source_system, "keys": list(values)}).fetchall()


def _as_text(column: str) -> sql.Composed:
    """An instant as `2026-07-24 08:30:00+00`: sessions are in UTC and write dates by ISO 8601."""
    return sql.SQL("t.{}::text").format(sql.Identifier(column))
