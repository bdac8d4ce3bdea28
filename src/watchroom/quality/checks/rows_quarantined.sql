-- name: bad()
-- One row per row that was held back, by the counts of the batch.
select latest.key
from (
    select distinct on (batch.source_system)
        batch.source_system as key,
        (batch.totals #>> '{rows,quarantined}')::int as number
    from ingest.batch
    where batch.seq is not null
    order by batch.source_system, batch.seq desc
) as latest
cross join lateral generate_series(1, latest.number) as counted (n)

-- name: counted()
select latest.key
from (
    select distinct on (batch.source_system)
        batch.source_system as key,
        (batch.totals #>> '{rows,read}')::int as number
    from ingest.batch
    where batch.seq is not null
    order by batch.source_system, batch.seq desc
) as latest
cross join lateral generate_series(1, latest.number) as counted (n)
