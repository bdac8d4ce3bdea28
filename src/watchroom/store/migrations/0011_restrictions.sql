-- Whom somebody may not meet in the record although a clause would show them: people who are protected or of limited
-- access, and, for each account, its own person and kin with the cases in which they have a part.

create table gate.account_person (
    account text not null references gate.account (name),
    person_id uuid not null,
    relation text not null check (relation in ('self', 'kin')),
    entered_at timestamptz not null,
    entered_by text not null,
    ended_at timestamptz,
    primary key (account, person_id)
);
comment on table gate.account_person is 'A person of the record who is the holder of an account, or kin. Times of this file are machine time.';

create table gate.restriction (
    id uuid primary key,
    person_id uuid not null,
    kind text not null check (kind in ('protected', 'limited_access')),
    entered_at timestamptz not null,
    entered_by text not null,
    lifted_at timestamptz,
    lifted_by text
);
create unique index restriction_in_force on gate.restriction (person_id) where lifted_at is null;
comment on table gate.restriction is 'A person whose very existence in the record is hidden from everybody who is not admitted.';

create table gate.restriction_admits (
    restriction_id uuid not null references gate.restriction (id),
    account text not null references gate.account (name),
    primary key (restriction_id, account)
);
comment on table gate.restriction_admits is 'Who may know of the person nevertheless, as far as a clause shows them.';

alter table gate.asking add column hidden_cases uuid[];
comment on column gate.asking.hidden_cases is 'Cases in which the asker, or kin, has a part; sorted.';

grant select on gate.account_person, gate.restriction, gate.restriction_admits to :"app";
grant select on gate.account to :"migrator";
grant select, insert, update on gate.account_person, gate.restriction to :"migrator";
grant select, insert on gate.restriction_admits to :"migrator";
