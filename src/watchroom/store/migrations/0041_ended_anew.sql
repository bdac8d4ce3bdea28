-- After a source has ended, nothing of before counts as known: what it gives again once it is taken up again is new.

alter table ingest.batch add column is_before_end boolean not null default false;
comment on column ingest.batch.is_before_end is 'Its source has ended since: nothing of it stands, nothing is compared with it, and it is not mapped again unless somebody asks for it.';

alter table ingest.message add column is_before_end boolean not null default false;
comment on column ingest.message.is_before_end is 'Its source has ended since: the same message is not known again by it.';

update ingest.batch
set is_before_end = true
from ingest.source_ending
where batch.source_system = source_ending.source_system and batch.started_at < source_ending.ended_at;
update ingest.message
set is_before_end = true
from ingest.batch
where message.batch_id = batch.id and batch.is_before_end;

drop index ingest.message_key;
drop index ingest.message_refused;
create unique index message_key on ingest.message (source_system, message_key)
where message_key is not null and not is_before_end;
create unique index message_refused on ingest.message (source_system, sha256) where is_refused and not is_before_end;

-- A watched folder is read from the beginning again.
grant delete on ingest.taken_delivery to :"loader";
-- The first roll of a source may have been held, and it goes with its source.
grant delete on ingest.roll to :"loader";
