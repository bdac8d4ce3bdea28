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

-- name: forget_runs(at_most)
-- Leaves the last runs only.
delete from ingest.quality_run as old
where
    old.id in (
        select quality_run.id
        from ingest.quality_run
        order by quality_run.ran_at desc, quality_run.id desc
        offset :at_most
    )

-- name: trend(at_most)
-- One row per result of the last runs, the earliest first.
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
    select
        last.id,
        last.ran_at
    from ingest.quality_run as last
    order by last.ran_at desc, last.id desc
    limit :at_most
) as quality_run on quality_result.run_id = quality_run.id
order by quality_run.ran_at asc, quality_run.id asc

-- name: last_totals()
-- One row per source and entity: what the source said last that it has.
select distinct on (control_total.source_system, control_total.entity)
    control_total.source_system,
    control_total.entity,
    control_total.number
from ingest.control_total
order by control_total.source_system asc, control_total.entity asc, control_total.told_at desc

-- name: tell_total(source_system, entity, told_at, number)
-- Enters what a source says that it has of an entity.
insert into ingest.control_total (source_system, entity, told_at, number)
values (:source_system, :entity, :told_at, :number)
on conflict (source_system, entity, told_at) do update set number = excluded.number

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

-- name: trend_of_unmet(at_most)
-- One row per result of the last runs, the earliest first, of what the last one of them did not find met.
with quality_run as (
    select
        last.id,
        last.ran_at,
        row_number() over (order by last.ran_at desc, last.id desc) as nth
    from ingest.quality_run as last
    order by last.ran_at desc, last.id desc
    limit :at_most
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
