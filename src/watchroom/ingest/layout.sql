-- name: make_sampled()
-- `sampled`: one row per value that is looked at, of which table and column.
create or replace table sampled (source_table varchar, name varchar, value varchar)

-- name: sample(table, label, every)
-- Every so many rows of a table: which ones does not depend on how it was read.
insert into sampled
select
    :label,
    given.name,
    trim(given.value, chr(32) || chr(160))
from (
    unpivot (
        from query_table(:table) as t
        where t.source_row % :every = 0
    ) on columns(* exclude (source_row)) into name name value value
) as given
where trim(given.value, chr(32) || chr(160)) <> ''

-- name: sampled_styles()
-- One row per table, column and style in which values that were looked at are written.
select
    sampled.source_table,
    sampled.name,
    style_of(sampled.value) as style,
    count(*)::bigint as rows,
    mode(if(length(sampled.value) <= 24, shape_of(sampled.value), null)) as shape
from sampled
group by all
order by
    sampled.source_table asc,
    sampled.name asc,
    rows desc,
    style asc
