-- Records that are kept and not used, by which columns raw rows are somebody's, and what erasure may delete beside the record.

create table gate.record_restriction (
    id uuid primary key,
    entity text not null,
    record_id uuid not null,
    reason text not null,
    review_on date not null,
    entered_at timestamptz not null,
    entered_by text not null,
    lifted_at timestamptz,
    lifted_by text,
    check ((lifted_at is null) = (lifted_by is null))
);
create unique index record_restriction_in_force on gate.record_restriction (entity, record_id) where lifted_at is null;
comment on table gate.record_restriction is 'A record that is kept and not used: nobody is shown it who is not admitted. Machine time.';
comment on column gate.record_restriction.reason is 'In the words of who restricted it; empty once the record is erased.';
comment on column gate.record_restriction.review_on is 'Day by the calendar of the node on which somebody looks at it again; it does not end by itself.';

create table gate.record_restriction_admits (
    restriction_id uuid not null references gate.record_restriction (id),
    account text not null references gate.account (name),
    primary key (restriction_id, account)
);
comment on table gate.record_restriction_admits is 'Who is shown the record nevertheless, as far as a clause shows it.';

alter table gate.asking rename column hidden_cases to hidden_records;
comment on column gate.asking.hidden_records is 'Cases in which the asker, or kin, has a part, and records that are kept and not used and do not admit the asker; sorted.';

create table ingest.row_naming (
    mapping_digest text primary key,
    naming jsonb not null
);
comment on table ingest.row_naming is 'By which columns rows are somebody''s, as the mapping of that digest said it: it outlives the files of the mapping.';

grant select on gate.record_restriction, gate.record_restriction_admits to :"app";
grant select, insert, update on gate.record_restriction to :"migrator";
grant select, insert on gate.record_restriction_admits to :"migrator";
grant select, insert on ingest.row_naming to :"loader";
-- What is queued of the rows of somebody who was erased goes again when it is delivered again.
grant delete on ingest.code_value to :"loader";
