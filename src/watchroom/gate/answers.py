"""What an answer of the database is made of: columns that come straight from the model, persons, records."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple, TypeVar
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from watchroom.gate.audiences import Audience
from watchroom.gate.errors import QuestionError
from watchroom.kernel.named_sql import Query
from watchroom.model.catalogue import Catalogue, columns_of

R = TypeVar("R", bound=NamedTuple)

# Columns that name a person, under whatever relation.
SUBJECTS = frozenset({"person_id", "other_person_id", "visible_person_ids"})

# Of so many queries under so many audiences is remembered what their answers are made of.
_MOST = 10_000
_KNOWN: dict[tuple[str, str], "Shape"] = {}


@dataclass(frozen=True, slots=True)
class Shape:
    """What the answers of one query under one audience are made of: worked out once, from the first of them.

    Attributes:
        names: of the columns.
        origins: for each column `entity.column` where it comes straight from one, else its name.
        subjects: places of the columns that name persons.
        told: places of the entity and of what is said of its record, where the answer tells of changes.
    """

    names: list[str]
    origins: tuple[str, ...]
    subjects: tuple[int, ...]
    told: tuple[int, int] | None = None

    def fields(self, rows: Sequence[TupleRow]) -> set[str]:
        """The fields that rows of such an answer gave away: of changes those of the records that they tell."""
        if self.told is None:
            return set(self.origins)
        entity, record = self.told
        shapes = {(row[entity], tuple(row[record])) for row in rows if row[record] is not None}
        return {*self.origins, *(f"{of}.{name}" for of, names in shapes for name in names)}


def shape_of(cursor: psycopg.Cursor[TupleRow], query: Query, *, audience: Audience, model: Catalogue) -> Shape:
    """The shape of the answer that `cursor` holds.

    INVARIANT: one query under one audience always has the same shape, for nothing in an audience ever changes.
    """
    key = (audience.schema, query.sql)
    known = _KNOWN.get(key)
    if known is None:
        if len(_KNOWN) > _MOST:
            _KNOWN.clear()
        known = _KNOWN[key] = _looked_at(cursor, audience, model)
    return known


def _looked_at(cursor: psycopg.Cursor[TupleRow], audience: Audience, model: Catalogue) -> Shape:
    names = [column.name for column in cursor.description or ()]
    result = cursor.pgresult
    relations = {oid: name for name, oid in audience.made.items()}
    origins: list[str] = []
    told: dict[str, int] = {}
    for place, name in enumerate(names):
        relation = relations.get(result.ftable(place)) if result is not None else None
        narrow = audience.narrow.get(relation or "")
        entity = model.entities.get(relation or "")
        number = result.ftablecol(place) if result is not None else 0
        columns = narrow.columns if narrow else tuple(one.name for one in columns_of(entity)) if entity else ()
        of = narrow.relation if narrow else relation
        if of == "change":
            told[name] = place
        origins.append(f"{of}.{columns[number - 1]}" if 0 < number <= len(columns) else name)
    subjects = [
        place
        for place, (name, origin) in enumerate(zip(names, origins, strict=True))
        if name in SUBJECTS or origin == "person.id"
    ]
    tells = (told["entity"], told["record"]) if {"entity", "record"} <= told.keys() else None
    return Shape(names=names, origins=tuple(origins), subjects=tuple(subjects), told=tells)


def into_records(names: list[str], rows: list[TupleRow], into: type[R], *, query: str) -> list[R]:
    """The rows as named tuples whose fields are the columns.

    Of everything that a row of an answer could become, they cost least: a handover holds a thousand.

    Raises:
        QuestionError: the columns and the fields differ.
    """
    wanted = into._fields
    if sorted(wanted) != sorted(names):
        raise QuestionError(
            f"query `{query}` gives {sorted(names)} and `{into.__name__}` holds {sorted(wanted)}; make them equal"
        )
    if tuple(names) != wanted:
        in_order = itemgetter(*map(names.index, wanted))
        return [into._make(in_order(row)) for row in rows]
    return list(map(into._make, rows))


def ids_in(value: object) -> list[UUID]:
    """The persons that a value names: itself, those in it, or nobody."""
    match value:
        case UUID():
            return [value]
        case list() | tuple():
            return [entry for entry in value if isinstance(entry, UUID)]  # type: ignore[reportUnknownVariableType]
        case _:
            return []
