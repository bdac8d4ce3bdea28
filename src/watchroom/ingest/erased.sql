-- name: has_tombstones(source_system)
-- One row: whether a record of the source was erased and may not come back.
select exists (
    select
    from ingest.tombstone
    where tombstone.source_system = :source_system and tombstone.lifted_at is null
)

-- name: raw_files(source_system, batch_id)
-- One row per file of a source, or of one batch of it, whose rows are kept under its own number, with the mapping that
-- made its batch; of one that was loaded before that was kept it is the source's own.
select
    file.id,
    file.name,
    file.table_name,
    file.header,
    file.batch_id,
    coalesce(batch.mapping, source.mapping) as mapping,
    batch.mapping_digest
from ingest.file
inner join ingest.batch on file.batch_id = batch.id
left join ingest.source on batch.source_system = source.name
where
    batch.source_system = :source_system
    and (:batch_id::uuid is null or batch.id = :batch_id)
    and file.same_as is null
    and file.erased_at is null
order by file.id asc

-- name: has_naming(mapping_digest)
-- One row: whether it is kept by which columns rows of that mapping are somebody's.
select exists (select from ingest.row_naming where row_naming.mapping_digest = :mapping_digest)

-- name: keep_naming(mapping_digest, naming)
insert into ingest.row_naming (mapping_digest, naming)
values (:mapping_digest, :naming::jsonb)
on conflict (mapping_digest) do nothing

-- name: kept_namings(digests)
-- One row per mapping of these digests that said whose its rows are.
select
    row_naming.mapping_digest,
    row_naming.naming
from ingest.row_naming
where row_naming.mapping_digest = any(:digests::text[])

-- name: erase_unread(source_system, machine_at)
-- Messages of a source that could not be read: nobody can say whose they are.
update ingest.message
set content = null, erased_at = :machine_at
where
    message.source_system = :source_system
    and message.content is not null
    and (
        message.is_refused
        -- Of a batch of which no file is kept nobody can say whose each message is either.
        or not exists (select from ingest.file where file.batch_id = message.batch_id)
    )

-- name: unread_sources(sources)
-- One row per other source that set messages aside of which nobody can say whose they are.
select distinct message.source_system
from ingest.message
where
    message.source_system <> all(:sources::text[])
    and message.is_refused
    and message.content is not null
order by message.source_system asc

-- name: erase_torn(source_system, batch_id, machine_at)
-- Messages of a source, or of one batch of it, that came with a row which was erased: a part of their bytes cannot be
-- taken out.
update ingest.message
set content = null, erased_at = :machine_at
where
    message.source_system = :source_system
    and (:batch_id::uuid is null or message.batch_id = :batch_id)
    and message.content is not null
    and exists (
        select
        from ingest.file
        where file.batch_id = message.batch_id and file.rows_erased > 0
    )

-- name: queued_values(source_system, batch_id)
-- One row per value of a source that is in no code list; of one batch where it is named.
select code_value.id
from ingest.code_value
where
    code_value.source_system = :source_system
    and (:batch_id::uuid is null or code_value.last_batch = :batch_id)
order by code_value.id asc
