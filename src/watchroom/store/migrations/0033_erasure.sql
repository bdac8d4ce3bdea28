-- What is erased for good and may not come back, what may not be erased, and what a source has that the record has not.

alter table ingest.change drop constraint change_op_check;
alter table ingest.change add constraint change_op_check check (op in ('new', 'changed', 'ended', 'erased'));

alter table ingest.file add column rows_erased bigint not null default 0;
comment on column ingest.file.rows_erased is 'How many of its rows were erased one by one; the others are there.';

create table ingest.erasure_salt (
    is_only boolean primary key default true check (is_only),
    salt bytea not null check (octet_length(salt) = 32)
);
insert into ingest.erasure_salt (salt) values (sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));
comment on table ingest.erasure_salt is 'Goes into every digest of an erased key, so that digests of two nodes cannot be compared.';

create table ingest.erasure (
    id uuid primary key,
    rule text not null check (rule <> ''),
    erased_by text not null,
    erased_at timestamptz not null,
    machine_at timestamptz not null,
    seq bigint not null,
    records bigint not null,
    raw_rows bigint not null
);
comment on table ingest.erasure is 'One erasure of records: under which rule, by whom, when (node time, machine time), and how much.';

create table ingest.tombstone (
    entity text not null,
    id uuid not null,
    erasure_id uuid not null,
    source_system text not null,
    key_digest bytea not null check (octet_length(key_digest) = 32),
    lifted_at timestamptz,
    lifted_by text,
    primary key (entity, id),
    check ((lifted_at is null) = (lifted_by is null))
);
create index tombstone_of on ingest.tombstone (erasure_id, entity);
create index tombstone_key on ingest.tombstone (source_system, entity, key_digest) where lifted_at is null;
comment on table ingest.tombstone is 'That a record was erased: its key is refused when it is delivered again, until somebody lifts that.';
comment on column ingest.tombstone.key_digest is 'SHA-256 of the salt, the entity and the key that the source gives; the key itself is gone.';

create table ingest.erased_name (
    source_system text not null,
    kind text not null,
    digest bytea not null check (octet_length(digest) = 32),
    erasure_id uuid not null,
    primary key (source_system, kind, digest)
);
comment on table ingest.erased_name is 'By what rows of a source name an erased person, or something of theirs such as a booking; a new row with it is not kept raw.';
comment on column ingest.erased_name.digest is 'SHA-256 of the salt, the kind of name and the name; the name itself is gone.';

create table ingest.hold (
    id uuid primary key,
    kind text not null check (kind in ('death_in_custody', 'disclosure', 'inquiry', 'litigation')),
    person_id uuid,
    entity text,
    record_id uuid,
    authority text not null check (authority <> ''),
    reason text not null,
    placed_at timestamptz not null,
    placed_by text not null,
    until_at timestamptz,
    lifted_at timestamptz,
    lifted_by text,
    lift_reason text,
    is_by_itself boolean not null default false,
    check ((person_id is null) <> (entity is null)),
    check (record_id is null or entity is not null),
    check ((lifted_at is null) = (lifted_by is null))
);
create index hold_person on ingest.hold (person_id);
comment on table ingest.hold is 'A legal hold: what it covers is erased by nobody and by no rule. Instants of the node.';
comment on column ingest.hold.is_by_itself is 'The record told of a death in custody; it stands until somebody lifts it.';

create table ingest.reconciliation (
    id uuid primary key,
    source_system text not null,
    at timestamptz not null,
    seq bigint not null,
    repaired_by uuid
);
create index reconciliation_source on ingest.reconciliation (source_system, at);
comment on table ingest.reconciliation is 'One comparison of what a source has with the record. Node time.';
comment on column ingest.reconciliation.repaired_by is 'The batch that took what was missed; null: none was taken.';

create table ingest.reconciled (
    run_id uuid not null references ingest.reconciliation (id) on delete cascade,
    entity text not null,
    in_source bigint not null,
    in_record bigint not null,
    only_source bigint not null,
    only_record bigint not null,
    differing bigint not null,
    fields jsonb not null default '{}',
    primary key (run_id, entity)
);
comment on table ingest.reconciled is 'What a comparison found of one entity; numbers only.';
comment on column ingest.reconciled.fields is 'In how many records each field differs.';

grant select on ingest.erasure_salt, ingest.erasure, ingest.tombstone, ingest.erased_name, ingest.hold to :"loader";
grant select, insert, update on ingest.reconciliation to :"loader";
grant select, insert on ingest.reconciled to :"loader";
