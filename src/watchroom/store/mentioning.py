"""Where free text of others' records names somebody, found beside the gate; it gives ids and fields, and no text."""

from collections.abc import Sequence
from uuid import UUID

from psycopg import sql

from watchroom.model.catalogue import Entity
from watchroom.store.about import naming
from watchroom.store.database import Connection
from watchroom.store.tables import table_name


def texts_of(entity: Entity) -> tuple[str, ...]:
    """The fields of an entity that hold free text."""
    return tuple(field.name for field in entity.fields if field.free_text)


def places_naming(
    connection: Connection, entity: Entity, *, pattern: str, people: Sequence[UUID], most: int
) -> list[tuple[UUID, tuple[str, ...]]]:
    """Which records of an entity that are not about people name them in their free text, and in which fields.

    Args:
        connection: as loader.
        entity: has free text.
        pattern: what they are called, over capitals.
        people: whose own records are left out.
        most: no more records than so many.
    """
    names = texts_of(entity)
    found = [sql.SQL("upper({}) ~ %(pattern)s").format(sql.Identifier(name)) for name in names]
    stands = [
        sql.SQL("case when {} then {} end").format(one, sql.Literal(name))
        for one, name in zip(found, names, strict=True)
    ]
    others = [
        sql.SQL("not coalesce({} = any(%(people)s), false)").format(sql.Identifier(one)) for one in naming(entity)
    ]
    query = sql.SQL(
        "select id, array_remove(array[{}]::text[], null) from {} where ({}) and {} order by id limit %(most)s"
    ).format(
        sql.SQL(", ").join(stands),
        table_name(entity.name),
        sql.SQL(" or ").join(found),
        sql.SQL(" and ").join([*others, sql.SQL("true")]),
    )
    rows = connection.execute(query, {"pattern": pattern, "people": list(people), "most": most})
    return [(record, tuple(fields)) for record, fields in rows]
