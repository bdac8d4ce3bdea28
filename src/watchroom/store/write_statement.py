"""The text of the one write statement of an entity, composed from the model.

It resolves source keys to ids, merges, ends what a full batch no longer names, and writes history, change rows
and kept keys, all as one statement over one snapshot. One row and ten million take the same text.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import LiteralString, cast

from psycopg import sql

from watchroom.model.catalogue import HISTORY_COLUMNS, Entity, Field, columns_of
from watchroom.store.staging import (
    compared,
    key_name,
    references,
    refers_to_itself,
    staging_table,
)
from watchroom.store.tables import history_of, names, table_name

_STATEMENT = """
with resolved as materialized (
    select {resolved_columns}
    from {stage} as s
    {joins}
    left join ingest.ended_key as gone
        on gone.entity = {entity} and gone.source_system = %(source_system)s and gone.source_key = s.source_key
    where not s.held
),
merged as (
    merge into {table} as t
    using (select * from resolved where {complete}) as s
    on t.source_system = %(source_system)s and t.source_key = s.source_key
    when matched and ({old_values}) is distinct from ({new_values}) then update set {assignments}
    when not matched then insert ({columns}) values ({inserted})
    returning
        merge_action() as action,
        {old_columns},
        new.id as new_id,
        new.source_key as new_key,
        s.has_returned,
        {new_subject} as new_subject,
        {new_site} as new_site,
        {new_unit} as new_unit,
        case when merge_action() = 'UPDATE' then array_remove(array[{differences}]::text[], null) end as changed
),
ended as ({ended}),
kept as (
    insert into {history} ({history_columns})
    select {columns}, %(recorded_at)s, %(seq)s from merged where action = 'UPDATE'
    union all
    select {columns}, %(recorded_at)s, %(seq)s from ended
),
told as (
    insert into ingest.change
        (seq, recorded_at, entity, id, op, changed_fields, categories, person_id, site_code, unit_code, before)
    select
        %(seq)s, %(recorded_at)s, {entity}, m.new_id,
        case m.action when 'INSERT' then 'new' else 'changed' end,
        coalesce(m.changed, '{{}}'),
        case when m.action = 'INSERT' then {all_categories}::text[] else {changed_categories} end,
        m.new_subject, m.new_site, m.new_unit,
        case when m.action = 'UPDATE' then {before} end
    from merged as m
    union all
    select
        %(seq)s, %(recorded_at)s, {entity}, m.id, 'ended', '{{}}', {all_categories}::text[],
        {old_subject}, {old_site}, {old_unit}, null
    from ended as m
),
left_keys as (
    insert into ingest.ended_key (entity, source_system, source_key, id)
    select {entity}, source_system, source_key, id from ended
    on conflict do nothing
),
returned_keys as (
    delete from ingest.ended_key as k
    where
        k.entity = {entity} and k.source_system = %(source_system)s
        and k.source_key = any(array(select new_key from merged where action = 'INSERT' and has_returned))
)
select 'staged' as outcome, null::text as file, null::bigint as row, null::text as field, count(*) as number
from resolved
union all
select 'held', null, null, null, count(*) from resolved where not ({complete})
union all
select 'new', null, null, null, count(*) from merged where action = 'INSERT'
union all
select 'changed', null, null, null, count(*) from merged where action = 'UPDATE'
union all
select 'ended', null, null, null, count(*) from ended
{issues}
"""

_ENDED = """
    delete from {table} as t
    where
        t.source_system = %(source_system)s
        and not exists (select from {stage} as s where s.source_key = t.source_key)
    returning {columns}
