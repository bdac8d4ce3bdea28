-- The agreements that a node holds beside its own charter, who signed them, and which policy is in force.

create table gate.agreement (
    digest text primary key,
    name text not null,
    version bigint not null,
    document text not null,
    entered_at timestamptz not null,
    entered_by text not null,
    unique (name, version)
);
comment on table gate.agreement is 'One version of an agreement, as it was entered. It holds once all its parties have signed its digest.';
comment on column gate.agreement.digest is 'SHA-256 of its canonical form.';
comment on column gate.agreement.document is 'YAML; read again, and compared with the digest, each time that it is used.';

create table gate.agreement_signature (
    digest text not null references gate.agreement (digest),
    organisation text not null,
    signatory text not null,
    key text not null,
    signature bytea not null,
    signed_at timestamptz not null,
    primary key (digest, organisation)
);
comment on table gate.agreement_signature is 'One party''s signature; it is verified each time that the agreement is used.';
comment on column gate.agreement_signature.signatory is 'Account, or the name that a partner gave.';
comment on column gate.agreement_signature.key is 'The public key as a C2SP verifier key.';

create table gate.agreement_suspension (
    digest text primary key references gate.agreement (digest),
    organisation text not null,
    suspended_by text not null,
    suspended_at timestamptz not null
);
comment on table gate.agreement_suspension is 'A version that gives nothing any more; a later version takes its place.';

create table gate.party_key (
    organisation text not null,
    key text not null,
    entered_at timestamptz not null,
    entered_by text not null,
    primary key (organisation, key)
);
comment on table gate.party_key is 'Keys of partners that somebody compared with the partner and entered.';

create table gate.policy (
    is_only boolean primary key default true check (is_only),
    policy_hash text not null,
    since timestamptz not null
);
comment on table gate.policy is 'The policy in force. A read on another one is given nothing. Times of this file are machine time.';

grant select on gate.agreement, gate.agreement_signature, gate.agreement_suspension, gate.party_key, gate.policy
to :"app";
grant select, insert on gate.agreement, gate.agreement_signature, gate.agreement_suspension, gate.party_key
to :"migrator";
grant select, insert, update on gate.policy to :"migrator";
