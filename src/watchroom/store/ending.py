"""What stands of a source, and its end: all of it moves to history, and what other sources wrote follows."""

from collections.abc import Mapping

from psycopg import sql

from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Catalogue
from watchroom.store.database import Connection
from watchroom.store.following import follow
from watchroom.store.identifying import PERSON
from watchroom.store.staging import create_stagings, staging_of
from watchroom.store.tables import form_of, table_name
from watchroom.store.writes import BatchStamp, stands, write_entity

_QUERIES = load_queries("watchroom.store", "ending.sql")
_ONLY_HERE = """
select count(*)
from {person} as mine
where
    mine.source_system = %(source_system)s
    and not exists (
        select from {person} as other
        where
            other.source_system <> mine.source_system
            and {form_of_other} = {form_of_mine}
            and other.realness = mine.realness
    )
"""


def standing_of(connection: Connection, model: Catalogue, source_system: str) -> Mapping[str, int]:
    """How many records of a source stand, by entity; one of which none does is left out."""
    counted = [
        sql.SQL(
            "select {name}, count(*) from {table} where source_system = %(source_system)s having count(*) > 0"
        ).format(name=sql.Literal(entity.name), table=table_name(entity.name))
        for entity in model.entities.values()
    ]
    found = connection.execute(sql.SQL(" union all ").join(counted), {"source_system": source_system})
    return dict(found.fetchall())


def people_only_here(connection: Connection, source_system: str) -> int:
    """How many people of a source no other source has under the same prison number."""
    query = sql.SQL(_ONLY_HERE).format(
        person=table_name(PERSON),
        form_of_other=form_of(sql.Identifier("other", "prison_number")),
        form_of_mine=form_of(sql.Identifier("mine", "prison_number")),
    )
    row = connection.execute(query, {"source_system": source_system}).fetchone()
    return int(row[0]) if row else 0


def end_all(connection: Connection, model: Catalogue, *, batch: BatchStamp) -> Mapping[str, int]:
    """End everything that stands of a source, as a full batch that names nothing does; how many records, by entity.

    A key that comes again gets its id back.

    Args:
        connection: as loader, who has the sequence of the batch.
        model: of the node.
        batch: the stamp; it is full.
    """
    standing = [one for one in model.entities.values() if stands(connection, one, batch.source_system)]
    create_stagings(connection, standing)
    ended = {
        entity.name: write_entity(connection, entity, staging_of(entity), batch=batch).ended for entity in standing
    }
    # Nothing of it waits for what others bring, and nothing of it is found by what they have.
    connection.execute(_QUERIES["forget_all_waiting"].text, {"source_system": batch.source_system})
    follow(connection, model, batch=batch, moved=list(ended))
    connection.execute(_QUERIES["forget_all_rules"].text, {"source_system": batch.source_system})
    return ended
