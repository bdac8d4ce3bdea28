-- What an agreement opens for one person and for a time, beside its clauses.

create table gate.opening (
    id uuid primary key,
    account text not null references gate.account (name),
    organisation text not null,
    digest text not null,
    name text not null,
    person_id uuid,
    opened_at timestamptz not null,
    closes_at timestamptz not null check (closes_at > opened_at),
    machine_opened_at timestamptz not null,
    machine_closes_at timestamptz not null check (machine_closes_at > machine_opened_at),
    closed_at timestamptz,
    closed_by text,
    check ((closed_at is null) = (closed_by is null))
);
create index opening_in_time on gate.opening (machine_closes_at) where closed_at is null;
create index opening_of_account on gate.opening (account, opened_at);
comment on table gate.opening is 'A part of an agreement that is, or was, open for the holder of an account.';
comment on column gate.opening.digest is 'Of the agreement under which it was opened; under another text it is closed.';
comment on column gate.opening.name is 'What was opened, as `HMPPS-CHARTER.1#glass`.';
comment on column gate.opening.person_id is 'Only rows about this person are shown; null: the opening is not about one.';
comment on column gate.opening.opened_at is 'Instant of the node; `machine_` is that of the machine, and it is open by both clocks or not at all.';
comment on column gate.opening.closed_at is 'Machine time; null: it was not closed by anybody.';

create table gate.opening_turn (
    is_only boolean primary key default true check (is_only),
    turn uuid not null
);
comment on table gate.opening_turn is 'Another value after each change of the openings, so that each process hears of it.';
insert into gate.opening_turn (turn) values ('00000000-0000-0000-0000-000000000000');

-- Breaking the glass: an opening in an emergency, who was told of it, and what its review came to. The words that
-- somebody typed stand in the audit log alone.
create table gate.glass (
    opening_id uuid primary key references gate.opening (id),
    reason text not null,
    incident text,
    second_account text references gate.account (name),
    review_by timestamptz not null,
    recorded_in bigint check (recorded_in >= 0)
);
comment on table gate.glass is 'A glass that was broken. Times of this table and the next two are machine time.';
comment on column gate.glass.review_by is 'By when somebody else must have looked at it.';
comment on column gate.glass.recorded_in is 'Index of its entry in the audit log; null: that was in the spool then.';

create table gate.glass_told (
    opening_id uuid not null references gate.glass (opening_id),
    account text not null references gate.account (name),
    primary key (opening_id, account)
);
comment on table gate.glass_told is 'Who was told of it at once, in their inbox.';

create table gate.glass_review (
    opening_id uuid primary key references gate.glass (opening_id),
    outcome text not null check (outcome in ('justified', 'not_justified', 'passed_on')),
    reviewed_by text not null references gate.account (name),
    reviewed_at timestamptz not null
);
comment on table gate.glass_review is 'What the review of a broken glass came to; once, and by somebody else.';

alter table gate.asking
add column opened_names text[] not null default '{}',
add column opened_people uuid[] not null default '{}';
comment on column gate.asking.opened_names is 'Openings about given people that are open for the asker; one entry for each person.';
comment on column gate.asking.opened_people is 'Those people, in the same order.';

grant select on gate.opening, gate.opening_turn, gate.glass, gate.glass_told, gate.glass_review to :"app";
grant select, insert, update on gate.opening to :"migrator";
grant select, insert on gate.glass, gate.glass_told, gate.glass_review to :"migrator";
grant select, update on gate.opening_turn to :"migrator";
