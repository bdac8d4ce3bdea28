"""Whom records are about, as SQL that is read off the model: an entity that is added later is not forgotten."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from psycopg import sql

from watchroom.model.catalogue import Catalogue, Entity, Field, FieldKind
from watchroom.store.database import Connection
from watchroom.store.tables import history_of, table_name

PERSON = "person"
_ACTIVE = "is_active"


def naming(entity: Entity) -> tuple[str, ...]:
    """The columns of an entity that hold a person's id."""
    own = ("id",) if entity.name == PERSON else ()
    return own + tuple(field.name for field in _references(entity) if field.target == PERSON)


def needing(entity: Entity) -> tuple[Field, ...]:
    """The references without which a row of the entity is none, but for those to people."""
    return tuple(field for field in _references(entity) if field.required and field.target != PERSON)


def tables_of(entity: Entity) -> tuple[sql.Identifier, sql.Identifier]:
    """Where versions of an entity stand: current and superseded."""
    return table_name(entity.name), table_name(history_of(entity))


def touching(model: Catalogue, names: Iterable[str]) -> sql.Composable:
    """A query of (entity, id, person_id): each person whom a version of a record names, or whom it belongs to.

    A record that is about nobody by itself, such as the report of an incident, is about the people of the records that
    point to it. `person_id` is null where a record of a person does not say of whom.
    """
    wanted = set(names)
    parts = [part for entity in model.entities.values() if entity.name in wanted for part in _people(model, entity)]
    nobody = sql.SQL("select null::text as entity, null::uuid as id, null::uuid as person_id where false")
    return sql.SQL("\nunion all\n").join(parts) if parts else nobody


def people_of(
    connection: Connection, model: Catalogue, records: Sequence[tuple[str, UUID]]
) -> Mapping[tuple[str, UUID], frozenset[UUID]]:
    """Whom records are about, or ever were, as loader; one that is about nobody, or says nobody, is left out."""
    if not records:
        return {}
    query = sql.SQL(
        "select distinct touched.entity, touched.id, touched.person_id from ({}) as touched"
        " where touched.person_id is not null and touched.id = any(%(ids)s)"
    ).format(touching(model, {entity for entity, _ in records}))
    found: dict[tuple[str, UUID], set[UUID]] = {}
    for entity, record, person in connection.execute(query, {"ids": [record for _, record in records]}):
        found.setdefault((entity, record), set()).add(person)
    return {record: frozenset(people) for record, people in found.items()}


def stands_or_stood(connection: Connection, entity: Entity, record: UUID) -> bool:
    """Whether the record holds, or ever held, a record of an entity, as loader."""
    query = sql.SQL("select exists (select from {} where id = %(id)s) or exists (select from {} where id = %(id)s)")
    row = connection.execute(query.format(*tables_of(entity)), {"id": record}).fetchone()
    return bool(row and row[0])


def stands_now(connection: Connection, entity: Entity, record: UUID) -> bool:
    """Whether a record of an entity stands today, and is active where that is said of it, as loader."""
    query = sql.SQL("select exists (select from {} where id = %(id)s and {})")
    is_said = any(field.name == _ACTIVE for field in entity.fields)
    active = sql.SQL("{} is not false").format(sql.Identifier(_ACTIVE)) if is_said else sql.SQL("true")
    row = connection.execute(query.format(table_name(entity.name), active), {"id": record}).fetchone()
    return bool(row and row[0])


def _people(model: Catalogue, entity: Entity) -> Iterator[sql.Composable]:
    columns = naming(entity)
    for table in tables_of(entity):
        for column in columns:
            yield _select(
                entity, sql.SQL("t.id"), person=sql.Identifier("t", column), source=sql.SQL("{} as t").format(table)
            )
    if columns:
        return
    yield from _of_others(model, entity, of=entity)
    for field in needing(entity):
        over = model.entities.get(field.target or "")
        if over is not None and not naming(over):
            for table in tables_of(entity):
                yield from _of_others(model, entity, of=over, through=(table, field.name))


def _of_others(
    model: Catalogue, entity: Entity, *, of: Entity, through: tuple[sql.Identifier, str] | None = None
) -> Iterator[sql.Composable]:
    """The people of records that point to one of `of`; `through`: the table of a part of it, and its link."""
    for other in model.entities.values():
        for field in _references(other):
            if field.target != of.name or not naming(other):
                continue
            link = _of_x(field.name)
            own, joined = link, sql.SQL("")
            if through is not None:
                table, column = through
                own = sql.Identifier("c", "id")
                joined = sql.SQL(" inner join {} as c on c.{} = {}").format(table, sql.Identifier(column), link)
            for table in tables_of(other):
                source = sql.SQL("{} as x{} where {} is not null").format(table, joined, link)
                for column in naming(other):
                    yield _select(entity, own, person=_of_x(column), source=source)


def _of_x(column: str) -> sql.Identifier:
    """A column of a record that points to another."""
    return sql.Identifier("x", column)


def _select(entity: Entity, own: sql.Composable, *, person: sql.Composable, source: sql.Composable) -> sql.Composable:
    return sql.SQL("select {}::text as entity, {} as id, {} as person_id from {}").format(
        sql.Literal(entity.name), own, person, source
    )


def _references(entity: Entity) -> tuple[Field, ...]:
    return tuple(field for field in entity.fields if field.kind is FieldKind.REFERENCE)
