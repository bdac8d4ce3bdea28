-- name: add_source(name, kind, location, mapping, agency_code, time_zone, expected_every_seconds, added_at, options, poll_seconds, shrinks_percent, is_full)
-- No row when the name is taken.
insert into ingest.source
    (name, kind, location, mapping, agency_code, time_zone, expected_every_seconds, added_at, options, poll_seconds,
    shrinks_percent, is_full)
values
    (:name, :kind, :location, :mapping, :agency_code, :time_zone, :expected_every_seconds, :added_at, :options::jsonb,
    :poll_seconds, :shrinks_percent, :is_full)
on conflict (name) do nothing
returning name

-- name: expect_every(name, expected_every_seconds)
-- No row when there is no source of that name.
update ingest.source
set expected_every_seconds = :expected_every_seconds
where source.name = :name
returning source.name

-- name: let_shrink(name, shrinks_percent)
-- No row when there is no source of that name.
update ingest.source
set shrinks_percent = :shrinks_percent
where source.name = :name
returning source.name

-- name: sources()
-- One row per source.
select
    source.name,
    source.kind,
    source.location,
    source.mapping,
    source.agency_code,
    source.time_zone,
    source.expected_every_seconds,
    source.is_full,
    source.shrinks_percent,
    source.options,
    source.poll_seconds,
    source.added_at,
    source_ending.ended_at
from ingest.source
left join ingest.source_ending on source.name = source_ending.source_system and source_ending.resumed_at is null
order by source.name asc

-- name: open_batch(id, source_system, agency_code, as_at, dated_by, started_at, is_full, mapping, mapping_version, mapping_digest, rerun_of, machine_started_at, delivery, delivery_digest)
insert into ingest.batch (
    id, source_system, agency_code, as_at, dated_by, started_at, is_full,
    mapping, mapping_version, mapping_digest, rerun_of, machine_started_at, delivery, delivery_digest
)
values (
    :id, :source_system, :agency_code, :as_at, :dated_by, :started_at, :is_full,
    :mapping, :mapping_version, :mapping_digest, :rerun_of, coalesce(:machine_started_at::timestamptz, clock_timestamp()),
    :delivery, :delivery_digest
)

-- name: keep_digest(id, delivery_digest)
-- What was delivered is known once all of it was read.
update ingest.batch
set delivery_digest = :delivery_digest
where batch.id = :id

-- name: set_batch_aside(id)
-- It is a post that nobody can read.
update ingest.batch
set is_set_aside = true
where batch.id = :id

-- name: close_batch(id, status, seq, as_at, dated_by, finished_at, totals)
update ingest.batch
set status = :status, seq = :seq, as_at = :as_at, dated_by = :dated_by, finished_at = :finished_at, totals = :totals::jsonb
where batch.id = :id

-- name: rows_before(source_system)
-- One row per file of the last sealed batch of the source.
select
    file.name,
    file.row_count,
    file.header
from ingest.file
where file.batch_id = (
    select sealed.batch_id
    from ingest.sealed
    where sealed.source_system = :source_system
    order by sealed.seq desc
    limit 1
)

-- name: last_extract(source_system)
-- The instant of the extract of the last sealed batch of the source; no row when there was none.
select batch.as_at
from ingest.sealed
inner join ingest.batch on sealed.batch_id = batch.id
where sealed.source_system = :source_system
order by sealed.seq desc
limit 1

-- name: last_mapping(source_system)
-- Which mapping made the last sealed batch of the source; no row when there was none, or that was not kept.
select
    batch.mapping,
    batch.mapping_version,
    batch.mapping_digest
from ingest.sealed
inner join ingest.batch on sealed.batch_id = batch.id
where sealed.source_system = :source_system
order by sealed.seq desc
limit 1

-- name: mappings_that_made()
-- One row per source of which something stands: the mapping that made its last sealed batch, where that was kept.
select
    latest.source_system,
    latest.mapping,
    latest.mapping_version,
    latest.mapping_digest
from (
    select distinct on (sealed.source_system)
        sealed.source_system,
        batch.mapping,
        batch.mapping_version,
        batch.mapping_digest
    from ingest.sealed
    inner join ingest.batch on sealed.batch_id = batch.id
    where not batch.is_before_end
    order by sealed.source_system asc, sealed.seq desc
) as latest
where latest.mapping is not null
order by latest.source_system asc

-- name: copy_issues()
copy ingest.issue (batch_id, source_system, entity, file, row, field, code, severity, message, holds, place) from stdin

-- name: places()
-- One row per unit of an establishment, and one per establishment for what belongs to none.
select distinct
    location.site_code,
    location.unit_code
from record.location
where location.site_code is not null
order by location.site_code asc, location.unit_code asc
