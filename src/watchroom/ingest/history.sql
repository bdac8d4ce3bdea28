-- name: last_batches()
-- One row per source that has ever delivered: its last delivery, whatever became of it; null counts: none were kept.
-- A post that nobody can read is none.
select
    batch.source_system as source,
    batch.id,
    batch.status,
    batch.seq,
    batch.as_at,
    batch.dated_by,
    batch.started_at,
    batch.finished_at,
    (batch.totals #>> '{totals,read}')::bigint as read,
    (batch.totals #>> '{totals,new}')::bigint as new,
    (batch.totals #>> '{totals,changed}')::bigint as changed,
    (batch.totals #>> '{totals,ended}')::bigint as ended,
    (batch.totals #>> '{totals,quarantined}')::bigint as quarantined
from ingest.source
cross join lateral (
    select
        last.id,
        last.source_system,
        last.status,
        last.seq,
        last.as_at,
        last.dated_by,
        last.started_at,
        last.finished_at,
        last.totals
    from ingest.batch as last
    where
        last.source_system = source.name
        and not last.is_set_aside
    order by last.machine_started_at desc, last.id desc
    limit 1
) as batch
order by batch.source_system asc

-- name: batches(source_system, before, at_most)
-- One row per delivery of a source, the newest first, from the one after `before` on (null: from the newest).
select
    batch.source_system as source,
    batch.id,
    case when batch.is_set_aside then 'set_aside' else batch.status end as status,
    batch.seq,
    batch.as_at,
    batch.dated_by,
    batch.started_at,
    batch.finished_at,
    (batch.totals #>> '{totals,read}')::bigint as read,
    (batch.totals #>> '{totals,new}')::bigint as new,
    (batch.totals #>> '{totals,changed}')::bigint as changed,
    (batch.totals #>> '{totals,ended}')::bigint as ended,
    (batch.totals #>> '{totals,quarantined}')::bigint as quarantined
from ingest.batch
where
    batch.source_system = :source_system
    and (
        :before::uuid is null
        or (batch.machine_started_at, batch.id) < (
            select
                place.machine_started_at,
                place.id
            from ingest.batch as place
            where place.id = :before::uuid
        )
    )
order by batch.machine_started_at desc, batch.id desc
limit :at_most

-- name: set_aside(source_system)
-- One row: how many posts of a source were set aside since nobody could read them, and when the last one was.
select
    count(*) as number,
    max(batch.finished_at) as last_at
from ingest.batch
where
    batch.source_system = :source_system
    and batch.is_set_aside

-- name: issue_counts(batch_id)
-- One row per kind of issue, file and column of a delivery, the gravest and most frequent first, with its first rows.
select
    issue.code,
    issue.severity,
    issue.entity,
    issue.file,
    issue.field,
    count(*) as number,
    coalesce((array_agg(issue.row order by issue.row) filter (where issue.row is not null))[1:3], '{}') as rows,
    (array_agg(issue.message order by issue.row, issue.id))[1] as message
from ingest.issue
where issue.batch_id = :batch_id
group by issue.code, issue.severity, issue.entity, issue.file, issue.field
order by
    case issue.severity when 'fatal' then 0 when 'convention' then 1 else 2 end asc,
    count(*) desc,
    issue.code asc,
    issue.file asc nulls first,
    issue.field asc nulls first,
    issue.entity asc

-- name: tries(source_system, at_most)
-- One row per try to fetch from a source, the newest first.
select
    fetch_try.began_at,
    fetch_try.ended_at,
    fetch_try.outcome,
    fetch_try.code,
    fetch_try.message,
    fetch_try.byte_count as size,
    fetch_try.next_at
from ingest.fetch_try
where fetch_try.source_system = :source_system
order by fetch_try.id desc
limit :at_most
