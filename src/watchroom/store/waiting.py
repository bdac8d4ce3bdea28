"""Rows that name what no source of the agency has yet: kept as they were staged, and taken when it comes."""

from collections.abc import Iterator
from typing import LiteralString
from uuid import UUID

from psycopg import sql

from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Entity
from watchroom.store.composing import commas, of
from watchroom.store.database import Connection
from watchroom.store.identifying import Rules, ruled
from watchroom.store.references import AMBIGUOUS, AWAITED
from watchroom.store.staging import create_staging, key_name, staging_table
from watchroom.store.tables import form_of

_QUERIES = load_queries("watchroom.store", "following.sql")
# What a delivery says of a key is the last word on it: what waited under it is forgotten.
_FORGET: LiteralString = """
    delete from ingest.waiting
    where
        waiting.source_system = %(source_system)s and waiting.entity = {entity}
        and (%(is_full)s or waiting.source_key in (select s.source_key from {stage} as s))
"""
_KEEP: LiteralString = """
    insert into ingest.waiting (source_system, entity, source_key, batch_id, forms, row)
    select
        %(source_system)s, {entity}, s.source_key, %(batch_id)s,
        array_remove(array[{forms}]::text[], null), to_jsonb(s)
    from {stage} as s
    where
        not s.held
        and s.source_key in (
            select noted.source_key from pg_temp.noted where noted.entity = {entity} and noted.code in ({codes})
        )
"""
_TAKE_UP: LiteralString = """
    with taken as (
        delete from ingest.waiting
        where
            waiting.source_system = %(source_system)s and waiting.entity = {entity}
            and waiting.batch_id = %(batch_id)s and waiting.forms && %(forms)s
        returning waiting.row
    )
    insert into {stage}
    select given.* from taken cross join lateral jsonb_populate_record(null::{stage}, taken.row) as given
"""


def let_wait(
    connection: Connection, entity: Entity, staged: str, *, rules: Rules, given: dict[str, object], is_any: bool
) -> None:
    """Keep the staged rows that name what is not there, once the entity is written.

    Args:
        connection: as loader, in the transaction of the batch.
        entity, staged: what was staged, and where.
        rules: of the source; an entity that none concerns is passed over.
        given: source_system, batch_id and is_full.
        is_any: a field of some row is empty that should not be.
    """
    fields = [field for field, _ in ruled(entity, rules)]
    if not fields:
        return
    named = {"entity": sql.Literal(entity.name), "stage": staging_table(staged)}
    connection.execute(sql.SQL(_FORGET).format(**named), given)
    if is_any:
        forms = commas(form_of(of("s", key_name(field))) for field in fields)
        codes = commas((sql.Literal(AWAITED), sql.Literal(AMBIGUOUS)))
        connection.execute(sql.SQL(_KEEP).format(**named, forms=forms, codes=codes), given)


def forget_waiting(connection: Connection, entity: Entity, *, source_system: str) -> None:
    """Forget what waits of an entity of which a source that gives everything gives nothing."""
    connection.execute(_QUERIES["forget_waiting"].text, {"source_system": source_system, "entity": entity.name})


def waiting_for(connection: Connection, forms: list[str]) -> Iterator[tuple[str, str, UUID]]:
    """Source, entity and batch of rows that wait for one of these identifiers, the earliest batch first."""
    for source, entity, batch in connection.execute(_QUERIES["waiting_for"].text, {"forms": forms}).fetchall():
        yield str(source), str(entity), batch


def take_up(connection: Connection, entity: Entity, *, source_system: str, batch_id: UUID, forms: list[str]) -> str:
    """Stage the rows of a batch that wait for one of these identifiers; the name of the staging table."""
    staged = create_staging(connection, entity)
    statement = sql.SQL(_TAKE_UP).format(entity=sql.Literal(entity.name), stage=staging_table(staged))
    connection.execute(statement, {"source_system": source_system, "batch_id": batch_id, "forms": forms})
    return staged
