-- Sources that have ended: kept with all that they gave, and nothing more is taken until somebody takes them up again.
-- And posts that nobody can read, which say nothing of how the source does that sent them.

create table ingest.source_ending (
    id bigint generated always as identity primary key,
    source_system text not null references ingest.source (name),
    ended_at timestamptz not null,
    ended_by text not null,
    batch_id uuid references ingest.batch (id),
    resumed_at timestamptz check (resumed_at >= ended_at),
    resumed_by text,
    check ((resumed_at is null) = (resumed_by is null))
);
create unique index source_ending_once on ingest.source_ending (source_system) where resumed_at is null;
comment on table ingest.source_ending is 'From when to when a source had ended: nothing was taken from it, and what it gave had ended. Node time.';
comment on column ingest.source_ending.ended_by is 'User of the operating system.';
comment on column ingest.source_ending.batch_id is 'That ended what stood of it; null: nothing did.';
comment on column ingest.source_ending.resumed_at is 'Since when it is taken from again; null: it has ended.';

grant select, insert, update, delete on ingest.source_ending to :"loader";
-- A source from which nothing was ever taken goes with what was tried and refused of it.
grant delete on ingest.source, ingest.batch, ingest.issue, ingest.waiver, ingest.fetch_cursor, ingest.reconciliation to :"loader";
grant select (source_system), delete on gate.account_staff to :"loader";

alter table ingest.batch add column is_set_aside boolean not null default false check (not is_set_aside or status <> 'sealed');
comment on column ingest.batch.is_set_aside is 'It is a post of which nothing could be read: it is kept as it came, and is no delivery of the source.';
