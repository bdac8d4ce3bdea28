-- When a batch became known is settled last, under a lock of its own that every read waits for.

create table ingest.dating (
    never boolean not null,
    constraint dating_is_empty check (false)
);
comment on table ingest.dating is 'Never holds a row: a batch locks it while it is dated and committed; a read waits for that.';

-- To take a weak lock one must hold a right to write; the constraint lets nothing in.
grant insert on ingest.dating to :"app";
grant maintain on ingest.dating to :"loader";

comment on column ingest.sealed.sealed_at is 'Node time from which it is known; never before the one of the sequence before.';
comment on column ingest.change.recorded_at is 'Node time at which it was written; known it is from when the batch was sealed.';

alter table ingest.batch add column dated_by text not null default 'loaded' check (dated_by in ('told', 'shown', 'loaded'));
comment on column ingest.batch.dated_by is 'How as_at is known: told by whoever loaded it, shown by its own default dates, or it is only when it was loaded.';
