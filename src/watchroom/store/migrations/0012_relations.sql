-- Relations of an asker to people of the record, worked out for each read that needs them.

create table gate.account_staff (
    account text not null references gate.account (name),
    source_system text not null,
    staff_reference text not null,
    entered_at timestamptz not null,
    entered_by text not null,
    primary key (account, source_system, staff_reference)
);
comment on table gate.account_staff is 'How a source system names the holder of an account. Times are machine time.';
grant select, insert on gate.account_staff to :"app";

alter table gate.asking
add column organisation text,
add column my_caseload uuid[],
add column my_people_in_custody uuid[],
add column my_recent_people uuid[];
comment on column gate.asking.my_caseload is 'People whose key worker the asker is; null: not worked out, nobody is meant.';
comment on column gate.asking.my_people_in_custody is 'People in custody at an establishment of the asker.';
comment on column gate.asking.my_recent_people is 'People who are, or were until lately, in custody at an establishment of the asker.';
