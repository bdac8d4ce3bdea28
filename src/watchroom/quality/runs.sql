-- name: last_seq()
-- The last sealed sequence; 0: nothing is sealed.
select coalesce(max(sealed.seq), 0)
from ingest.sealed

-- name: keep_run(ran_at, seq)
-- Enters a run and gives its id.
insert into ingest.quality_run (ran_at, seq)
values (:ran_at, :seq)
returning quality_run.id

-- name: copy_results()
-- Takes the results of a run.
copy ingest.quality_result (run_id, check_name, entity, field, bad, of, status) from stdin

-- name: copy_findings()
-- Takes what the rows of each source fail in a run.
copy ingest.quality_finding (run_id, source_system, check_name, severity, entity, field, bad, of) from stdin

-- name: last_run()
-- The last run, if there was one.
select
    quality_run.ran_at,
    quality_run.seq
from ingest.quality_run
order by quality_run.ran_at desc, quality_run.id desc
limit 1

-- name: forget_results(zone, before, run_id, ran_at)
-- Of the day of a run no results stay of runs before it, and none at all of a day before an instant.
delete from ingest.quality_result
where
    quality_result.run_id in (
        select old.id
        from ingest.quality_run as old
        where
            old.ran_at < :before
            or (
                (old.ran_at, old.id) < (:ran_at::timestamptz, :run_id::uuid)
                and (old.ran_at at time zone :zone)::date = (:ran_at::timestamptz at time zone :zone)::date
            )
    )

-- name: forget_runs(zone, before)
-- Of each day before an instant only the last run stays.
delete from ingest.quality_run as old
where
    old.ran_at < :before
    and exists (
        select
        from ingest.quality_run as later
        where
            (later.ran_at at time zone :zone)::date = (old.ran_at at time zone :zone)::date
            and (later.ran_at, later.id) > (old.ran_at, old.id)
    )

-- name: trend(zone, at_most)
-- One row per result of the last run of each of the last days on which there was one, the earliest first.
select
    quality_result.check_name,
    quality_result.entity,
    quality_result.field,
    quality_run.ran_at,
    quality_result.bad,
    quality_result.of,
    quality_result.status
from ingest.quality_result
inner join (
    select distinct on (of_day.day)
        of_day.id,
        of_day.ran_at,
        of_day.day
    from (
        select
            one.id,
            one.ran_at,
            (one.ran_at at time zone :zone)::date as day
        from ingest.quality_run as one
    ) as of_day
    order by of_day.day desc, of_day.ran_at desc, of_day.id desc
    limit :at_most
) as quality_run on quality_result.run_id = quality_run.id
order by quality_run.ran_at asc, quality_run.id asc

-- name: last_totals()
-- One row per source and entity: what the source said last that it has, unless it has delivered since.
select distinct on (control_total.source_system, control_total.entity)
    control_total.source_system,
    control_total.entity,
    control_total.number
from ingest.control_total
where
    control_total.told_at >= (
        select max(sealed.sealed_at)
        from ingest.sealed
        where sealed.source_system = control_total.source_system
    )
order by control_total.source_system asc, control_total.entity asc, control_total.told_at desc

-- name: tell_total(source_system, entity, told_at, number)
-- Enters what a source says that it has of an entity.
insert into ingest.control_total (source_system, entity, told_at, number)
values (:source_system, :entity, :told_at, :number)

-- name: forget_total(source_system, entity)
-- Lets go of what a source said before that it has of an entity.
delete from ingest.control_total
where control_total.source_system = :source_system and control_total.entity = :entity

-- name: last_results()
-- One row per result of the last run.
select
    quality_result.check_name,
    quality_result.entity,
    quality_result.field,
    quality_result.bad,
    quality_result.of,
    quality_result.status
from ingest.quality_result
where
    quality_result.run_id = (
        select quality_run.id
        from ingest.quality_run
        order by quality_run.ran_at desc, quality_run.id desc
        limit 1
    )

-- name: last_findings()
-- One row per source and fault of the last run, as far as it is kept by source.
select
    quality_finding.source_system,
    quality_finding.check_name,
    quality_finding.entity,
    quality_finding.field,
    quality_finding.bad,
    quality_finding.of
from ingest.quality_finding
where
    quality_finding.run_id = (
        select quality_run.id
        from ingest.quality_run
        order by quality_run.ran_at desc, quality_run.id desc
        limit 1
    )

-- name: trend_of_unmet(zone, at_most)
-- As `trend`, of what the last run of all did not find met.
with quality_run as (
    select
        last.id,
        last.ran_at,
        row_number() over (order by last.day desc) as nth
    from (
        select distinct on (of_day.day)
            of_day.id,
            of_day.ran_at,
            of_day.day
        from (
            select
                one.id,
                one.ran_at,
                (one.ran_at at time zone :zone)::date as day
            from ingest.quality_run as one
        ) as of_day
        order by of_day.day desc, of_day.ran_at desc, of_day.id desc
        limit :at_most
    ) as last
),
unmet as (
    select
        found.check_name,
        found.entity,
        found.field
    from ingest.quality_result as found
    inner join quality_run on found.run_id = quality_run.id
    where
        quality_run.nth = 1
        and found.status <> 'met'
)
select
    quality_result.check_name,
    quality_result.entity,
    quality_result.field,
    quality_run.ran_at,
    quality_result.bad,
    quality_result.of,
    quality_result.status
from ingest.quality_result
inner join quality_run on quality_result.run_id = quality_run.id
inner join unmet
    on
        quality_result.check_name = unmet.check_name
        and quality_result.entity is not distinct from unmet.entity
        and quality_result.field is not distinct from unmet.field
order by quality_run.ran_at asc, quality_run.id asc
