-- With what pseudonyms are made, and the rooms of cases with who is in them.

create table gate.pseudonym_secret (
    is_only boolean primary key default true check (is_only),
    secret bytea not null check (length(secret) = 32),
    made_at timestamptz not null
);
comment on table gate.pseudonym_secret is 'One row, made when a clause first needs it: views read it as their owner, and no login and no audience may. Machine time.';
