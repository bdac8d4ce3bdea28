-- name: lost_reasons()
-- One row per table, reason and column for which rows of it have no key of their own.
select
    lost.source_table,
    lost.code,
    lost.field,
    count(*)
from lost
group by all

-- name: held_reasons()
-- One row per table, entity and reason for which rows of it were held back; of several the first entity's. `problems`
-- are those of the mapping; without any the store found code and field.
with held as (
    select
        mapped.source_table,
        mapped.entity,
        mapped.problems,
        refused.code,
        refused.field
    from mapped
    inner join fate
        on mapped.source_table = fate.source_table and mapped.source_row = fate.source_row and not fate.is_taken
    left join source_file on mapped.source_table = source_file.source_table
    left join refused
        on
            mapped.entity = refused.entity
            and source_file.file = refused.file
            and mapped.source_row = refused.source_row
    qualify
        row_number() over (
            partition by mapped.source_table, mapped.source_row
            order by mapped.entity asc, mapped.problems asc nulls last
        ) = 1
)
select
    held.source_table,
    held.entity,
    held.problems,
    held.code,
    held.field,
    count(*)
from held
group by all
