-- name: make_refused()
-- One row per row that the store did not write for an entity.
create table refused (entity varchar, file varchar, source_row bigint, code varchar, field varchar)

-- name: settle()
-- `fate`: one row per row of which a mapping made something: whether any of it was written.
create table fate as
select
    mapped.source_table,
    mapped.source_row,
    bool_or(not mapped.is_refused and refused.source_row is null) as is_taken
from mapped
left join source_file on mapped.source_table = source_file.source_table
left join refused
    on
        mapped.entity = refused.entity
        and source_file.file = refused.file
        and mapped.source_row = refused.source_row
group by
    mapped.source_table,
    mapped.source_row

-- name: fates()
-- One row per table and verdict: how many of its rows were taken, held, or lost for want of a key of their own.
select
    fate.source_table,
    if(fate.is_taken, 'taken', 'held') as verdict,
    count(*) as number
from fate
group by all
union all
select
    lost.source_table,
    'lost',
    count(*)
from lost
group by all

-- name: not_used(table, at_most)
-- One row per row that no mapping took and no rule explains, the first ones only; with the number of all of them.
with counted as (
    select
        unexplained.source_row,
        count(*) over () as number,
        row_number() over (order by unexplained.source_row) as nth
    from query_table(:table) as unexplained
    where unexplained.verdict = 'not_used'
)
select
    counted.source_row,
    counted.number
from counted
where counted.nth <= :at_most
order by counted.source_row asc

-- name: verdicts(table)
-- One row per verdict: the number of the rule that rows count by, or `not_used`.
select
    unexplained.verdict,
    count(*)
from query_table(:table) as unexplained
group by unexplained.verdict
