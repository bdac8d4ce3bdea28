-- name: bad_number()
-- One row per source: rows of its last batch that were held back, by the counts of the batch.
select distinct on (batch.source_system)
    batch.source_system,
    (batch.totals #>> '{rows,quarantined}')::bigint as number
from ingest.batch
where batch.seq is not null
order by batch.source_system, batch.seq desc

-- name: counted_number()
-- One row per source: rows of its last batch that were read.
select distinct on (batch.source_system)
    batch.source_system,
    (batch.totals #>> '{rows,read}')::bigint as number
from ingest.batch
where batch.seq is not null
order by batch.source_system, batch.seq desc
