-- name: copy_held()
copy ingest.quarantine (batch_id, source_system, table_name, code, field, entity, row_count) from stdin

-- name: waivers(source_system, at)
-- One row per table and reason of a source that somebody decided to live with, at that instant.
select
    latest.table_name,
    latest.code,
    latest.reason,
    latest.waived_by,
    latest.waived_at,
    latest.until
from (
    select distinct on (waiver.table_name, waiver.code)
        waiver.table_name,
        waiver.code,
        waiver.reason,
        waiver.waived_by,
        waiver.waived_at,
        waiver.until,
        waiver.is_lifted
    from ingest.waiver
    where waiver.source_system = :source_system
    order by waiver.table_name asc, waiver.code asc, waiver.id desc
) as latest
where
    not latest.is_lifted
    and (latest.until is null or latest.until > :at)
order by latest.table_name asc, latest.code asc

-- name: enter_waiver(source_system, table_name, code, reason, waived_by, waived_at, machine_at, until, is_lifted)
insert into ingest.waiver
    (source_system, table_name, code, reason, waived_by, waived_at, machine_at, until, is_lifted)
values
    (:source_system, :table_name, :code, :reason, :waived_by, :waived_at, :machine_at, :until, :is_lifted)

-- name: held(source_system)
-- One row per source, table and reason for which rows were ever held back: how many now, how many when it was last so,
-- in which batch and when that was, and when it was first so. A delivery that holds everything says again what is held
-- back; one that does not adds to it.
with taken as (
    select
        batch.id,
        batch.source_system,
        batch.seq,
        batch.finished_at,
        batch.is_full or exists (select from ingest.roll where roll.batch_id = batch.id) as is_whole
    from ingest.batch
    where
        batch.seq is not null
        and (:source_system::text is null or batch.source_system = :source_system)
),
present as (
    select
        taken.source_system,
        coalesce(max(taken.seq) filter (where taken.is_whole), 0) as seq
    from taken
    group by taken.source_system
)
select
    taken.source_system,
    quarantine.table_name,
    quarantine.code,
    quarantine.field,
    quarantine.entity,
    coalesce(sum(quarantine.row_count) filter (where taken.seq >= present.seq), 0)::bigint,
    (array_agg(quarantine.row_count order by taken.seq desc))[1],
    (array_agg(taken.id order by taken.seq desc))[1],
    max(taken.finished_at),
    min(taken.finished_at)
from ingest.quarantine
inner join taken on quarantine.batch_id = taken.id
inner join present on taken.source_system = present.source_system
group by taken.source_system, quarantine.table_name, quarantine.code, quarantine.field, quarantine.entity
order by
    taken.source_system asc,
    quarantine.table_name asc,
    quarantine.code asc,
    quarantine.field asc,
    quarantine.entity asc

-- name: held_of(batch_id)
-- One row per table and reason for which a batch held rows back.
select
    quarantine.table_name,
    quarantine.code,
    quarantine.field,
    quarantine.entity,
    quarantine.row_count
from ingest.quarantine
where quarantine.batch_id = :batch_id
order by quarantine.table_name asc, quarantine.code asc, quarantine.field asc, quarantine.entity asc
