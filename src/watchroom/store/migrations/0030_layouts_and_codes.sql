-- The layout of each delivery, what drifted of it, and the values that are in no code list with what was decided of them.

create table ingest.layout (
    batch_id uuid not null references ingest.batch (id) on delete cascade,
    table_name text not null,
    place bigint not null,
    column_name text not null,
    style text,
    shape text,
    row_count bigint not null,
    filled bigint not null,
    primary key (batch_id, table_name, column_name)
);
comment on table ingest.layout is 'One column of a table of a sealed delivery: where it stood, how it was written, how full it was. Never a value.';
comment on column ingest.layout.style is 'How nearly all values were written, such as iso_day; null: in several ways, or there were none.';
comment on column ingest.layout.shape is 'What most values look like, such as A9999AA; null: nothing that so many share.';

create table ingest.drift (
    id bigint generated always as identity primary key,
    source_system text not null,
    table_name text not null,
    column_name text not null,
    entity text,
    field text,
    what text not null check (what in ('column_gone', 'column_renamed', 'style_changed', 'fill_collapsed')),
    was text,
    since timestamptz not null,
    since_batch uuid not null references ingest.batch (id),
    ended_at timestamptz
);
create unique index drift_stands on ingest.drift
    (source_system, table_name, column_name, what, coalesce(entity, ''), coalesce(field, '')) where ended_at is null;
comment on table ingest.drift is 'That a source no longer gives a field as it did: it stands until the column is as it was.';
comment on column ingest.drift.was is 'The style that was, or the share of rows that were filled in percent; never a value.';
comment on column ingest.drift.since is 'Node time.';
comment on column ingest.drift.ended_at is 'Node time at which the column was as it had been; null: it stands.';

create table ingest.code_value (
    id bigint generated always as identity primary key,
    source_system text not null,
    code_list text not null,
    source_value text not null,
    fields text[] not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    last_batch uuid not null,
    row_count bigint not null,
    state text not null default 'open' check (state in ('open', 'mapped', 'own', 'ignored')),
    code text,
    reason text,
    valid_from date,
    decided_at timestamptz,
    decided_by text,
    check ((state = 'open') = (decided_at is null)),
    check ((state in ('mapped', 'own')) = (code is not null)),
    check ((state = 'ignored') = (reason is not null))
);
-- A value may be longer than an index can hold.
create unique index code_value_once on ingest.code_value (source_system, code_list, md5(source_value));
comment on table ingest.code_value is 'A value of a source that was in no code list, and what was decided of it.';
comment on column ingest.code_value.source_value is 'As the source gave it, without the blanks around it; it may be what somebody typed.';
comment on column ingest.code_value.fields is 'Where it stood, as entity.field.';
comment on column ingest.code_value.row_count is 'Rows of the delivery that had it last.';
comment on column ingest.code_value.valid_from is 'First day, by the node''s calendar, on which the decision holds.';

create table ingest.code_decision (
    id bigint generated always as identity primary key,
    value_id bigint not null references ingest.code_value (id) on delete cascade,
    state text not null check (state in ('mapped', 'own', 'ignored')),
    code text,
    reason text,
    valid_from date not null,
    decided_at timestamptz not null,
    decided_by text not null,
    batch_id uuid references ingest.batch (id)
);
create index code_decision_value on ingest.code_decision (value_id, id);
comment on table ingest.code_decision is 'What was decided of such a value: a crosswalk of the node. Each decision stays; of those that hold the last one made counts.';
comment on column ingest.code_decision.batch_id is 'The batch that changed what stood; null: nothing had to change.';

grant select, insert, delete on ingest.layout to :"loader";
grant select, insert, update on ingest.drift, ingest.code_value to :"loader";
grant select, insert on ingest.code_decision to :"loader";
-- Names of columns and fields, no values: pages tell since when a source does not give something.
grant select on ingest.drift to :"app";
