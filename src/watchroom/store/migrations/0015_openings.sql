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

alter table gate.asking
add column opened_names text[] not null default '{}',
add column opened_people uuid[] not null default '{}';
comment on column gate.asking.opened_names is 'Openings about given people that are open for the asker; one entry for each person.';
comment on column gate.asking.opened_people is 'Those people, in the same order.';

grant select on gate.opening, gate.opening_turn to :"app";
grant select, insert, update on gate.opening to :"migrator";
grant select, update on gate.opening_turn to :"migrator";
