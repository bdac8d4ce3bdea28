"""The indexes of an entity that is filled for the first time.

Most nodes fill a fifth of the model. Each index is a file, and the making of a node, its backup and every copy of its
database go through all of them: so an entity without rows has only the key that its writing relies on.
"""

from collections.abc import Sequence
from contextlib import nullcontext

from psycopg import sql

from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Entity
from watchroom.store.database import Connection, Database
from watchroom.store.roles import Principal
from watchroom.store.table_changes import create_index
from watchroom.store.tables import Shape, history_of, shapes_of

_QUERIES = load_queries("watchroom.store", "schema.sql")


def make_late_indexes(database: Database, entities: Sequence[Entity], *, asked: Connection | None = None) -> int:
    """Make the indexes of those entities that were never filled, before a first row of theirs is; returns how many.

    Whoever comes second waits for the first and makes nothing. Asked before every batch it costs one question. What an
    entity in use lacks, as after a change of the model, is not made here: that holds no writer up (`model_plan`).

    Args:
        database: of the node.
        entities: that are to have rows.
        asked: connection as loader that has touched none of their tables; None: one of its own.
    """
    with database.connection(Principal.LOADER) if asked is None else nullcontext(asked) as connection:
        if not _unfilled(connection, entities):
            return 0
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(database.roles.owner)))
        connection.execute(_QUERIES["take_migration_lock"].text)
        return _make(connection, _unfilled(connection, entities))


def make_indexes_of_rows(connection: Connection, entities: Sequence[Entity]) -> int:
    """Make the indexes of those entities that have rows, as after a restore; returns how many.

    Args:
        connection: as owner.
        entities: of the model.
    """
    filled = {str(table) for (table,) in connection.execute(_QUERIES["filled_tables"].text)}
    named = [entity for entity in entities if filled & {entity.name, history_of(entity)}]
    return _make(connection, _unfilled(connection, named))


def _make(connection: Connection, found: list[Shape]) -> int:
    late = [index for shape in found for index in shape.indexes if index.is_late]
    if late:
        # In one journey: the first delivery of a case-management system fills thirty entities.
        connection.execute(sql.SQL(";\n").join(map(create_index, late)))
    return len(late)


def _unfilled(connection: Connection, entities: Sequence[Entity]) -> list[Shape]:
    """The tables that have none of their late indexes."""
    found = [shape for entity in entities for shape in shapes_of(entity)]
    tables = {"tables": [shape.table for shape in found]}
    present = {str(index) for (index,) in connection.execute(_QUERIES["standing_indexes_of"].text, tables)}
    return [shape for shape in found if not any(one.name in present for one in shape.indexes if one.is_late)]
