"""The text of the one write statement of an entity, composed from the model.

It resolves source keys to ids, merges, ends what a full batch no longer names, and writes history, change rows
and kept keys, all as one statement over one snapshot. One row and ten million take the same text.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import LiteralString, cast

from psycopg import sql

from watchroom.model.catalogue import HISTORY_COLUMNS, Column, Entity, FieldKind, columns_of
from watchroom.store.composing import commas, of
from watchroom.store.identifying import Rules, scope_columns
from watchroom.store.references import Ways, complete, incomplete, issues_of, resolved_columns, resolving_joins
from watchroom.store.staging import compared, staging_table
from watchroom.store.tables import history_of, names, standing_table, stored_columns, table_name

_STATEMENT = """
with resolved as materialized (
    select {resolved_columns}
    from {stage} as s
    {joins}
    left join ingest.file as origin on {is_origin}
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
{told}
noted as ({issues})
select
    counted.staged,
    counted.staged - counted.complete,
    made.new,
    made.changed,
    (select count(*) from ended),
    counted.incomplete
from (
    select
        count(*) as staged,
        count(*) filter (where {complete}) as complete,
        count(*) filter (where {incomplete}) as incomplete
    from resolved
) as counted
cross join (
    select
        count(*) filter (where action = 'INSERT') as new,
        count(*) filter (where action = 'UPDATE') as changed
    from merged
) as made
"""

# What is written beside the record has no past and is told to nobody.
_TOLD = """kept as (
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
    where {is_told}
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
),"""
_IN_BATCH = "origin.batch_id = %(batch_id)s and origin.name = s.file"
# Beside the record several batches are one after the other: a row names its file by the number, `12/OFFENDERS.csv`.
_BY_NUMBER = "origin.id = substring(s.file from '^([0-9]+)/')::bigint"

_ENDED = """
    delete from {table} as t
    where
        t.source_system = %(source_system)s
        and not exists (select from {stage} as s where s.source_key = t.source_key)
    returning {columns}
"""

# Staff, and messages that withdraw, take back what they wrote, by its key.
_TAKEN_BACK = """
    delete from {table} as t
    where t.source_system = %(source_system)s and t.source_key = any(%(taken_back)s::text[])
    returning {columns}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How rows are given, as far as the statement differs by it.

    Attributes:
        is_full: what is not named ends.
        keeps: some rows name columns in `kept`. Others are compared without a look at it, which would cost them.
        is_typed: staff wrote it: they point at rows by id, and what they take back (`taken_back`) ends.
        rules: by which references are found beyond the source.
        is_beside: it is written beside the record.
    """

    is_full: bool
    keeps: bool = False
    is_typed: bool = False
    rules: Rules = ()
    is_beside: bool = False


@lru_cache(maxsize=256)
def write_statement(entity: Entity, staged: str, way: Way) -> LiteralString:
    """The statement that writes what stands in the staging table `staged`.

    Parameters: batch_id, seq, recorded_at, source_system, agency_code, taken_back. Its one row: how many rows were
    staged, held for a missing value, new, changed, ended, and how many lack a value; which ones they are is in `noted`.
    What stands under the keys in `taken_back` ends; a full batch takes nothing back, it leaves it out.

    Args:
        entity: of the catalogue.
        staged: name of the staging table.
        way: how its rows are given.
    """
    is_full, keeps, rules = way.is_full, way.keeps, way.rules
    columns = stored_columns(entity)
    text = sql.SQL(_STATEMENT).format(
        entity=sql.Literal(entity.name),
        table=standing_table(entity.name, is_beside=way.is_beside),
        told=sql.SQL("") if way.is_beside else _told(entity, rules),
        is_origin=sql.SQL(_BY_NUMBER if way.is_beside else _IN_BATCH),
        stage=staging_table(staged),
        resolved_columns=resolved_columns(entity, is_full=is_full, keeps=keeps, rules=rules),
        joins=resolving_joins(
            entity, staged, is_full=is_full, by=Ways(ids=way.is_typed, beside=way.is_beside), rules=rules
        ),
        complete=complete(entity),
        columns=names(column.name for column in columns),
        ended=_ended(entity, staged, way=way),
        issues=issues_of(entity, rules),
        incomplete=incomplete(entity),
        **_merge_parts(entity, keeps=keeps, rules=rules),
        **_change_parts(entity),
    )
    # Composed of our own text and of quoted names of the model.
    return cast(LiteralString, text.as_string())


def _told(entity: Entity, rules: Rules) -> sql.Composable:
    """What a write leaves beside the rows: history, changes, and keys that ended or returned."""
    columns = stored_columns(entity)
    # Its own source's word on its restriction is shown to nobody, so that alone is no change that is told.
    is_told = "m.action = 'INSERT' or m.changed <> '{}'" if scope_columns(entity, rules) else "true"
    return sql.SQL(_TOLD).format(
        entity=sql.Literal(entity.name),
        history=table_name(history_of(entity)),
        columns=names(column.name for column in columns),
        history_columns=names(column.name for column in (*columns, *HISTORY_COLUMNS)),
        is_told=sql.SQL(is_told),
        **_change_parts(entity),
    )


def _merge_parts(entity: Entity, *, keeps: bool, rules: Rules) -> dict[str, sql.Composable]:
    columns = stored_columns(entity)
    is_placed = bool(scope_columns(entity, rules))
    stamped: dict[str, sql.Composable] = {
        "id": sql.SQL("coalesce(s.new_id, uuidv7())"),
        "agency_code": sql.SQL("%(agency_code)s"),
        "source_system": sql.SQL("%(source_system)s"),
        "batch_id": sql.SQL("%(batch_id)s"),
        "recorded_from": sql.SQL("%(recorded_at)s"),
        "seq_from": sql.SQL("%(seq)s"),
        "origin_file": sql.SQL("s.origin_file"),
        "origin_row": sql.SQL("s.row"),
        # Of a new row nothing stood that could stay.
        "origin_kept": sql.SQL("null"),
        "origin_restricted": sql.SQL("s.origin_restricted" if is_placed else "null::boolean"),
    }
    # INVARIANT: what its own source says of a row's restriction is never lost behind that of its person.
    own_word = ["origin_restricted"] if is_placed else []
    values = {column.name: stamped.get(column.name, of("s", column.name)) for column in columns}
    placed = dict[str, sql.Composable]()
    if keeps:
        # What was staged of what stands, and not of a row of a source, came from where it came from before.
        placed = {
            name: sql.SQL("case when s.kept is not null and s.file is null then {} else {} end").format(
                of("t", name), stamped[name]
            )
            for name in ("origin_file", "origin_row")
        }
        # Of a new row nothing stood that could be doubtful.
        values["unreliable_dates"] = sql.SQL(
            "case when s.kept is null then s.unreliable_dates else array("
            "select name from unnest(s.unreliable_dates) as name where name <> all(s.kept)) end"
        )
    updated = {column.name: stamped.get(column.name, staying(entity, column, keeps=keeps)) for column in columns}
    updated |= placed
    updated["origin_kept"] = _stayed(entity, keeps=keeps)
    kept = {"id", "source_system", "source_key"}
    return {
        "old_values": commas(of("t", name) for name in (*(column.name for column in compared(entity)), *own_word)),
        "new_values": commas(
            [
                *(staying(entity, column, keeps=keeps) for column in compared(entity)),
                *(of("s", name) for name in own_word),
            ]
        ),
        "assignments": commas(
            sql.SQL("{} = {}").format(sql.Identifier(name), value)
            for name, value in updated.items()
            if name not in kept
        ),
        "inserted": commas(values.values()),
        "old_columns": commas(
            sql.SQL("{} as {}").format(of("old", column.name), sql.Identifier(column.name)) for column in columns
        ),
    }


def staying(entity: Entity, column: Column, *, keeps: bool) -> sql.Composable:
    """The value that a row which is there already takes, where rows may name columns whose earlier value stays."""
    if not keeps:
        return _renewed(column)
    if column.name != "unreliable_dates":
        return sql.SQL("case when {} = any(s.kept) then {} else {} end").format(
            sql.Literal(column.name), of("t", column.name), _renewed(column)
        )
    # A date that stays is as doubtful as it was, and where the source says so, doubtful; none is where nothing stood.
    # The order is that in which a mapping gives them.
    dates = [field.name for field in entity.fields if field.kind in (FieldKind.DATE, FieldKind.INSTANT)]
    if not dates:
        return of("s", column.name)
    return sql.SQL(
        "case when s.kept is null then s.unreliable_dates else array("
        "select given.name from unnest({}::text[], array[{}]) with ordinality as given (name, stood, nth)"
        " where given.name = any(s.unreliable_dates) and (given.stood or given.name <> all(s.kept))"
        " or given.name = any(s.kept) and given.name = any(t.unreliable_dates)"
        " order by given.nth) end"
    ).format(sql.Literal(dates), commas(sql.SQL("{} is not null").format(of("t", name)) for name in dates))


def _stayed(entity: Entity, *, keeps: bool) -> sql.Composable:
    """The columns of a row which is there already in which what stood stays: see `_staying` and `_renewed`."""
    dates = [field.name for field in entity.fields if field.default_instant]
    kept = sql.SQL("s.kept" if keeps else "null::text[]")
    if not dates:
        return kept
    return sql.SQL("nullif({} || array_remove(array[{}]::text[], null), '{{}}')").format(
        kept,
        commas(
            sql.SQL("case when {0} = any(s.unreliable_dates) and {0} = any(t.unreliable_dates) then {0} end").format(
                sql.Literal(name)
            )
            for name in dates
        ),
    )


def _renewed(column: Column) -> sql.Composable:
    """The value that a row which is there already takes from staging.

    A date that is the source's default then and now is no news: every extract fills in its own instant.
    """
    if column.field is None or not column.field.default_instant:
        return of("s", column.name)
    return sql.SQL(
        "case when {0} = any(s.unreliable_dates) and {0} = any(t.unreliable_dates) then {1} else {2} end"
    ).format(sql.Literal(column.name), of("t", column.name), of("s", column.name))


def _change_parts(entity: Entity) -> dict[str, sql.Composable]:
    parts: dict[str, sql.Composable] = {
        "differences": commas(
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
            commas(sql.SQL("{}::text").format(of("m", column.name)) for column in compared(entity)),
        ),
    }
    parts |= category_parts(entity)
    present = {column.name for column in columns_of(entity)}
    subject = "id" if entity.name == "person" else "person_id"
    for part, name, absent in (
        ("subject", subject, sql.SQL("null::uuid")),
        ("site", "site_code", sql.SQL("null")),
        ("unit", "unit_code", sql.SQL("null")),
    ):
        parts[f"new_{part}"] = of("new", name) if name in present else absent
        parts[f"old_{part}"] = of("m", name) if name in present else absent
    return parts


def category_parts(entity: Entity) -> dict[str, sql.Composable]:
    """The categories of news of an entity: all of them, and those of the columns that are in `m.changed`."""
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


def _ended(entity: Entity, staged: str, *, way: Way) -> sql.Composable:
    return sql.SQL(_ENDED if way.is_full else _TAKEN_BACK).format(
        table=standing_table(entity.name, is_beside=way.is_beside),
        stage=staging_table(staged),
        columns=commas(of("t", column.name) for column in stored_columns(entity)),
    )
