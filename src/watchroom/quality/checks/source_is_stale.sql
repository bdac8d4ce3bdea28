-- name: bad(now)
select
    source.name as key,
    source.name as source_system
from ingest.source
left join ingest.sealed on source.name = sealed.source_system
left join ingest.batch on sealed.batch_id = batch.id
where
    source.expected_every_seconds is not null
    and not exists (
        select
        from ingest.source_ending
        where
            source_ending.source_system = source.name
            and source_ending.resumed_at is null
    )
group by source.name, source.expected_every_seconds
having
    max(batch.as_at) is null
    or greatest(
        max(batch.as_at),
        (
            select max(fetch_try.began_at)
            from ingest.fetch_try
            where
                fetch_try.source_system = source.name
                and fetch_try.is_confirmed
        )
    ) < :now::timestamptz - make_interval(secs => source.expected_every_seconds)

-- name: counted()
select
    source.name as key,
    source.name as source_system
from ingest.source
where
    source.expected_every_seconds is not null
    and not exists (
        select
        from ingest.source_ending
        where
            source_ending.source_system = source.name
            and source_ending.resumed_at is null
    )
