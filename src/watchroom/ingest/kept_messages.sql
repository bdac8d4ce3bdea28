-- name: count_erased(source_system)
-- How many messages of a source were taken since it last ended and are erased.
select count(*)
from ingest.message
inner join ingest.batch on message.batch_id = batch.id
where
    message.source_system = :source_system
    and not message.is_refused
    and message.content is null
    and batch.seq is not null
    and not batch.is_before_end

-- name: count_messages(source_system)
-- How many messages of a source were taken since it last ended.
select count(*)
from ingest.message
inner join ingest.batch on message.batch_id = batch.id
where
    message.source_system = :source_system
    and not message.is_refused
    and batch.seq is not null
    and not batch.is_before_end

-- name: kept_post(source_system, only, after, after_id, at_most, size)
-- One row per message of a source that was taken since it last ended, in the order in which they came, from behind one
-- on: its number, the order and the id of its batch, the instant of that, and what it was; null where that was erased. As
-- many as make up a size, but for the rest of the last one; `only`: those of one batch.
with following as (
    select
        message.id,
        message.batch_id,
        batch.seq,
        batch.as_at,
        coalesce(octet_length(message.content), 0) as size
    from ingest.message
    inner join ingest.batch on message.batch_id = batch.id
    where
        message.source_system = :source_system
        and batch.source_system = :source_system
        and not message.is_refused
        and not batch.is_before_end
        and batch.seq >= :after
        and (:only::bigint is null or batch.seq = :only)
        and (batch.seq > :after or message.id > :after_id)
    order by batch.seq asc, message.id asc
    limit :at_most
),
sized as (
    select
        following.id,
        following.batch_id,
        following.seq,
        following.as_at,
        sum(following.size) over (order by following.seq asc, following.id asc) - following.size as size_before
    from following
)
select
    sized.id,
    sized.seq,
    sized.batch_id,
    sized.as_at,
    message.content
from sized
inner join ingest.message on sized.id = message.id
where sized.size_before < :size
order by sized.seq asc, sized.id asc

-- name: next_snapshot(source_system, after, part, codes)
-- The order of the next batch of snapshots behind one, of those since the source last ended; whether everything of its delivery was in it and could be read;
-- whether an operator accepted what it lacks.
select
    batch.seq,
    batch.delivery_digest is distinct from :part
    and not coalesce(
        (
            select earlier.delivery_digest = :part
            from ingest.batch as earlier
            where
                earlier.source_system = batch.source_system
                and earlier.seq < batch.seq
                and earlier.rerun_of is null
                and not earlier.is_before_end
            order by earlier.seq desc
            limit 1
        ),
        false
    )
    and not exists (select from ingest.message where message.batch_id = batch.id and message.is_refused)
    and not exists (
        select from ingest.issue
        where
            issue.batch_id = batch.id
            and (
                issue.code = 'message_repeated'
                or (
                    issue.code = any(:codes::text[])
                    and issue.file is not null
                    and issue.file not in (select message.name from ingest.message where message.batch_id = batch.id)
                )
            )
    ),
    exists (select from ingest.issue where issue.batch_id = batch.id and issue.code = 'feed_accepted')
from ingest.batch
where
    batch.source_system = :source_system
    and batch.seq > :after
    and batch.rerun_of is null
    and not batch.is_before_end
order by batch.seq asc
limit 1

-- name: message_files(batches)
-- One row per file of batches of messages: its batch, table, number, name, and how many rows came in it.
select
    file.batch_id,
    file.table_name,
    file.id,
    file.name,
    file.row_count
from ingest.file
where
    file.batch_id = any(:batches::uuid[])
    and file.table_name is not null
order by file.id asc
