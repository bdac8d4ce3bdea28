-- Sources that the node fetches from: how each is asked, where its reading stands, what was taken, and each try.

alter table ingest.source add column options jsonb not null default '{}';
alter table ingest.source add column poll_seconds bigint check (poll_seconds > 0);
comment on column ingest.source.options is 'How it is asked, by name; never a secret.';
comment on column ingest.source.poll_seconds is 'It is asked so often (node time); null: as often as its kind is.';

alter table ingest.batch drop constraint batch_dated_by_check;
alter table ingest.batch add constraint batch_dated_by_check check (dated_by in ('told', 'shown', 'asked', 'loaded'));
comment on column ingest.batch.dated_by is
    'How as_at is known: told by whoever loaded it, shown by its own default dates, the source was asked then, or it is only when it was loaded.';

create table ingest.fetch_cursor (
    source_system text primary key references ingest.source (name),
    batch_id uuid not null references ingest.batch (id),
    cursor jsonb not null
);
comment on table ingest.fetch_cursor is 'Where the reading of a source stands: written by the batch that took what was read.';

create table ingest.taken_delivery (
    source_system text not null references ingest.source (name),
    sha256 text not null,
    batch_id uuid not null references ingest.batch (id),
    primary key (source_system, sha256)
);
comment on table ingest.taken_delivery is 'One delivery of a watched folder that was taken, so that it is taken once.';
comment on column ingest.taken_delivery.sha256 is 'Of the names and bytes of its files.';

create table ingest.fetch_try (
    id bigint generated always as identity primary key,
    source_system text not null references ingest.source (name),
    began_at timestamptz not null,
    ended_at timestamptz not null,
    machine_at timestamptz not null,
    outcome text not null check (outcome in ('taken', 'nothing', 'refused', 'failed')),
    code text not null,
    message text not null,
    is_confirmed boolean not null default false,
    byte_count bigint not null,
    sha256 text,
    batch_id uuid references ingest.batch (id),
    failures bigint not null default 0,
    next_at timestamptz not null
);
create index fetch_try_source on ingest.fetch_try (source_system, id desc);
comment on table ingest.fetch_try is 'One try to fetch from a source, and what came of it; never a value.';
comment on column ingest.fetch_try.began_at is 'Node time.';
comment on column ingest.fetch_try.is_confirmed is 'The source itself said that nothing has changed, so what is known is of then.';
comment on column ingest.fetch_try.byte_count is 'That came over the wire or were read.';
comment on column ingest.fetch_try.sha256 is 'Of what was laid down; null: nothing was.';
comment on column ingest.fetch_try.failures is 'How many tries in a row have brought nothing that could be taken.';
comment on column ingest.fetch_try.next_at is 'It is not asked by itself before (node time).';

grant select, insert, update on ingest.fetch_cursor to :"loader";
grant select, insert on ingest.taken_delivery to :"loader";
grant select, insert, delete on ingest.fetch_try to :"loader";
