-- Accounts, sign-in sessions, audiences, and what the audience views know of the one who asks.

create table gate.account (
    name text primary key,
    roles text[] not null,
    organisation text not null,
    sites text[] not null default '{}',
    units text[] not null default '{}',
    clearance text not null default 'official',
    password_hash text not null,
    is_demo boolean not null default false,
    created_at timestamptz not null,
    password_set_at timestamptz not null,
    failures bigint not null default 0,
    locked_until timestamptz,
    disabled_at timestamptz
);
comment on table gate.account is 'One person who may sign in at this node. Times are machine time.';

create table gate.session (
    token_hash bytea primary key,
    account text not null references gate.account (name),
    csrf_hash bytea,
    role text,
    purpose text,
    signed_in_at timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at timestamptz not null,
    signed_out_at timestamptz
);
create index session_account on gate.session (account);
comment on table gate.session is 'One signed-in session; the token itself is not kept. Times are machine time.';

create table gate.audience (
    hash text primary key,
    role_name text not null unique,
    schema_name text not null unique,
    policy_hash text not null,
    definition jsonb not null default '{}',
    made_at timestamptz not null,
    suspended_at timestamptz
);
comment on table gate.audience is 'One audience: a role and a schema of views. Derived: rebuilt, never backed up.';

create unlogged table gate.asking (
    backend_pid integer primary key,
    xact xid8 not null,
    asker text,
    sites text[] not null default '{}',
    units text[] not null default '{}',
    as_of_seq bigint,
    as_of_at timestamptz,
    node_now timestamptz,
    person_ids uuid[]
);
comment on table gate.asking is 'Facts about the one who asks in the present transaction of a backend.';

grant select, insert, update, delete on gate.account, gate.session, gate.asking to :"app";
grant select on gate.audience to :"app";
grant select, insert, update, delete on gate.audience to :"migrator";
grant usage on schema gate to :"migrator";
