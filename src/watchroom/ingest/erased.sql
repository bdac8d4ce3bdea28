-- name: has_tombstones(source_system)
-- One row: whether a record of the source was erased and may not come back.
select exists (
    select
    from ingest.tombstone
    where tombstone.source_system = :source_system and tombstone.lifted_at is null
)

-- name: raw_files(source_system, batch_id)
-- One row per file of a source, or of one batch of it, whose rows are kept under its own number.
select
    file.id,
    file.name,
    file.header,
    file.batch_id
from ingest.file
inner join ingest.batch on file.batch_id = batch.id
where
    batch.source_system = :source_system
    and (:batch_id::uuid is null or batch.id = :batch_id)
    and file.same_as is null
    and file.erased_at is null
order by file.id asc
