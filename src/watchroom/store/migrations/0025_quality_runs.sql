-- What the checks of quality found at each run, so that it can be told whether it grows better or worse.

create table ingest.quality_run (
    id uuid primary key default uuidv7(),
    ran_at timestamptz not null,
    seq bigint not null
);
comment on table ingest.quality_run is 'One run of all checks of quality.';
comment on column ingest.quality_run.ran_at is 'Node time.';
comment on column ingest.quality_run.seq is 'The last sealed sequence that it saw.';

create table ingest.quality_result (
    run_id uuid not null references ingest.quality_run (id) on delete cascade,
    check_name text not null,
    entity text,
    field text,
    bad bigint not null,
    of bigint not null,
    status text not null check (status in ('met', 'failed', 'error'))
);
create index quality_result_run on ingest.quality_result (run_id);
comment on table ingest.quality_result is 'What one check found in one run: counts only. One that did not apply leaves no row.';

create table ingest.code_share (
    run_id uuid not null references ingest.quality_run (id) on delete cascade,
    entity text not null,
    field text not null,
    code text not null,
    number bigint not null,
    primary key (run_id, entity, field, code)
);
comment on table ingest.code_share is 'How many records had each code of ours at a run; to tell when that moves.';

create table ingest.control_total (
    source_system text not null,
    entity text not null,
    told_at timestamptz not null,
    number bigint not null check (number >= 0),
    primary key (source_system, entity, told_at)
);
comment on table ingest.control_total is 'How many records of an entity a source says that it has; the last one told is compared with what stands.';
comment on column ingest.control_total.told_at is 'Node time.';

grant select, insert, delete on ingest.quality_run, ingest.quality_result, ingest.code_share to :"loader";
grant select, insert, delete on ingest.control_total to :"loader";
