"""Rows that name what no source of the agency has yet: kept as they were staged, and taken when it comes."""

from collections.abc import Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What of a batch waits: rows that name by a rule what is not there.

    Attributes:
        batch_id: of the delivery.
        source_system: that delivered.
        rules: of the source; an entity that none concerns is passed over.
    """

    batch_id: UUID
    source_system: str
    rules: Rules

    def forget(self, connection: Connection, entity: Entity, staged: str, *, is_full: bool) -> None:
        """Forget what waited under the keys that are staged; `is_full`: under any key."""
        if any(ruled(entity, self.rules)):
            statement = sql.SQL(_FORGET).format(entity=sql.Literal(entity.name), stage=staging_table(staged))
            connection.execute(statement, {"source_system": self.source_system, "is_full": is_full})

    def keep(self, connection: Connection, entity: Entity, staged: str) -> None:
        """Keep the staged rows that name what is not there, once the entity is written."""
        fields = [field for field, _ in ruled(entity, self.rules)]
        if fields:
            statement = sql.SQL(_KEEP).format(
                entity=sql.Literal(entity.name),
                stage=staging_table(staged),
                forms=commas(form_of(of("s", key_name(field))) for field in fields),
                codes=commas((sql.Literal(AWAITED), sql.Literal(AMBIGUOUS))),
            )
            connection.execute(statement, {"source_system": self.source_system, "batch_id": self.batch_id})


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
