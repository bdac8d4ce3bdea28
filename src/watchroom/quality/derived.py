"""Checks that follow from the model: every coded field, every date.

One statement per entity counts all its fields at once.
"""

from collections.abc import Iterator

from psycopg import sql

from watchroom.model.catalogue import Catalogue, Entity, Field, FieldKind
from watchroom.quality.catalogue import check
from watchroom.quality.results import Result
from watchroom.store.database import Connection

_TIMES = (FieldKind.DATE, FieldKind.INSTANT)


def derived_results(connection: Connection, *, model: Catalogue) -> Iterator[Result]:
    """The results of `code_unmapped` and `date_unreliable` for each field that has any value."""
    for entity in model.entities.values():
        counted = [field for field in entity.fields if field.kind in (*_TIMES, FieldKind.CODE)]
        if not counted:
            continue
        row = connection.execute(_statement(entity, counted)).fetchone() or ()
        for field, bad, of in zip(counted, row[0::2], row[1::2], strict=True):
            if of:
                name = "code_unmapped" if field.kind is FieldKind.CODE else "date_unreliable"
                yield Result(check=check(name), entity=entity.name, field=field.name, bad=bad, of=of)


def _statement(entity: Entity, fields: list[Field]) -> sql.Composed:
    counts = [count for field in fields for count in _counts(field)]
    table = sql.Identifier("record", entity.name)
    return sql.SQL("select {} from {} as t").format(sql.SQL(", ").join(counts), table)


def _counts(field: Field) -> tuple[sql.Composable, sql.Composable]:
    value = sql.Identifier("t", field.name)
    if field.kind is FieldKind.CODE:
        given = sql.Identifier("t", field.source_value_name or "")
        return (
            sql.SQL("count(*) filter (where {} is null and {} is not null)").format(value, given),
            sql.SQL("count({})").format(given),
        )
    unreliable = sql.SQL("count(*) filter (where {} = any(t.unreliable_dates))").format(sql.Literal(field.name))
    return unreliable, sql.SQL("count({})").format(value)
