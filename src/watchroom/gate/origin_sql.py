"""Where a visible row came from, and its raw row as far as the asker may see it, as SQL (ADR 37).

A column of the raw row is shown where the record shows whole what it gives, and nothing else that it is behind is kept
back: see `_COLUMNS`. A column that gives no field of the record is shown to nobody. A raw row that names somebody who
is hidden looks like one that is not kept any more.
"""

from psycopg import sql

from watchroom.gate.asking import Asking
from watchroom.gate.rows_sql import text_array
from watchroom.model.catalogue import Catalogue, Entity
from watchroom.policy.clauses import ALWAYS_SHOWN
from watchroom.policy.decision import Decision

# Of a version of a row; see `store.tables` for the last four.
ORIGIN_COLUMNS = (
    "id",
    "source_system",
    "batch_id",
    "seq_from",
    "recorded_from",
    "unreliable_dates",
    "origin_file",
    "origin_row",
    "origin_kept",
    "origin_restricted",
)

# One row per visible row. `gave` is the batch whose delivery held the row: not the one that made the version where that
# changed some values only, as the decision of a code does. `columns` are those of the raw row's file, `values` what may
# be shown of each, `open` whether it may be; all three are NULL where there is no raw row to be shown.
_ORIGINS = """
select
    v.id,
    v.source_system,
    v.batch_id,
    v.seq_from,
    v.recorded_from,
    v.unreliable_dates,
    v.origin_row as row,
    v.origin_kept as kept,
    v.origin_restricted is not null as is_placed,
    v.withheld,
    source.kind as source_kind,
    coalesce({made_by} ->> 'mapping', source.mapping) as mapping,
    {made_by} ->> 'mapping_version' as mapping_version,
    batch.as_at,
    batch.dated_by,
    gave.lineage,
    sealed.sealed_at,
    gave.id as gave_batch_id,
    gave.seq as gave_seq,
    gave.as_at as gave_as_at,
    gave.dated_by as gave_dated_by,
    gave_sealed.sealed_at as gave_sealed_at,
    file.name as file,
    file.table_name,
    file.erased_at,
    first_batch.id as first_batch_id,
    coalesce(shown.is_there, false) as is_there,
    shown.columns,
    shown.shown_values as values,
    shown.opens as open,
    issues.fields as issue_fields,
    issues.codes as issue_codes,
    drifted.fields as drift_fields,
    drifted.changes as drift_changes
from ({versions}) as v
left join ingest.source as source on source.name = v.source_system
left join ingest.batch as batch on batch.id = v.batch_id
left join ingest.sealed as sealed on sealed.seq = v.seq_from
left join ingest.file as file on file.id = v.origin_file
left join ingest.batch as gave on gave.id = coalesce(file.batch_id, v.batch_id)
left join ingest.sealed as gave_sealed on gave_sealed.seq = gave.seq
left join ingest.file as first_file on first_file.id = file.same_as
left join ingest.batch as first_batch on first_batch.id = first_file.batch_id
left join ingest.raw_row as raw on raw.file_id = coalesce(file.same_as, file.id) and raw.row = v.origin_row
left join lateral ({columns}) as shown on true
left join lateral (
    select
        array_agg(issue.field order by issue.field, issue.code) as fields,
        array_agg(issue.code order by issue.field, issue.code) as codes
    from ingest.issue as issue
    where
        issue.batch_id = gave.id
        and issue.file = file.name
        and issue.row = v.origin_row
        and issue.field = any (shown.open_columns)
) as issues on true
left join lateral (
    select
        array_agg(drift.field order by drift.field, drift.what) as fields,
        array_agg(drift.what order by drift.field, drift.what) as changes
    from ingest.drift as drift
    cross join {asked}
    where
        drift.source_system = v.source_system
        and drift.entity = {entity}
        and drift.field is not null
        and {has_begun}
        and (drift.ended_at is null or not {is_over})
) as drifted on true
"""

# What a batch says of the mapping that made it; one that was made before that was kept says nothing.
_MADE_BY = sql.SQL("to_jsonb(gave)")

# INVARIANT: a column is open where it gives the record a field, no field of the record that it is behind is withheld,
# and what it gives records of another entity is agreed to be shown whole, or no more sensitive than what it gives here.
# Where records are hidden from the asker, one of them may be made of the same row: no column of another entity is open.
# Without a lineage nobody knows what a column is behind, so it is closed.
_COLUMNS = """
select
    true as is_there,
    array_agg(given.name order by given.nth) as columns,
    array_agg(case when given.is_open then raw.fields[given.nth] end order by given.nth) as shown_values,
    array_agg(given.is_open order by given.nth) as opens,
    coalesce(array_agg(upper(given.name)) filter (where given.is_open), array[]::text[]) as open_columns
from (
    select header.name, header.nth, coalesce(behind.is_open, false) as is_open
    from unnest(file.header) with ordinality as header (name, nth)
    left join lateral (
        select
            bool_or({own} and used.is_given)
            and not bool_or({own} and used.field = any (v.withheld))
            and coalesce(array_agg(used.sensitivity) filter (where {elsewhere}), array[]::text[])
                <@ coalesce(array_agg(used.sensitivity) filter (where {own} and used.is_given), array[]::text[])
            and (cardinality(v.hidden_records) = 0 or bool_and({own}))
            as is_open
        from ingest.column_use as used
        where
            used.lineage = gave.lineage
            and used.table_name = file.table_name
            and used.column_name = upper(header.name)
    ) as behind on true
) as given
where raw.fields is not null and not ({names_hidden})
having count(*) > 0
"""

