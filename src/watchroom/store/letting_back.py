"""Letting back what was erased: a record, or a person with all that was theirs alone; and finding what was erased."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import sql

from watchroom.kernel.named_sql import load_queries
from watchroom.store.about import PERSON
from watchroom.store.database import Connection
from watchroom.store.tables import form_of

_QUERIES = load_queries("watchroom.store", "letting_back.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """An erased record.

    Attributes:
        people: ids of whom it was about.
        is_lifted: it may be delivered again.
    """

    entity: str
    id: UUID
    source_system: str
    erasure_id: UUID
    people: tuple[UUID, ...]
    is_lifted: bool


def lift_tombstone(connection: Connection, entity: str, record: UUID, *, at: datetime, by: str) -> int:
    """Let an erased record be delivered again, of a person all that was theirs and nobody else's; how many, as owner.

    A record that is also about somebody who stays erased comes when they are let back too.
    """
    given = {"at": at, "lifted_by": by}
    row = connection.execute(_QUERIES["lift_tombstone"].text, {**given, "entity": entity, "id": record}).fetchone()
    if row is None or entity != PERSON:
        return 0 if row is None else 1
    theirs = connection.execute(_QUERIES["lift_theirs"].text, {**given, "person_id": record}).rowcount
    connection.execute(_QUERIES["forget_names"].text, {"person_id": record})
    return 1 + theirs


def erased_under(connection: Connection, number: str, *, entities: Iterable[str]) -> tuple[Tombstone, ...]:
    """What was erased under a number: the key of a source, or a person's number whatever its blanks; as loader."""
    row = connection.execute(sql.SQL("select {}").format(form_of(sql.Literal(number)))).fetchone()
    given = {"key": number.strip(), "form": row[0] if row else "", "entities": list(entities)}
    return tuple(
        Tombstone(
            entity=entity, id=record, source_system=source, erasure_id=erasure, people=tuple(people), is_lifted=lifted
        )
        for entity, record, source, erasure, people, lifted in connection.execute(_QUERIES["erased_under"].text, given)
    )
