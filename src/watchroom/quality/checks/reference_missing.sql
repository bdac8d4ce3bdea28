-- name: bad()
-- One row per link of the last batch of each source that points nowhere.
select
    issue.id as key,
    batch.source_system
from ingest.issue
inner join ingest.batch on issue.batch_id = batch.id
where
    issue.code = 'reference_missing'
    and batch.id in (
        select distinct on (last.source_system) last.id
        from ingest.batch as last
        where last.seq is not null
        order by last.source_system, last.seq desc
    )

-- name: counted_number()
-- One row per source: rows of its last batch that were loaded.
select distinct on (batch.source_system)
    batch.source_system,
    (batch.totals #>> '{rows,loaded}')::bigint as number
from ingest.batch
where batch.seq is not null
order by batch.source_system, batch.seq desc
