-- What is kept of the checks of quality between runs: the last counts, what each source fails, how deliveries differ.

drop table ingest.code_share;

create table ingest.quality_kept (
    name text primary key,
    signature text not null,
    counted_at timestamptz not null,
    counts jsonb not null
);
comment on table ingest.quality_kept is 'The last counts of an entity or check, taken over by the next run where nothing moved.';
comment on column ingest.quality_kept.signature is 'Of what was asked and of what had been written then.';
comment on column ingest.quality_kept.counted_at is 'Node time.';
comment on column ingest.quality_kept.counts is 'By source: check, field, bad rows, rows looked at. Counts only.';

create table ingest.quality_finding (
    run_id uuid not null references ingest.quality_run (id) on delete cascade,
    source_system text not null,
    check_name text not null,
    severity text not null,
    entity text not null,
    field text,
    bad bigint not null,
    of bigint not null
);
create index quality_finding_run on ingest.quality_finding (run_id, source_system);
comment on table ingest.quality_finding is 'What the rows of one source fail in one run, for whoever reads what it gave: counts only.';

create table ingest.delivery_profile (
    source_system text not null,
    seq bigint not null,
    entity text not null,
    field text,
    code text,
    number bigint not null,
    of bigint not null
);
create index delivery_profile_seq on ingest.delivery_profile (source_system, seq);
comment on table ingest.delivery_profile is 'How one delivery looks: records of each entity, how many have a value, and how many have each code of ours.';
comment on column ingest.delivery_profile.field is 'Null: the line counts all records of the entity.';
comment on column ingest.delivery_profile.code is 'Null: the line counts the records with a value.';
comment on column ingest.delivery_profile.of is 'Records that were looked at: a sample of a large delivery.';

grant select, insert, delete on ingest.quality_kept, ingest.quality_finding, ingest.delivery_profile to :"loader";
