-- With what pseudonyms are made, and the rooms of cases with who is in them.

create table gate.pseudonym_secret (
    is_only boolean primary key default true check (is_only),
    secret bytea not null check (length(secret) = 32),
    made_at timestamptz not null
);
comment on table gate.pseudonym_secret is 'One row, made when a clause first needs it: views read it as their owner, and no login and no audience may. Machine time.';

create table gate.case_room (
    id uuid primary key,
    case_reference text not null,
    opens_at timestamptz not null,
    closes_at timestamptz not null check (closes_at > opens_at),
    opened_at timestamptz not null,
    opened_by text not null,
    closed_at timestamptz,
    closed_by text
);
create unique index case_room_open on gate.case_room (case_reference) where closed_at is null;
comment on table gate.case_room is 'The room of one case. It is open from opens_at until closes_at, by the clock of the node; the other times are machine time.';

create table gate.case_room_member (
    room_id uuid not null references gate.case_room (id),
    organisation text not null,
    account text not null,
    admitted_at timestamptz not null,
    admitted_by text not null,
    left_at timestamptz,
    primary key (room_id, organisation, account)
);
comment on table gate.case_room_member is 'Who is in a room: an account of an organisation, also of a partner. Machine time.';

alter table gate.asking add column my_case_rooms text[];
comment on column gate.asking.my_case_rooms is 'Cases whose room is open and of which the asker is a member; null: not worked out, no case is meant.';

grant select on gate.case_room, gate.case_room_member to :"app";
grant select, insert, update on gate.case_room, gate.case_room_member to :"migrator";
