"""What a source has, staged, against what stands in the record: the write statement's comparison, without a write."""

from typing import LiteralString, cast

from psycopg import sql

from watchroom.model.catalogue import Entity
from watchroom.store.composing import commas, of
from watchroom.store.identifying import Rules
from watchroom.store.references import complete, resolved_columns, resolving_joins
from watchroom.store.staging import compared, staging_table
from watchroom.store.tables import table_name
from watchroom.store.write_statement import staying

_COMPARE = """
with resolved as materialized (
    select {resolved_columns}
    from {stage} as s
    {joins}
    -- Where a row came from is no difference.
    cross join (select null::bigint as id) as origin
    left join ingest.ended_key as gone
        on gone.entity = {entity} and gone.source_system = %(source_system)s and gone.source_key = s.source_key
    where not s.held
),
beside as materialized (
    select t.id is not null as stands, {differences} as differs
    from (select * from resolved where {complete}) as s
    left join {table} as t on t.source_system = %(source_system)s and t.source_key = s.source_key
),
fields as (
    select name, count(*) as number
    from beside cross join lateral unnest({names}::text[], beside.differs) as field (name, differs)
    where beside.stands and field.differs
    group by name
)
select
    (select count(*) from {stage}),
    (select count(*) from {table} as t where t.source_system = %(source_system)s),
    (select count(*) from beside where not stands),
    (
        select count(*) from {table} as t
        where
            t.source_system = %(source_system)s
            and not exists (select from {stage} as s where s.source_key = t.source_key)
    ),
    (select count(*) from beside where stands and true = any(differs)),
    (select coalesce(jsonb_object_agg(name, number), '{{}}') from fields)
"""


def compare_statement(entity: Entity, staged: str, *, is_full: bool, keeps: bool, rules: Rules = ()) -> LiteralString:
    """The statement that compares what stands in the staging table `staged` with the record.

    Parameters: source_system, agency_code. Its one row: how many the source has, how many stand, how many only the
    source has, only the record has, how many differ, and in how many each field does.

    Args:
        entity: of the catalogue.
        staged: name of the staging table.
        is_full: the source gives everything.
        keeps: some rows name columns in `kept`.
        rules: by which references are found beyond the source.
    """
    columns = compared(entity)
    text = sql.SQL(_COMPARE).format(
        entity=sql.Literal(entity.name),
        table=table_name(entity.name),
        stage=staging_table(staged),
        resolved_columns=resolved_columns(entity, is_full=is_full, keeps=keeps, rules=rules),
        joins=resolving_joins(entity, staged, is_full=is_full, rules=rules),
        complete=complete(entity),
        names=sql.Literal([column.name for column in columns]),
        differences=sql.SQL("array[{}]").format(
            commas(
                sql.SQL("{} is distinct from {}").format(of("t", column.name), staying(entity, column, keeps=keeps))
                for column in columns
            )
        ),
    )
    # Composed of our own text and of quoted names of the model.
    return cast(LiteralString, text.as_string())
