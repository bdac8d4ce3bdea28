-- name: give_room()
-- Hash tables of a batch stay in memory, and each is planned for its own size: of messages the staging tables stay, and
-- a plan that was made for one row would go through a hundred thousand. Until the transaction ends.
set local work_mem = '128MB';
set local plan_cache_mode = 'force_custom_plan'

-- name: issues(entity, at_most)
-- One row per field of a staged row without a value, of each code, file and field the first ones only.
with counted as (
    select
        noted.code,
        noted.file,
        noted.row,
        noted.field,
        count(*) over (partition by noted.code, noted.file, noted.field) as number,
        row_number() over (partition by noted.code, noted.file, noted.field order by noted.row) as nth
    from pg_temp.noted
    where noted.entity = :entity
)
select
    counted.code,
    counted.file,
    counted.row,
    counted.field,
    counted.number
from counted
where counted.nth <= :at_most
order by counted.file asc nulls first, counted.row asc nulls first, counted.field asc, counted.code asc

-- name: count_unnamed(entity)
-- One row: of how many staged rows only the place is kept, since the person was erased.
select count(*)
from pg_temp.noted
where noted.entity = :entity and noted.code = 'erased_in_custody'

-- name: held_places(entity, fields)
-- One row per staged row that is not written, with the first reason: a field has no value, or it was erased before.
select distinct on (noted.file, noted.row)
    noted.file,
    noted.row,
    noted.code,
    noted.field
from pg_temp.noted
where
    noted.entity = :entity
    and (noted.field = any(:fields::text[]) or noted.code in ('erased_before', 'erased_in_custody'))
    and noted.row is not null
order by noted.file asc, noted.row asc, noted.code asc, noted.field asc

-- name: has_erased(source_system, entities, has_numbers)
-- One row: whether some record of these entities, of that source, was erased and may not come back, or somebody whom
-- it names by a number that others have.
select
    exists (
        select
        from ingest.tombstone
        where
            tombstone.source_system = :source_system
            and tombstone.entity = any(:entities::text[])
            and tombstone.lifted_at is null
    )
    or :has_numbers
    and exists (
        select
        from ingest.erased_name
        where erased_name.source_system = ''
    )

-- name: known_rows(tables)
-- One row per table: how many rows the planner believes it to have; -1 when it was never told.
select
    given.name,
    pg_class.reltuples
from unnest(:tables::text[]) as given (name)
inner join pg_class on given.name::regclass = pg_class.oid
order by given.name asc
