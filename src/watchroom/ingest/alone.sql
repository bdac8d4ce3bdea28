-- name: hold_source(source_system)
-- One row: nobody else, in whatever process, takes from the source or decides of its codes until this session lets go.
-- It waits for whoever does, in the order in which they came.
select pg_advisory_lock(hashtextextended('source ' || :source_system, 0))

-- name: let_go_of_source(source_system)
-- One row: whether this session held it.
select pg_advisory_unlock(hashtextextended('source ' || :source_system, 0))

-- name: try_source(source_system)
-- One row: whether nobody takes from the source; held until this transaction ends.
select pg_try_advisory_xact_lock(hashtextextended('source ' || :source_system, 0))

-- name: still_taken(name, added_at)
-- One row when it is registered as it was, and has not ended.
select source.name
from ingest.source
where
    source.name = :name
    and source.added_at = :added_at
    and not exists (
        select
        from ingest.source_ending
        where
            source_ending.source_system = source.name
            and source_ending.resumed_at is null
    )

-- name: queues()
-- One row per source for whose turn somebody waits: how many, and for how many seconds the first of them has.
with waiting as (
    select
        (pg_locks.classid::bigint << 32) | pg_locks.objid::bigint as key,
        pg_locks.waitstart
    from pg_locks
    inner join pg_database on pg_locks.database = pg_database.oid
    where
        pg_locks.locktype = 'advisory'
        and pg_locks.objsubid = 1
        and not pg_locks.granted
        and pg_database.datname = current_database()
)

select
    source.name,
    count(*),
    coalesce(extract(epoch from clock_timestamp() - min(waiting.waitstart)), 0)::float8
from ingest.source
inner join waiting on waiting.key = hashtextextended('source ' || source.name, 0)
group by source.name
