"""What a person may see of one relation, row by row, as data: for the command `see` and for others' programs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import LiteralString, cast
from uuid import UUID

from psycopg import sql

from watchroom.audit.entries import Act
from watchroom.gate.askers import Asker
from watchroom.gate.door import Asked, Gate, Refused, Seen, View
from watchroom.gate.entity_views import EXTRA_COLUMNS
from watchroom.gate.relations import BESIDE_ENTITIES
from watchroom.kernel.named_sql import Query
from watchroom.model.catalogue import Catalogue, Entity, columns_of

SeenRow = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRows:
    """What was seen of a relation.

    Attributes:
        rows: that the asker may see.
        is_agreed: whether anything of it is agreed for them at all. It follows from the agreements alone and never
            from the record, so it does not tell whether there are rows that they may not see.
    """

    rows: list[SeenRow]
    is_agreed: bool


# Where the rows of a relation beside the entities stand.
_ORDER: Mapping[str, LiteralString] = {
    "change": "seq, entity, id",
    "source_freshness": "source_system",
    "ingest_issue_count": "source_system, entity, field, code, severity",
    "source_quality": "source_system, entity, field, check_name",
    "roll": "counted, site_code, unit_code, landing",
    "occupancy": "path, location_id",
}


def see(
    gate: Gate,
    asker: Asker,
    *,
    entity: str,
    purpose: str,
    row_id: UUID | None = None,
    as_of: datetime | None = None,
) -> Seen[SeenRows] | Refused:
    """The rows of an entity, or of another relation of the audience, that the asker may see; recorded as any read.

    Args:
        gate: the door.
        asker: who asks.
        entity: name of an entity, or of a relation beside the entities.
        purpose: dotted name.
        row_id: of the one row that is asked for; a hidden one and an absent one both give no row.
        as_of: timezone-aware; None: the present.
    """
    if entity not in gate.model.entities and entity not in BESIDE_ENTITIES:
        return gate.refuse(asker, purpose=purpose, what="see", code="unknown_entity")
    act = Act.LIST if row_id is None else Act.CONSULT
    return gate.read(
        asker,
        asked=Asked(purpose=purpose, act=act, what=entity, as_of=as_of),
        look=lambda view: SeenRows(
            rows=entity_rows(view, entity, row_id=row_id, model=gate.model), is_agreed=view.is_agreed(entity)
        ),
    )


def entity_rows(view: View, entity: str, *, model: Catalogue, row_id: UUID | None = None) -> list[SeenRow]:
    """The rows of a relation as JSON-able dictionaries, with `withheld` for entities; by id, or by place.

    Columns that no clause of the asker ever shows are left out; `withheld` names their fields.
    """
    declared = model.entities.get(entity)
    if declared is None:
        rows = view.records(_beside(entity)) if row_id is None else []
        return [_plain(row) for row in rows]
    if row_id is not None:
        return entity_row_soon(view, declared, row_id)()
    return _shown(view, declared, view.records(_all(declared)))


def entity_row_soon(view: View, entity: Entity, row_id: UUID) -> Callable[[], list[SeenRow]]:
    """Ask for one row of an entity; what is returned gives it, or none, as `entity_rows` does. See `View.together`."""
    rows = view.records_soon(_one(entity), row_id=row_id)
    return lambda: _shown(view, entity, rows())


def _shown(view: View, entity: Entity, rows: Sequence[Mapping[str, object]]) -> list[SeenRow]:
    if not view.decision.rows_of(entity.name):
        return [_plain({name: value for name, value in row.items() if value is not None}) for row in rows]
    shown = {
        column.name
        for column in columns_of(entity)
        if view.may_see(entity.name, column.name if column.field is None else column.field.name)
    }
    return [_plain({name: value for name, value in row.items() if name in shown or name == "withheld"}) for row in rows]


def site_of(view: View, person_id: UUID) -> str | None:
    """The establishment of a person whom the view shows; None: it shows nobody of that id, or no establishment."""
    rows = view.records(_place(), row_id=person_id)
    return cast(str | None, rows[0]["site_code"]) if rows else None


def rows_about(view: View, entity: Entity, person_id: UUID) -> list[dict[str, object]]:
    """The rows of an entity that are about one person and that the view shows, as the database gives them."""
    return view.records(_about(entity), person_id=person_id)


def document(entity: str, seen: Seen[SeenRows]) -> dict[str, object]:
    """The answer as one JSON-able document: `entity`, `available`, `rows`, `as_of`, `sequence`."""
    return {
        "entity": entity,
        "available": seen.value.is_agreed,
        "rows": seen.value.rows,
        "as_of": seen.as_of.instant.isoformat(),
        "sequence": seen.as_of.sequence,
    }


@cache
def _all(entity: Entity) -> Query:
    text = sql.SQL("select {} from {} order by clause, counted, count desc nulls last, id")
    return _query(f"see_{entity.name}", text.format(_columns(entity), sql.Identifier(entity.name)), ())


@cache
def _one(entity: Entity) -> Query:
    text = sql.SQL("select {} from {} where id = :row_id").format(_columns(entity), sql.Identifier(entity.name))
    return _query(f"see_one_{entity.name}", text, ("row_id",))


@cache
def _place() -> Query:
    return _query("site_of_person", sql.SQL("select id, site_code from person where id = :row_id"), ("row_id",))


@cache
def _about(entity: Entity) -> Query:
    text = sql.SQL("select {} from {} where {} = :person_id order by id")
    person = sql.Identifier("id" if entity.name == "person" else "person_id")
    return _query(
        f"see_about_{entity.name}", text.format(_columns(entity), sql.Identifier(entity.name), person), ("person_id",)
    )


@cache
def _beside(relation: str) -> Query:
    text = sql.SQL("select * from {} order by {}").format(sql.Identifier(relation), sql.SQL(_ORDER[relation]))
    return _query(f"see_{relation}", text, ())


def _columns(entity: Entity) -> sql.Composed:
    names = [column.name for column in columns_of(entity)]
    return sql.SQL(", ").join(sql.Identifier(name) for name in (*names, *EXTRA_COLUMNS))


def _query(name: str, text: sql.Composable, parameters: tuple[str, ...]) -> Query:
    """A query composed from names of the model alone."""
    written = text.as_string()
    translated = written
    for parameter in parameters:
        translated = translated.replace(f":{parameter}", f"%({parameter})s")
    return Query(name=name, parameters=parameters, text=cast(LiteralString, translated), sql=written)


def _plain(row: Mapping[str, object]) -> SeenRow:
    return {name: _json(value) for name, value in row.items()}


def _json(value: object) -> object:
    match value:
        case UUID():
            return str(value)
        case date():
            return value.isoformat()
        case list() | tuple():
            return [_json(entry) for entry in cast(list[object], value)]
        case _:
            return value
