-- Drafts of agreements, keys of partners that were taken back, and why something was suspended.

create table gate.agreement_draft (
    id uuid primary key,
    name text not null,
    document text not null,
    revision bigint not null check (revision >= 1),
    begun_by text not null,
    written_by text not null,
    written_at timestamptz not null,
    entered_as text references gate.agreement (digest),
    is_dropped boolean not null default false
);
comment on table gate.agreement_draft is 'An agreement that is being written. It gives nothing; what is entered from it is a row of gate.agreement.';
comment on column gate.agreement_draft.name is 'As its text says; empty while it says none.';
comment on column gate.agreement_draft.revision is 'One more with each time that it is kept; who writes over another one is told.';
comment on column gate.agreement_draft.written_at is 'Machine time.';
comment on column gate.agreement_draft.entered_as is 'Digest of the version that it became; none while it is being written.';

create table gate.party_key_revocation (
    organisation text not null,
    key text not null,
    reason text not null,
    revoked_at timestamptz not null,
    revoked_by text not null,
    primary key (organisation, key),
    foreign key (organisation, key) references gate.party_key (organisation, key)
);
comment on table gate.party_key_revocation is 'A key that is no longer a partner''s. What it signed holds no more; it is never trusted again.';

-- A party whose key was taken back signs once more, with another key.
alter table gate.agreement_signature drop constraint agreement_signature_pkey;
alter table gate.agreement_signature add primary key (digest, organisation, key);

alter table gate.agreement_suspension add column reason text not null default '';

grant select, insert, update on gate.agreement_draft to :"app";
grant select on gate.party_key_revocation to :"app";
grant select, insert on gate.party_key_revocation to :"migrator";
