-- name: filled()
-- One row per table of the record that has a file with something in it; one that had rows and lost them is among them.
select c.relname
from pg_class as c
inner join pg_namespace as n on c.relnamespace = n.oid
where n.nspname = 'record' and c.relkind = 'r' and pg_relation_size(c.oid) > 0

-- name: kept_counts()
-- One row per entity or check that was counted.
select
    quality_kept.name,
    quality_kept.signature,
    quality_kept.counted_at,
    quality_kept.counts
from ingest.quality_kept

-- name: forget_counts()
-- Lets go of all of them.
delete from ingest.quality_kept

-- name: copy_counts()
-- Takes those of a run.
copy ingest.quality_kept (name, signature, counted_at, counts) from stdin

-- name: erased_since(since)
-- One row per entity of which something was erased: the last sequence of that.
select
    tombstone.entity,
    max(erasure.seq)
from ingest.erasure
inner join ingest.tombstone on erasure.id = tombstone.erasure_id
where erasure.erased_at >= :since
group by tombstone.entity

-- name: take_run_lock()
-- One run of the checks is kept at a time.
select pg_advisory_xact_lock(hashtextextended('runs of the checks', 20261128))
