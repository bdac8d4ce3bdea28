-- The review of looks: what is known of those who look, and the cases that are put before a reviewer.

create function store.name_key(named text) returns text
language sql immutable parallel safe
return upper(regexp_replace(normalize(named, NFKD), '[^[:alpha:]]', '', 'g'));
comment on function store.name_key(text) is 'A family name without case, accents, spaces and signs; empty where it has no letter.';

create function store.postcode_key(written text) returns text
language sql immutable parallel safe
return upper(regexp_replace(written, '[^[:alnum:]]', '', 'g'));
comment on function store.postcode_key(text) is 'A postcode without case and spaces.';

revoke execute on function store.name_key(text), store.postcode_key(text) from public;
grant execute on function store.name_key(text), store.postcode_key(text) to :"app", :"loader";

create table gate.rota (
    account text not null references gate.account (name),
    from_at timestamptz not null,
    to_at timestamptz not null check (to_at > from_at),
    site_code text not null,
    unit_code text,
    entered_at timestamptz not null,
    entered_by text not null,
    primary key (account, from_at)
);
comment on table gate.rota is 'When and where the holder of an account is on duty. The shift is in time of the node, its entry in machine time.';
comment on column gate.rota.unit_code is 'Null: the whole establishment.';

create table gate.account_mark (
    account text not null references gate.account (name),
    kind text not null check (kind in ('family_name', 'postcode')),
    salt bytea not null check (octet_length(salt) = 16),
    hash bytea not null check (octet_length(hash) = 32),
    entered_at timestamptz not null,
    entered_by text not null,
    primary key (account, kind, hash)
);
comment on table gate.account_mark is 'What the review of looks compares of the holder of an account. The word itself is not kept.';
comment on column gate.account_mark.hash is 'SHA-256 of the salt and the key of the name or postcode.';

grant select, insert, delete on gate.rota, gate.account_mark to :"app";

create table audit.look_review (
    number bigint generated always as identity primary key,
    first_index bigint not null,
    last_index bigint not null,
    looks bigint not null,
    made_at timestamptz not null,
    recorded_in bigint not null check (recorded_in >= 0)
);
comment on table audit.look_review is 'One review of the looks in a range of entries. Machine time.';

create table audit.look_case (
    id uuid primary key,
    account text not null,
    person_id uuid,
    opened_at timestamptz not null,
    decided_by text,
    decided_at timestamptz
);
create index on audit.look_case (account, person_id);
comment on table audit.look_case is 'Looks of one account at one person that stand out for a reason; without a person, at many in a short time.';
comment on column audit.look_case.decided_at is 'Of the first decision. Machine time, as `opened_at`.';

create table audit.look_case_entry (
    case_id uuid not null references audit.look_case (id) on delete cascade,
    index bigint not null,
    at timestamptz not null,
    reasons text[] not null check (cardinality(reasons) > 0),
    facts jsonb not null default '{}',
    primary key (case_id, index)
);
create index on audit.look_case_entry (index);
comment on table audit.look_case_entry is 'One look of a case: its entry in the log, when by the clock of the node, and why it stands out.';
comment on column audit.look_case_entry.facts is 'Numbers and days that the reasons are told with; never a name, an address or a text.';

create table audit.look_decision (
    number bigint generated always as identity primary key,
    case_id uuid not null references audit.look_case (id) on delete cascade,
    outcome text not null check (outcome in ('followed_up', 'explained', 'no_concern')),
    is_told boolean not null,
    note text not null check (note <> ''),
    decided_by text not null,
    decided_at timestamptz not null default clock_timestamp(),
    recorded_in bigint not null check (recorded_in >= 0)
);
create index on audit.look_decision (case_id, number);
comment on table audit.look_decision is 'What a reviewer decided of a case. Only added to; the latest one holds.';
comment on column audit.look_decision.is_told is 'Whether the one who looked is told on their own page.';

grant select, insert on audit.look_review, audit.look_decision to :"audit";
grant select, insert, update, delete on audit.look_case, audit.look_case_entry to :"audit";
