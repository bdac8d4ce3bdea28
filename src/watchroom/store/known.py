"""Rows that stand in the record, as text: what a mapping of messages has to know of what was told before."""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import sql

from watchroom.model.catalogue import Entity, columns_of
from watchroom.store.database import Connection
from watchroom.store.tables import standing_table

OWN_KEY = "source_key"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAsked:
    """Which rows are asked for.

    Attributes:
        by: the column by which they are found; by `source_key` rows of the source, by any other rows of all other
            sources: what a source said itself is no second opinion.
        values: that stand in it.
        give: columns.
        source_system: of the source that asks.
        is_own: rows of the source, whatever the column.
        is_beside: rows of the source are those beside the record.
    """

    by: str
    values: Sequence[str]
    give: Sequence[str]
    source_system: str
    is_own: bool = False
    is_beside: bool = False


def known_rows(connection: Connection, entity: Entity, asked: KnownAsked) -> list[tuple[str | None, ...]]:
    """The columns of the current rows that have one of the values, each as text, instants in UTC with their offset.

    Args:
        connection: as loader.
        entity: of the model.
        asked: which rows.

    Raises:
        ValueError: the entity has no such column.
    """
    known = {one.name for one in columns_of(entity)}
    if unknown := sorted({asked.by, *asked.give} - known):
        raise ValueError(f"`{entity.name}` has no column {', '.join(unknown)}")
    is_own = asked.is_own or asked.by == OWN_KEY
    query = sql.SQL(
        "select {fields} from {table} as t"
        " where t.source_system {whose} %(source_system)s and t.{column} = any(%(keys)s)"
        " order by t.source_system, t.source_key"
    ).format(
        fields=sql.SQL(", ").join(_as_text(one) for one in asked.give),
        table=standing_table(entity.name, is_beside=is_own and asked.is_beside),
        whose=sql.SQL("=" if is_own else "<>"),
        column=sql.Identifier(asked.by),
    )
    given = {"source_system": asked.source_system, "keys": list(asked.values)}
    return connection.execute(query, given).fetchall()


def _as_text(column: str) -> sql.Composed:
    """An instant as `2026-07-24 08:30:00+00`: sessions are in UTC and write dates by ISO 8601."""
    return sql.SQL("t.{}::text").format(sql.Identifier(column))
