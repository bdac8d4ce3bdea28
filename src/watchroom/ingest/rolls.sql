-- name: last_roll(source_system)
-- The last roll of the source that was taken since it last ended, with its only file; no row when there was none.
select
    roll.day,
    roll.row_count,
    roll.fingerprint,
    roll.batch_id,
    batch.as_at,
    file.name,
    file.header,
    file.erased_at
from ingest.roll
inner join ingest.batch on roll.batch_id = batch.id
inner join ingest.file on roll.batch_id = file.batch_id
where
    roll.source_system = :source_system
    and roll.verdict = 'taken'
    and not batch.is_before_end
order by batch.seq desc
limit 1

-- name: last_day(source_system)
-- One row: the last day of which the source delivered a roll since it last ended, whatever became of it.
select max(roll.day)
from ingest.roll
inner join ingest.batch on roll.batch_id = batch.id
where
    roll.source_system = :source_system
    and roll.verdict in ('taken', 'stale', 'held')
    and not batch.is_before_end

-- name: taken_before(source_system, day, sha256, fingerprint)
-- One row, of rolls since the source last ended: whether the same bytes were delivered for the same day and dealt with,
-- and whether the same rows were taken.
select
    coalesce(bool_or(roll.day = :day and roll.sha256 = :sha256 and roll.verdict in ('taken', 'stale')), false),
    coalesce(bool_or(roll.fingerprint = :fingerprint and roll.verdict = 'taken'), false)
from ingest.roll
inner join ingest.batch on roll.batch_id = batch.id
where
    roll.source_system = :source_system
    and not batch.is_before_end

-- name: earlier_episodes(source_system)
-- One row per person: the last time in custody that rolls of the source told.
select distinct on (person.source_key)
    person.source_key as person_key,
    custody_episode.source_key as episode_key,
    to_char(custody_episode.valid_from at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as first_at,
    to_char(custody_episode.valid_to at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as last_at,
    to_char(custody_episode.begun_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as begun_at,
    custody_episode.status_source_value as status,
    custody_episode.legal_status_source_value as legal_status,
    custody_episode.category_source_value as category
from record.custody_episode
inner join record.person on custody_episode.person_id = person.id
where custody_episode.source_system = :source_system
order by person.source_key asc, custody_episode.valid_from desc, custody_episode.source_key desc

-- name: enter_roll(batch_id, source_system, day, sha256, fingerprint, row_count, verdict)
insert into ingest.roll (batch_id, source_system, day, sha256, fingerprint, row_count, verdict)
values (:batch_id, :source_system, :day, :sha256, :fingerprint, :row_count, :verdict)
