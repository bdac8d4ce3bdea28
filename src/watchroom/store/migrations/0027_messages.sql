-- Messages of open standards: each kept as it came, known again when it comes twice; sources that push have a secret.

alter table ingest.issue add column place text;
comment on column ingest.issue.place is 'In a message of a standard the path of the element; file is then the message.';

alter table ingest.source add column secret_hash bytea;
comment on column ingest.source.secret_hash is 'SHA-256 of the secret with which it pushes; the secret itself is not kept.';

create table ingest.message (
    id bigint generated always as identity primary key,
    batch_id uuid not null references ingest.batch (id),
    source_system text not null,
    message_key text,
    name text not null,
    sha256 text not null,
    is_refused boolean not null,
    answer jsonb not null default '{}',
    content bytea,
    erased_at timestamptz
);
create unique index message_key on ingest.message (source_system, message_key) where message_key is not null;
create unique index message_refused on ingest.message (source_system, sha256) where is_refused;
create index message_batch on ingest.message (batch_id);
comment on table ingest.message is 'One message as it came: taken, or set aside since it cannot be read.';
comment on column ingest.message.message_key is 'Digest by which it is known when it comes again; null: its standard has none.';
comment on column ingest.message.is_refused is 'Nothing of it could be read; it waits here to be mended or waived.';
comment on column ingest.message.answer is 'What its sender was told: codes and places, never a value.';
comment on column ingest.message.erased_at is 'Its content was erased (machine time).';

grant select, insert, update on ingest.message to :"loader";