# Whether a raw row names a person who is hidden from the asker: by the key of their own source, in a column that finds
# a person, or by a number of theirs that stands anywhere in it; as they are, or ever were: an ended row names them too.
_NAMES_HIDDEN = """
    exists (
        select
        from unnest(v.hidden) as hidden (id)
        cross join lateral (
            select one.source_system, one.source_key, one.prison_number
            from record.person as one
            where one.id = hidden.id
            union
            select past.source_system, past.source_key, past.prison_number
            from record.person_history as past
            where past.id = hidden.id
        ) as person
        inner join unnest(raw.fields) with ordinality as cell (value, nth) on cell.value is not null
        where
            (
                person.source_system = v.source_system
                and ltrim(btrim(cell.value), '0') = ltrim(btrim(person.source_key), '0')
                and exists (
                    select
                    from ingest.column_use as used
                    where
                        used.lineage = gave.lineage
                        and used.table_name = file.table_name
                        and used.column_name = upper(file.header[cell.nth])
                        and used.entity || '.' || used.field = any ({finding})
                )
            )
            or length(person.prison_number) >= {short} and strpos(upper(cell.value), upper(person.prison_number)) > 0
            or exists (
                select
                from record.person_identifier as number
                where
                    number.person_id = hidden.id
                    and length(number.value) >= {short}
                    and strpos(upper(cell.value), upper(number.value)) > 0
            )
            or exists (
                select
                from record.person_identifier_history as number
                where
                    number.person_id = hidden.id
                    and length(number.value) >= {short}
                    and strpos(upper(cell.value), upper(number.value)) > 0
            )
    )
"""
# A number that is shorter may stand for anything.
_SHORT = 5

NO_ORIGIN = """
select
    null::uuid as id, null::text as source_system, null::uuid as batch_id, null::bigint as seq_from,
    null::timestamptz as recorded_from, null::text[] as unreliable_dates, null::bigint as row, null::text[] as kept,
    null::boolean as is_placed,
    null::text[] as withheld, null::text as source_kind, null::text as mapping, null::text as mapping_version,
    null::timestamptz as as_at, null::text as dated_by, null::text as lineage, null::timestamptz as sealed_at,
    null::uuid as gave_batch_id, null::bigint as gave_seq, null::timestamptz as gave_as_at,
    null::text as gave_dated_by, null::timestamptz as gave_sealed_at,
    null::text as file, null::text as table_name, null::timestamptz as erased_at, null::uuid as first_batch_id,
    false as is_there, null::text[] as columns, null::text[] as values, null::boolean[] as open,
    null::text[] as issue_fields, null::text[] as issue_codes, null::text[] as drift_fields,
    null::text[] as drift_changes
where false
"""


def origins(
    entity: Entity, versions: sql.Composable, *, decision: Decision, model: Catalogue, asking: Asking
) -> sql.Composable:
    """Where the rows of an entity came from.

    Args:
        entity: of the model.
        versions: a query of the visible rows with `ORIGIN_COLUMNS`, `withheld`, and who and which records are `hidden`.
        decision: whose audience it is for.
        model: of the node.
        asking: as of when; what a source did not give as before is that of then.
    """
    own = sql.SQL("(used.entity = {})").format(sql.Literal(entity.name))
    elsewhere = sql.SQL(
        "used.entity <> {} and used.is_given and used.sensitivity is not null"
        " and used.entity || '.' || used.field <> all ({})"
    ).format(sql.Literal(entity.name), text_array(_shown_whole(decision, beside=entity)))
    names_hidden = sql.SQL(_NAMES_HIDDEN).format(finding=text_array(_finding_people(model)), short=sql.Literal(_SHORT))
    columns = sql.SQL(_COLUMNS).format(own=own, elsewhere=elsewhere, names_hidden=names_hidden)
    return sql.SQL(_ORIGINS).format(
        versions=versions,
        columns=columns,
        made_by=_MADE_BY,
        entity=sql.Literal(entity.name),
        asked=asking.source,
        has_begun=asking.was_known(sql.Identifier("drift", "since")),
        # At present what has ended has ended, by whatever clock.
        is_over=asking.was_known(sql.Identifier("drift", "ended_at")) if asking.is_past else sql.SQL("true"),
    )


def _shown_whole(decision: Decision, *, beside: Entity) -> list[str]:
    """The fields, as `entity.field`, that some clause shows whole on the days of those that show an entity."""
    days = {(grant.valid_from, grant.valid_to) for grant in decision.rows_of(beside.name)}
    return sorted(
        {
            f"{grant.clause.entity}.{name}"
            for grant in decision.grants
            if not grant.clause.is_count_only and (grant.valid_from, grant.valid_to) in days
            for name in (*grant.clause.fields, *ALWAYS_SHOWN)
            if name not in grant.clause.masks
        }
    )


def _finding_people(model: Catalogue) -> list[str]:
    """The fields, as `entity.field`, that name a person, or are how a person is known."""
    named = [
        f"{entity.name}.{field.name}"
        for entity in model.entities.values()
        for field in entity.fields
        if field.target == "person"
    ]
    return ["person.source_key", *named]
