-- name: bad()
-- One row per file of the last delivery of each source; what is usual is the median of up to five before.
select
    latest.key,
    latest.source_system
from (
    select
        file.batch_id || '/' || file.name as key,
        batch.source_system,
        file.row_count as number,
        (
            select percentile_cont(0.5) within group (order by usual.row_count)
            from (
                select earlier.row_count
                from ingest.file as earlier
                inner join ingest.batch as before on earlier.batch_id = before.id
                where before.source_system = batch.source_system and before.seq < batch.seq and earlier.name = file.name
                order by before.seq desc
                limit 5
            ) as usual
        ) as usual
    from ingest.file
    inner join ingest.batch on file.batch_id = batch.id
    where
        batch.seq in (select max(last.seq) from ingest.batch as last group by last.source_system)
) as latest
where greatest(latest.number, latest.usual) >= 20 and (latest.number * 2 < latest.usual or latest.number > latest.usual * 2)

-- name: counted()
select
    file.batch_id || '/' || file.name as key,
    batch.source_system
from ingest.file
inner join ingest.batch on file.batch_id = batch.id
where
    batch.seq in (select max(last.seq) from ingest.batch as last group by last.source_system)
    and exists (
        select
        from ingest.file as earlier
        inner join ingest.batch as before on earlier.batch_id = before.id
        where before.source_system = batch.source_system and before.seq < batch.seq and earlier.name = file.name
    )
