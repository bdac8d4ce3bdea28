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

-- name: counted()
select latest.key
from (
    select distinct on (batch.source_system)
        batch.source_system as key,
        (batch.totals #>> '{rows,loaded}')::int as number
    from ingest.batch
    where batch.seq is not null
    order by batch.source_system, batch.seq desc
) as latest
cross join lateral generate_series(1, latest.number) as counted (n)
