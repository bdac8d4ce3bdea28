-- Which mapping made a batch, what it was a re-run of, what of it was held back and why, and what of that was waived.

alter table ingest.batch
add column mapping text,
add column mapping_version text,
add column mapping_digest text,
add column rerun_of uuid references ingest.batch (id),
add column delivery text,
add column delivery_digest text;
comment on column ingest.batch.mapping is 'Name of the mapping that made it; null: made before that was kept.';
comment on column ingest.batch.mapping_version is 'That its author gave it.';
comment on column ingest.batch.mapping_digest is 'Of all files and codes that the mapping was made of.';
comment on column ingest.batch.rerun_of is 'The delivery whose kept raw rows were mapped again; null: it is a delivery itself.';
comment on column ingest.batch.delivery is 'Name of the folder or file that was delivered, without its parents.';
comment on column ingest.batch.delivery_digest is 'Of names and bytes of all that was delivered; null: it was not kept.';

alter table ingest.file add column bad_rows bigint not null default 0;
comment on column ingest.file.bad_rows is 'Rows that could not be read, and so are not among the raw rows.';

-- Of what was loaded before this, the issues tell how many there were, but for those that were told by their number.
update ingest.file
set bad_rows = counted.number
from (
    select
        issue.batch_id,
        issue.file,
        count(distinct issue.row) as number
    from ingest.issue
    where
        issue.code in (
            'ragged_row', 'malformed_record', 'duplicate_field', 'not_a_number', 'bad_text', 'bad_field_name',
            'mixed_array', 'nested_too_deep', 'error_cell', 'formula_without_value', 'value_outside_columns'
        )
        and issue.row is not null
    group by issue.batch_id, issue.file
) as counted
where file.batch_id = counted.batch_id and file.name = counted.file;

create table ingest.quarantine (
    batch_id uuid not null references ingest.batch (id),
    source_system text not null,
    table_name text not null,
    code text not null,
    field text not null,
    entity text not null,
    row_count bigint not null check (row_count > 0),
    primary key (batch_id, table_name, code, field, entity)
);
comment on table ingest.quarantine is 'How many rows of a batch were held back, by table and reason; each row counts once.';
comment on column ingest.quarantine.field is 'Column of the source; empty: the whole row.';
comment on column ingest.quarantine.entity is 'What was to be made of the rows; empty: they did not come so far.';

create table ingest.waiver (
    id bigint generated always as identity primary key,
    source_system text not null references ingest.source (name),
    table_name text not null,
    code text not null,
    reason text not null,
    waived_by text not null,
    waived_at timestamptz not null,
    machine_at timestamptz not null,
    until timestamptz check (until > waived_at),
    is_lifted boolean not null default false
);
create index waiver_source on ingest.waiver (source_system, table_name, code);
comment on table ingest.waiver is 'Rows that are held back for a reason that somebody decided to live with. The last one of a reason counts.';
comment on column ingest.waiver.waived_by is 'User of the operating system, or account.';
comment on column ingest.waiver.waived_at is 'Node time, as is `until`; null: until it is decided otherwise.';

comment on column ingest.waiver.is_lifted is 'It was decided otherwise: from here on the rows are open again.';

grant select, insert on ingest.quarantine, ingest.waiver to :"loader";
