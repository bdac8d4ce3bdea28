-- name: bad()
-- One row per link of the last batch of each source that points nowhere.
select issue.id as key
from ingest.issue
where
    issue.code = 'reference_missing'
    and issue.batch_id in (
        select distinct on (batch.source_system) batch.id
        from ingest.batch
        where batch.seq is not null
        order by batch.source_system, batch.seq desc
    )

-- name: counted_number()
-- One row per source: rows of its last batch that were loaded.
select distinct on (batch.source_system)
    batch.source_system,
    (batch.totals #>> '{rows,loaded}')::bigint as number
from ingest.batch
where batch.seq is not null
order by batch.source_system, batch.seq desc
