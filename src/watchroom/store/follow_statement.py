"""The statements by which rows of other sources follow what a batch wrote, composed from the model.

They read the temporary tables of `following`: `moved` (ids of rows of the target that moved, came or ended) and
`replaced` (stand-ins, each with the row that has the thing now).
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import LiteralString, cast

from psycopg import sql

from watchroom.model.catalogue import HISTORY_COLUMNS, Entity, Field, columns_of
from watchroom.store.composing import any_of, commas, of
from watchroom.store.identifying import PERSON, SCOPE, SUBJECT
from watchroom.store.staging import references
from watchroom.store.tables import history_of, names, stored_columns, table_name
from watchroom.store.write_statement import category_parts

_FOLLOWING = """
with concerned as (
    {concerned}
),
placed as materialized (
    select t.id, {placed}
    from concerned
    inner join {table} as t on t.id = concerned.id
    {joins}
),
moved as (
    update {table} as t
    set {assignments}, seq_from = %(seq)s, recorded_from = %(recorded_at)s
    from placed
    where t.id = placed.id and ({old_values}) is distinct from ({new_values})
    returning
        {old_columns},
        {new_subject} as new_subject,
        {new_site} as new_site,
        {new_unit} as new_unit,
        array_remove(array[{differences}]::text[], null) as changed
),
kept as (
    insert into {history} ({history_columns})
    select {columns}, %(recorded_at)s, %(seq)s from moved
),
told as (
    insert into ingest.change
        (seq, recorded_at, entity, id, op, changed_fields, categories, person_id, site_code, unit_code, before)
    select
        %(seq)s, %(recorded_at)s, {entity}, m.id, 'changed', m.changed,
        -- A row that is somebody else's now is news of theirs, whatever it says.
        case when m.changed && {linking}::text[] then {all_categories}::text[] else {changed_categories} end,
        m.new_subject, m.new_site, m.new_unit, {before}
    from moved as m
)
select count(*) from moved
"""
# What stood for somebody whom another source has now; its key brings its id back, should that one go.
_ENDING = """
with ended as (
    delete from {table} as t
    using pg_temp.replaced
    where t.id = replaced.old_id
    returning {columns}
),
kept as (
    insert into {history} ({history_columns})
    select {columns}, %(recorded_at)s, %(seq)s from ended as t
),
told as (
    insert into ingest.change
        (seq, recorded_at, entity, id, op, changed_fields, categories, person_id, site_code, unit_code)
    select
        %(seq)s, %(recorded_at)s, {entity}, t.id, 'ended', '{{}}', {all_categories}::text[],
        {subject}, {site}, {unit}
    from ended as t
),
left_keys as (
    insert into ingest.ended_key (entity, source_system, source_key, id)
    select {entity}, t.source_system, t.source_key, t.id from ended as t
    on conflict do nothing
)
select count(*) from ended
"""


@lru_cache(maxsize=256)
def following_statement(entity: Entity, target: str, *, is_by_id: bool) -> LiteralString:
    """The statement by which the rows of one source that name rows of `target` follow them.

    Parameters: source_system, seq, recorded_at. Its one row: how many got a version.

    Args:
        entity: of those rows.
        target: entity that they name.
        is_by_id: the source names rows by id, and says of none of its own that it is restricted.
    """
    fields = [field for field in references(entity) if field.target == target]
    columns = stored_columns(entity)
    placed = _placed(entity, fields, is_scoped=target == PERSON, is_by_id=is_by_id)
    compared = [name for name in placed if name != "origin_restricted"]
    present = {column.name for column in columns_of(entity)}
    text = sql.SQL(_FOLLOWING).format(
        entity=sql.Literal(entity.name),
        table=table_name(entity.name),
        history=table_name(history_of(entity)),
        concerned=sql.SQL("\n    union\n    ").join(_concerned(entity, field) for field in fields),
        placed=commas(sql.SQL("{} as {}").format(value, sql.Identifier(name)) for name, value in placed.items()),
        joins=sql.SQL("\n    ").join(_joins(target, field) for field in fields),
        assignments=commas(sql.SQL("{} = {}").format(sql.Identifier(name), of("placed", name)) for name in placed),
        old_values=commas(of("t", name) for name in compared),
        new_values=commas(of("placed", name) for name in compared),
        old_columns=commas(
            sql.SQL("{} as {}").format(of("old", column.name), sql.Identifier(column.name)) for column in columns
        ),
        new_subject=of("new", SUBJECT) if SUBJECT in present else sql.SQL("null::uuid"),
        new_site=of("new", "site_code") if "site_code" in present else sql.SQL("null"),
        new_unit=of("new", "unit_code") if "unit_code" in present else sql.SQL("null"),
        differences=commas(
            sql.SQL("case when old.{0} is distinct from new.{0} then {1} end").format(
                sql.Identifier(name), sql.Literal(name)
            )
            for name in compared
        ),
        linking=sql.Literal([field.name for field in fields]),
        columns=names(column.name for column in columns),
        history_columns=names(column.name for column in (*columns, *HISTORY_COLUMNS)),
        before=sql.SQL(
            "(select jsonb_object_agg(was.name, was.value) from unnest({}::text[], array[{}]) as was (name, value)"
            " where was.name = any(m.changed))"
        ).format(sql.Literal(compared), commas(sql.SQL("{}::text").format(of("m", name)) for name in compared)),
        **category_parts(entity),
    )
    # Composed of our own text and of quoted names of the model.
    return cast(LiteralString, text.as_string())


@lru_cache(maxsize=16)
def ending_statement(entity: Entity) -> LiteralString:
    """The statement that ends the stand-ins that are replaced. Parameters: seq, recorded_at. Its one row: how many."""
    columns = stored_columns(entity)
    present = {column.name for column in columns}
    subject = "id" if entity.name == PERSON else SUBJECT
    text = sql.SQL(_ENDING).format(
        entity=sql.Literal(entity.name),
        table=table_name(entity.name),
        history=table_name(history_of(entity)),
        columns=commas(of("t", column.name) for column in columns),
        history_columns=names(column.name for column in (*columns, *HISTORY_COLUMNS)),
        subject=of("t", subject) if subject in present else sql.SQL("null::uuid"),
        site=of("t", "site_code") if "site_code" in present else sql.SQL("null"),
        unit=of("t", "unit_code") if "unit_code" in present else sql.SQL("null"),
        all_categories=category_parts(entity)["all_categories"],
    )
    # Composed of our own text and of quoted names of the model.
    return cast(LiteralString, text.as_string())


def _concerned(entity: Entity, field: Field) -> sql.Composable:
    # INVARIANT: what this batch wrote was resolved when it was written, and has one version of the batch.
    return sql.SQL(
        "select t.id from pg_temp.moved inner join {} as t on t.{} = moved.id"
        " where t.source_system = %(source_system)s and t.seq_from < %(seq)s"
    ).format(table_name(entity.name), sql.Identifier(field.name))


def _joins(target: str, field: Field) -> sql.Composable:
    return sql.SQL(
        "left join pg_temp.replaced as {replaced} on {replaced}.old_id = t.{name} and {replaced}.realness = t.realness"
        "\n    left join {target} as {row} on {row}.id = {id}"
    ).format(
        replaced=_replaced(field),
        name=sql.Identifier(field.name),
        target=table_name(target),
        row=_row(field),
        id=_id(field),
    )


def _placed(entity: Entity, fields: Sequence[Field], *, is_scoped: bool, is_by_id: bool) -> dict[str, sql.Composable]:
    """What is set anew in a row: whom it names, and where people of other sources are, place and restriction."""
    found = {field.name: _id(field) for field in fields}
    if not is_scoped:
        return dict(found)
    placed: dict[str, sql.Composable] = dict(found)
    for field in fields:
        if field.name == SUBJECT:
            placed |= {
                name: sql.SQL("case when {} then {} else {} end").format(
                    _is_of_others(field), of(f"row_{field.name}", name), of("t", name)
                )
                for name in SCOPE
                if name in entity.scoped_by
            }
    own = sql.SQL("coalesce(t.origin_restricted, {})").format(
        sql.SQL("false") if is_by_id else of("t", "is_restricted")
    )
    is_any_of_others = any_of([_is_of_others(field) for field in fields])
    # Whoever was hidden and is in no record any more stays so.
    hides = any_of(
        [
            sql.SQL("({} and {})").format(
                _is_of_others(field), sql.SQL("coalesce({}.is_restricted, t.is_restricted)").format(_row(field))
            )
            for field in fields
        ]
    )
    placed["is_restricted"] = sql.SQL("case when {} then {} or {} else t.is_restricted end").format(
        is_any_of_others, own, hides
    )
    placed["origin_restricted"] = sql.SQL("case when {} then {} else t.origin_restricted end").format(
        is_any_of_others, own
    )
    return placed


def _is_of_others(field: Field) -> sql.Composable:
    """That the row names what is no row of its own source, be it one that has ended."""
    return sql.SQL("({} is not null and {}.source_system is distinct from t.source_system)").format(
        _id(field), _row(field)
    )


def _id(field: Field) -> sql.Composable:
    return sql.SQL("coalesce({}.new_id, {})").format(_replaced(field), of("t", field.name))


def _replaced(field: Field) -> sql.Identifier:
    return sql.Identifier(f"replaced_{field.name}")


def _row(field: Field) -> sql.Identifier:
    return sql.Identifier(f"row_{field.name}")