"""

_NONE_ENDED = "select {columns} from {table} as t where false"

_ISSUES = """
union all
select issue.code, s.file, s.row, issue.field, 1
from resolved as s
cross join lateral unnest(array[{codes}]::text[], {fields}::text[]) as issue (code, field)
where ({incomplete}) and issue.code is not null
"""


@lru_cache(maxsize=256)
def write_statement(entity: Entity, staged: str, is_full: bool) -> LiteralString:  # noqa: FBT001  the cache's key
    """The statement that writes what stands in the staging table `staged`.

    Parameters: batch_id, seq, recorded_at, source_system, agency_code. Its rows: (outcome, file, row, field,
    number), where outcome is staged, held, new, changed, ended or the code of an issue of one field of one row.
    """
    columns = columns_of(entity)
    text = sql.SQL(_STATEMENT).format(
        entity=sql.Literal(entity.name),
        table=table_name(entity.name),
        history=table_name(history_of(entity)),
        stage=staging_table(staged),
        resolved_columns=_commas(_resolved(entity, is_full=is_full)),
        joins=_joins(entity, staged, is_full=is_full),
        complete=_all_of([_has_value(field) for field in entity.fields if field.required]),
        columns=names(column.name for column in columns),
        history_columns=names(column.name for column in (*columns, *HISTORY_COLUMNS)),
        ended=_ended(entity, staged, is_full=is_full),
        issues=_issues(entity),
        **_merge_parts(entity),
        **_change_parts(entity),
    )
    # Composed of our own text and of quoted names of the model.
    return cast(LiteralString, text.as_string())


def _merge_parts(entity: Entity) -> dict[str, sql.Composable]:
    columns = columns_of(entity)
    stamped: dict[str, sql.Composable] = {
        "id": sql.SQL("coalesce(s.new_id, uuidv7())"),
        "agency_code": sql.SQL("%(agency_code)s"),
        "source_system": sql.SQL("%(source_system)s"),
        "batch_id": sql.SQL("%(batch_id)s"),
        "recorded_from": sql.SQL("%(recorded_at)s"),
        "seq_from": sql.SQL("%(seq)s"),
    }
    values = {column.name: stamped.get(column.name, _of("s", column.name)) for column in columns}
    kept = {"id", "source_system", "source_key"}
    return {
        "old_values": _commas(_of("t", column.name) for column in compared(entity)),
        "new_values": _commas(_of("s", column.name) for column in compared(entity)),
        "assignments": _commas(
            sql.SQL("{} = {}").format(sql.Identifier(name), value) for name, value in values.items() if name not in kept
        ),
        "inserted": _commas(values.values()),
        "old_columns": _commas(
            sql.SQL("{} as {}").format(_of("old", column.name), sql.Identifier(column.name)) for column in columns
        ),
    }


def _change_parts(entity: Entity) -> dict[str, sql.Composable]:
    parts: dict[str, sql.Composable] = {
        "differences": _commas(
            sql.SQL("case when old.{0} is distinct from new.{0} then {1} end").format(
                sql.Identifier(column.name), sql.Literal(column.name)
            )
            for column in compared(entity)
        ),
        "before": sql.SQL(
            "(select jsonb_object_agg(was.name, was.value) from unnest({}::text[], array[{}]) as was (name, value)"
            " where was.name = any(m.changed))"
        ).format(
            sql.Literal([column.name for column in compared(entity)]),
            _commas(sql.SQL("{}::text").format(_of("m", column.name)) for column in compared(entity)),
        ),
    }
    parts |= _category_parts(entity)
    present = {column.name for column in columns_of(entity)}
    subject = "id" if entity.name == "person" else "person_id"
    for part, name, absent in (
        ("subject", subject, sql.SQL("null::uuid")),
        ("site", "site_code", sql.SQL("null")),
        ("unit", "unit_code", sql.SQL("null")),
    ):
        parts[f"new_{part}"] = _of("new", name) if name in present else absent
        parts[f"old_{part}"] = _of("m", name) if name in present else absent
    return parts


def _category_parts(entity: Entity) -> dict[str, sql.Composable]:
    categories = [
        (column.name, column.field.change_category)
        for column in columns_of(entity)
        if column.field is not None and column.field.change_category is not None
    ]
    every = sorted({category for _, category in categories})
    changed = sql.SQL(
        "(select coalesce(array_agg(distinct news.category order by news.category), '{{}}')"
        " from unnest({}::text[], {}::text[]) as news (name, category) where news.name = any(m.changed))"
    ).format(sql.Literal([name for name, _ in categories]), sql.Literal([category for _, category in categories]))
    return {"all_categories": sql.Literal(every), "changed_categories": changed}


def _resolved(entity: Entity, *, is_full: bool) -> list[sql.Composable]:
    own_id = sql.SQL("coalesce(gone.id, s.new_id)") if refers_to_itself(entity) else sql.SQL("gone.id")
    columns: list[sql.Composable] = [
        _of("s", "file"),
        _of("s", "row"),
        _of("s", "source_key"),
        sql.SQL("{} as new_id").format(own_id),
        sql.SQL("gone.id is not null as has_returned"),
    ]
    referring = {field.name: field for field in references(entity)}
    for column in compared(entity):
        field = referring.get(column.name)
        if field is None:
            columns.append(_of("s", column.name))
        else:
            columns.append(
                sql.SQL("{} as {}").format(_target_id(entity, field, is_full=is_full), sql.Identifier(field.name))
            )
            columns.append(_of("s", key_name(field)))
    return columns


def _joins(entity: Entity, staged: str, *, is_full: bool) -> sql.Composable:
    joins: list[sql.Composable] = []
    for field in references(entity):
        key, alias = _of("s", key_name(field)), sql.Identifier(f"to_{field.name}")
        # In a full batch only what the batch itself names will stand.
        if not (is_full and field.target == entity.name):
            target = table_name(field.target or "")
            joins.append(
                sql.SQL(
                    "left join {target} as {alias} on {alias}.source_system = %(source_system)s"
                    " and {alias}.source_key = {key}"
                ).format(target=target, alias=alias, key=key)
            )
        if field.target == entity.name:
            joins.append(_join_within(entity, staged, field))
    return sql.SQL("\n    ").join(joins)


def _join_within(entity: Entity, staged: str, field: Field) -> sql.Composable:
    return sql.SQL("""
    left join (
        select near.source_key, coalesce(present.id, gone.id, near.new_id) as id
        from {stage} as near
        left join {table} as present
            on present.source_system = %(source_system)s and present.source_key = near.source_key
        left join ingest.ended_key as gone
            on gone.entity = {entity} and gone.source_system = %(source_system)s and gone.source_key = near.source_key
        where present.id is not null or not (near.held or {incomplete})
    ) as {alias} on {alias}.source_key = {key}""").format(
        stage=staging_table(staged),
        table=table_name(entity.name),
        entity=sql.Literal(entity.name),
        alias=sql.Identifier(f"near_{field.name}"),
        key=_of("s", key_name(field)),
        incomplete=_any_of(
            [
                sql.SQL("{} is null").format(_of("near", own.name))
                for own in entity.fields
                if own.required and not own.target
            ]
        ),
    )


def _target_id(entity: Entity, field: Field, *, is_full: bool) -> sql.Composable:
    found = sql.Identifier(f"to_{field.name}", "id")
    if field.target != entity.name:
        return found
    near = sql.Identifier(f"near_{field.name}", "id")
    return near if is_full else sql.SQL("coalesce({}, {})").format(found, near)


def _ended(entity: Entity, staged: str, *, is_full: bool) -> sql.Composable:
    text = _ENDED if is_full else _NONE_ENDED
    return sql.SQL(text).format(
        table=table_name(entity.name),
        stage=staging_table(staged),
        columns=_commas(_of("t", column.name) for column in columns_of(entity)),
    )


def _issues(entity: Entity) -> sql.Composable:
    """Fields without a value: those whose reference points nowhere, and those that may not be empty."""
    codes: list[sql.Composable] = []
    fields: list[str] = []
    conditions: list[sql.Composable] = []
    for field in entity.fields:
        value = _of("s", field.name)
        if field.target is not None:
            key = _of("s", key_name(field))
            conditions.append(sql.SQL("({} is null and {} is not null)").format(value, key))
            codes.append(sql.SQL("case when {} then 'reference_missing' end").format(conditions[-1]))
            fields.append(field.name)
        if field.required:
            empty = sql.SQL("{} is null").format(value)
            if field.target is not None:
                empty = sql.SQL("({} and {} is null)").format(empty, _of("s", key_name(field)))
            conditions.append(empty)
            codes.append(sql.SQL("case when {} then 'value_missing' end").format(empty))
            fields.append(field.name)
    if not conditions:
        return sql.SQL("")
    return sql.SQL(_ISSUES).format(codes=_commas(codes), fields=sql.Literal(fields), incomplete=_any_of(conditions))


def _has_value(field: Field) -> sql.Composable:
    return sql.SQL("{} is not null").format(sql.Identifier(field.name))


def _all_of(conditions: list[sql.Composable]) -> sql.Composable:
    return sql.SQL(" and ").join(conditions) if conditions else sql.SQL("true")


def _any_of(conditions: list[sql.Composable]) -> sql.Composable:
    return sql.SQL(" or ").join(conditions) if conditions else sql.SQL("false")


def _of(alias: str, column: str) -> sql.Identifier:
    return sql.Identifier(alias, column)


def _commas(parts: Iterable[sql.Composable]) -> sql.Composed:
    return sql.SQL(", ").join(parts)
