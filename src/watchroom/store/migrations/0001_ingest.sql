-- Sources, batches, raw rows, issues, the sealed order and the change feed.

create table ingest.source (
    name text primary key,
    kind text not null,
    location text not null,
    mapping text,
    agency_code text not null,
    time_zone text not null default 'Europe/London',
    expected_every_seconds bigint,
    is_full boolean not null default true,
    added_at timestamptz not null
);
comment on table ingest.source is 'One source system that this node takes from.';
comment on column ingest.source.expected_every_seconds is 'A batch is late after this; null: no expectation.';
comment on column ingest.source.is_full is 'A batch holds everything: a key that it does not name has ended.';

create table ingest.batch (
    id uuid primary key default uuidv7(),
    source_system text not null,
    agency_code text not null,
    as_at timestamptz not null,
    started_at timestamptz not null,
    machine_started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    status text not null default 'open' check (status in ('open', 'sealed', 'refused')),
    is_full boolean not null default true,
    seq bigint,
    totals jsonb not null default '{}'
);
create index batch_source on ingest.batch (source_system, seq);
comment on table ingest.batch is 'One delivery of a source: all of it is in the record or none of it.';
comment on column ingest.batch.as_at is 'The instant of the extract, in the source''s own words (node time).';
comment on column ingest.batch.started_at is 'Node time.';
comment on column ingest.batch.seq is 'The sealed sequence; null: nothing of it is in the record.';
comment on column ingest.batch.totals is 'Counts only, never a value.';

create table ingest.file (
    id bigint generated always as identity primary key,
    batch_id uuid not null references ingest.batch (id),
    name text not null,
    sha256 text not null,
    header text[] not null,
    row_count bigint not null,
    same_as bigint references ingest.file (id),
    erased_at timestamptz,
    unique (batch_id, name)
);
create index file_sha256 on ingest.file (sha256) where same_as is null;
create index file_same_as on ingest.file (same_as) where same_as is not null;
comment on table ingest.file is 'One file (or table) of a batch.';
comment on column ingest.file.same_as is 'An earlier file with the same bytes, which holds the rows.';
comment on column ingest.file.erased_at is 'Its rows were erased (machine time).';

create table ingest.raw_row (
    file_id bigint not null references ingest.file (id),
    row bigint not null,
    fields text[] not null,
    primary key (file_id, row)
);
comment on table ingest.raw_row is 'One row as the source gave it, unread.';
comment on column ingest.raw_row.row is 'Number of the row in the file, as ingest counts.';

create table ingest.issue (
    id bigint generated always as identity primary key,
    batch_id uuid not null references ingest.batch (id),
    source_system text not null,
    entity text,
    file text,
    row bigint,
    field text,
    code text not null,
    severity text not null check (severity in ('fatal', 'convention', 'characterisation')),
    message text not null
);
create index issue_batch on ingest.issue (batch_id);
comment on table ingest.issue is 'Something wrong with what a source gave; never holds a value.';

create table ingest.sealed (
    seq bigint primary key,
    sealed_at timestamptz not null,
    batch_id uuid not null,
    source_system text not null,
    machine_at timestamptz not null
);
create index sealed_at on ingest.sealed (sealed_at, seq);
create index sealed_source on ingest.sealed (source_system, seq);
comment on table ingest.sealed is 'The order in which batches became known: commit order.';
comment on column ingest.sealed.sealed_at is 'Node time; never before the one of the sequence before.';

create table ingest.change (
    seq bigint not null,
    recorded_at timestamptz not null,
    entity text not null,
    id uuid not null,
    op text not null check (op in ('new', 'changed', 'ended')),
    changed_fields text[] not null,
    categories text[] not null,
    person_id uuid,
    site_code text,
    unit_code text,
    before jsonb
);
create index change_seq on ingest.change (seq, entity);
create index change_place on ingest.change (site_code, unit_code, seq);
create index change_person on ingest.change (person_id, seq);
comment on table ingest.change is 'One change of one record by one batch, in sealed order.';
comment on column ingest.change.changed_fields is 'Columns whose value changed; empty for new and ended.';
comment on column ingest.change.categories is 'Change categories of those fields; for new and ended those of the entity.';
comment on column ingest.change.before is 'Old values of the changed columns, as text; null for new and ended.';

create table ingest.ended_key (
    entity text not null,
    source_system text not null,
    source_key text not null,
    id uuid not null,
    primary key (entity, source_system, source_key)
);
comment on table ingest.ended_key is 'Keys that a source no longer gives: one that returns gets its id back.';

grant select, insert, update on ingest.source, ingest.batch, ingest.file to :"loader";
grant select, insert, delete on ingest.raw_row, ingest.ended_key to :"loader";
grant select, insert on ingest.issue, ingest.sealed, ingest.change to :"loader";
grant maintain on ingest.change, ingest.raw_row, ingest.ended_key to :"loader";
grant select on ingest.sealed to :"app";
