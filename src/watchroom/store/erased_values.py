"""Values that stood in coded fields of records which are erased, and are kept beside the record: they go as well.

What a source writes into a coded field is a code of somebody's list, or it is what somebody typed. In no list, it waits
in a queue to be decided of; read as a code of the source's own, it is counted. A value that a record still has tells
nothing of who was erased. One that none has any more may be theirs alone, also where somebody had decided of it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import sql

from watchroom.model.catalogue import Catalogue, Entity, Field, FieldKind
from watchroom.model.code_lists import code_list, code_list_names
from watchroom.store.about import tables_of
from watchroom.store.composing import bare, of
from watchroom.store.database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuesGone:
    """What stood in coded fields of records that go.

    Attributes:
        queued: values that wait for a code, or had one decided, by their number in the queue.
        codes: (entity, field, code) of codes that are in none of our lists.
    """

    queued: frozenset[int]
    codes: frozenset[tuple[str, str, str]]


def values_going(connection: Connection, model: Catalogue, *, erasure: UUID, entities: Collection[str]) -> ValuesGone:
    """What stands in the records of an erasure that are written down and not yet deleted, as owner.

    Args:
        connection: in its transaction.
        model: of the node.
        erasure: its id.
        entities: of the records.
    """
    places = [(entity, field) for entity in map(model.entity, sorted(entities)) for field in _coded(entity)]
    queued = [
        _QUEUED_OF.format(
            table=table,
            entity=sql.Literal(entity.name),
            list=sql.Literal(field.code_list),
            value=bare(of("t", field.source_value_name or "")),
        )
        for entity, field in places
        for table in tables_of(entity)
    ]
    codes = [
        _CODES_OF.format(
            table=table,
            entity=sql.Literal(entity.name),
            field=sql.Literal(field.name),
            code=of("t", field.name),
            known=sql.Literal(_known(field)),
        )
        for entity, field in places
        for table in tables_of(entity)
    ]
    given = {"erasure": erasure}
    return ValuesGone(
        queued=frozenset(row[0] for row in _all(connection, queued, given)),
        codes=frozenset((row[0], row[1], row[2]) for row in _all(connection, codes, given)),
    )


def forget_values(
    connection: Connection, model: Catalogue, *, queued: Collection[int], codes: Collection[tuple[str, str, str]] = ()
) -> None:
    """Delete those of these values that no record has, once the records are gone, as owner; of the queue as loader too.

    Args:
        connection: in the transaction of what deleted the records.
        model: of the node.
        queued: numbers in the queue.
        codes: (entity, field, code).
    """
    if queued:
        stay = set(_still_queued(connection, model, sorted(queued)))
        connection.execute(_FORGET, {"ids": sorted(set(queued) - stay)})
    by_field: dict[tuple[str, str], list[str]] = {}
    for entity, field, code in sorted(codes):
        by_field.setdefault((entity, field), []).append(code)
    for (entity, field), found in by_field.items():
        parts = [_STANDING.format(table=table, code=of("t", field)) for table in tables_of(model.entity(entity))]
        stay_coded = {row[0] for row in _all(connection, parts, {"codes": found})}
        given = {"entity": entity, "field": field, "codes": [code for code in found if code not in stay_coded]}
        connection.execute(_UNCOUNT, given)


_QUEUED_OF = sql.SQL(
    "select queued.id from ingest.tombstone as gone inner join {table} as t on t.id = gone.id"
    " inner join ingest.code_value as queued on queued.source_system = t.source_system"
    " and queued.code_list = {list} and queued.source_value = {value}"
    " where gone.erasure_id = %(erasure)s and gone.entity = {entity}"
)
_CODES_OF = sql.SQL(
    "select {entity}, {field}, {code} from ingest.tombstone as gone inner join {table} as t on t.id = gone.id"
    " where gone.erasure_id = %(erasure)s and gone.entity = {entity} and {code} <> all({known}::text[])"
)
_STILL = sql.SQL(
    "select queued.id from ingest.code_value as queued where queued.id = any(%(ids)s) and {place} = any(queued.fields)"
    " and exists (select from {table} as t where t.source_system = queued.source_system"
    " and {value} = queued.source_value)"
)
_FORGET = "delete from ingest.code_value where id = any(%(ids)s::bigint[])"
_STANDING = sql.SQL("select distinct {code} from {table} as t where {code} = any(%(codes)s::text[])")
_UNCOUNT = (
    "delete from ingest.delivery_profile where entity = %(entity)s and field = %(field)s"
    " and code = any(%(codes)s::text[])"
)


def _still_queued(connection: Connection, model: Catalogue, ids: Sequence[int]) -> Iterator[int]:
    """Those of the queue that some record still has."""
    rows = connection.execute("select unnest(fields) from ingest.code_value where id = any(%(ids)s)", {"ids": ids})
    parts: list[sql.Composable] = []
    for place in sorted({str(row[0]) for row in rows}):
        entity, field = _named(model.entities, place)
        if entity is None or field is None or field.source_value_name is None:
            continue
        value = bare(of("t", field.source_value_name))
        parts += [_STILL.format(place=sql.Literal(place), table=table, value=value) for table in tables_of(entity)]
    yield from (row[0] for row in _all(connection, parts, {"ids": ids}))


def _all(
    connection: Connection, parts: Sequence[sql.Composable], given: Mapping[str, object]
) -> Sequence[tuple[Any, ...]]:
    """Each row that some of the queries give, once."""
    return connection.execute(sql.SQL(" union ").join(parts), given).fetchall() if parts else []


def _named(entities: Mapping[str, Entity], place: str) -> tuple[Entity | None, Field | None]:
    """Entity and field of `entity.field`; None: the model has them no more."""
    name, _, wanted = place.partition(".")
    entity = entities.get(name)
    found = None if entity is None else next((one for one in entity.fields if one.name == wanted), None)
    return entity, found


def _coded(entity: Entity) -> Iterator[Field]:
    yield from (field for field in entity.fields if field.kind is FieldKind.CODE)


def _known(field: Field) -> list[str]:
    """The codes of our own list: they are nobody's words."""
    return sorted(code_list(field.code_list).codes) if field.code_list in code_list_names() else []
