-- name: keys_before(source_system, keys)
-- One row per message that was taken since the source last ended: the key by which it is known, and what its sender was told.
select
    message.message_key,
    message.answer
from ingest.message
where
    message.source_system = :source_system
    and message.message_key = any(:keys::text[])
    and not message.is_before_end

-- name: refused_before(source_system, digests)
-- One row per message that was set aside since the source last ended: the digest of its bytes, and what its sender was told.
select
    message.sha256,
    message.answer
from ingest.message
where
    message.source_system = :source_system
    and message.is_refused
    and not message.is_before_end
    and message.sha256 = any(:digests::text[])

-- name: enter_message(batch_id, source_system, message_key, name, sha256, is_refused, answer, content)
-- One that was set aside is kept once, however often it comes.
insert into ingest.message (batch_id, source_system, message_key, name, sha256, is_refused, answer, content)
values (:batch_id, :source_system, :message_key, :name, :sha256, :is_refused, :answer, :content)
on conflict (source_system, sha256) where is_refused and not is_before_end do nothing
