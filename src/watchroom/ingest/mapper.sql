-- name: make_tables()
-- `lost`: one row per row of which no record can be made, since its key is missing or repeats.
-- `mapped`: one row per row that an entity's mapping made, as far as accounting needs it; `problems` of a refused one,
-- as `problems` below tells them.
create table lost (source_table varchar, source_row bigint, field varchar, code varchar);
create table mapped (entity varchar, source_table varchar, source_row bigint, is_refused boolean, problems bigint)

-- name: read_as_decided()
-- `decided`: list, value and code, which is null where it means none.
delete from crosswalk
using decided
where crosswalk.list = decided.list and crosswalk.source_value = decided.source_value;
insert into crosswalk
select
    decided.list,
    decided.source_value,
    decided.code
from decided

-- name: raw_rows(table)
-- One row per good row of a file, every column as it was given.
select *
from query_table(:table)

-- name: lost_rows(at_most)
-- One row per lost row, of each file, field and code the first ones only; with the number of all of them.
with counted as (
    select
        source_file.file,
        lost.source_row,
        lost.field,
        lost.code,
        count(*) over (partition by source_file.file, lost.field, lost.code) as number,
        row_number() over (partition by source_file.file, lost.field, lost.code order by lost.source_row) as nth
    from lost
    inner join source_file on lost.source_table = source_file.source_table
)
select
    counted.file,
    counted.source_row,
    counted.field,
    counted.code,
    counted.number
from counted
where counted.nth <= :at_most
order by counted.file asc, counted.source_row asc, counted.field asc

-- name: findings(at_most)
-- One row per disagreement, of each file, field and code the first ones only; with the number of all of them.
with found as (
    select distinct
        source_file.file,
        finding.source_row,
        finding.field,
        finding.code
    from finding
    inner join source_file on finding.source_table = source_file.source_table
),
counted as (
    select
        found.file,
        found.source_row,
        found.field,
        found.code,
        count(*) over (partition by found.file, found.field, found.code) as number,
        row_number() over (partition by found.file, found.field, found.code order by found.source_row) as nth
    from found
)
select
    counted.file,
    counted.source_row,
    counted.field,
    counted.code,
    counted.number
from counted
where counted.nth <= :at_most
order by counted.file asc, counted.source_row asc, counted.field asc, counted.code asc

-- name: unread_beneath(at_most)
-- One row per value that cannot be read beneath, of each file and column the first ones only; with the number of all.
with counted as (
    select
        source_file.file,
        unread.source_row,
        unread.field,
        count(*) over (partition by source_file.file, unread.field) as number,
        row_number() over (partition by source_file.file, unread.field order by unread.source_row) as nth
    from unread_beneath as unread
    inner join source_file on unread.source_table = source_file.source_table
)
select
    counted.file,
    counted.source_row,
    counted.field,
    counted.number
from counted
where counted.nth <= :at_most
order by counted.file asc, counted.source_row asc, counted.field asc

-- name: tables_without_keys()
-- One row per table with a row of which not even the key could be read.
select distinct lost.source_table
from lost
where lost.code = 'value_missing'
order by lost.source_table asc

-- name: verdict(table)
-- One row: how many rows a mapping made, whether any has no key that can be kept, whether any key may stand twice,
-- whether any has a problem, whether something earlier stays in any.
select
    count(*),
    coalesce(bool_or(t.is_lost), false),
    count(distinct hash(t.source_key)) < count(t.source_key),
    coalesce(bool_or(t.problems <> 0), false),
    coalesce(bool_or(t.keeps), false)
from query_table(:table) as t

-- name: verdict_of_few(table)
-- The same, and the lines of COPY of those that are to be staged.
select
    count(*),
    coalesce(bool_or(t.is_lost), false),
    count(distinct hash(t.source_key)) < count(t.source_key),
    coalesce(bool_or(t.problems <> 0), false),
    coalesce(bool_or(t.keeps), false),
    list(t.line) filter (where not t.is_lost)
from query_table(:table) as t

-- name: problems(table, bits, longest_key, at_most)
-- One row per problem of a row, of each table and problem the first ones only; with the number of all of them.
-- The problem is the number of its bit; -1: the row has no key of its own; -2: its key is too long to be kept.
with found as (
    select
        t.source_table,
        t.source_row,
        unnest(list_filter(range(:bits), lambda bit: (t.problems >> cast(bit as bigint)) & 1 = 1)) as problem
    from query_table(:table) as t
    where not t.is_lost and t.problems <> 0
    union all
    select
        t.source_table,
        t.source_row,
        if(coalesce(strlen(t.source_key) > :longest_key, false), -2, -1)
    from query_table(:table) as t
    where t.is_lost
),
counted as (
    select
        found.source_table,
        found.source_row,
        found.problem,
        count(*) over (partition by found.source_table, found.problem) as number,
        row_number() over (partition by found.source_table, found.problem order by found.source_row) as nth
    from found
)
select
    counted.source_table,
    source_file.file,
    counted.source_row,
    counted.problem,
    counted.number
from counted
left join source_file on counted.source_table = source_file.source_table
where counted.nth <= :at_most
order by source_file.file asc, counted.source_row asc, counted.problem asc

-- name: lines(table)
-- One row per row that is to be staged: its line of COPY.
select t.line
from query_table(:table) as t
where not t.is_lost
