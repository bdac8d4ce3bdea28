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
