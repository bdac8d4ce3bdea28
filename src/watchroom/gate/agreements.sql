-- name: kept_agreements()
-- One row per version of an agreement, by name, the latest version first; with when it was suspended.
select
    agreement.digest,
    agreement.document,
    agreement.entered_at,
    suspension.suspended_at,
    suspension.reason,
    suspension.reason_erased_at
from gate.agreement
left join gate.agreement_suspension as suspension on agreement.digest = suspension.digest
order by agreement.name asc, agreement.version desc

-- name: signatures()
-- One row per signature under an agreement.
select
    signature.digest,
    signature.organisation,
    signature.signatory,
    signature.key,
    signature.signature,
    signature.signed_at
from gate.agreement_signature as signature
order by signature.digest asc, signature.organisation asc, signature.signed_at asc, signature.key asc

-- name: party_keys()
-- One row per key of a partner; with when it was taken back, if it was.
select
    party_key.organisation,
    party_key.key,
    party_key.entered_at,
    party_key.entered_by,
    revocation.revoked_at,
    revocation.revoked_by,
    revocation.reason,
    revocation.reason_erased_at
from gate.party_key
left join gate.party_key_revocation as revocation
    on
        party_key.organisation = revocation.organisation
        and party_key.key = revocation.key
order by party_key.organisation asc, party_key.key asc

-- name: latest_version(name)
-- One row: the latest version that was entered under a name; NULL for none.
select max(agreement.version)
from gate.agreement
where agreement.name = :name

-- name: enter_agreement(digest, name, version, document, entered_at, entered_by)
insert into gate.agreement (digest, name, version, document, entered_at, entered_by)
values (:digest, :name, :version, :document, :entered_at, :entered_by)
on conflict (digest) do nothing

-- name: enter_signature(digest, organisation, signatory, key, signature, signed_at)
insert into gate.agreement_signature (digest, organisation, signatory, key, signature, signed_at)
values (:digest, :organisation, :signatory, :key, :signature, :signed_at)
on conflict (digest, organisation, key) do nothing

-- name: enter_suspension(digest, organisation, suspended_by, suspended_at, reason)
insert into gate.agreement_suspension (digest, organisation, suspended_by, suspended_at, reason)
values (:digest, :organisation, :suspended_by, :suspended_at, :reason)
on conflict (digest) do nothing

-- name: enter_party_key(organisation, key, entered_at, entered_by)
insert into gate.party_key (organisation, key, entered_at, entered_by)
values (:organisation, :key, :entered_at, :entered_by)
on conflict (organisation, key) do nothing

-- name: revoke_party_key(organisation, key, reason, revoked_at, revoked_by)
insert into gate.party_key_revocation (organisation, key, reason, revoked_at, revoked_by)
values (:organisation, :key, :reason, :revoked_at, :revoked_by)
on conflict (organisation, key) do nothing

-- name: lock_agreements()
-- One change of the agreements at a time, in all processes; whoever has it decides what holds next.
select pg_advisory_xact_lock(hashtextextended('agreements', 20261128))

-- name: put_in_force(policy_hash, since)
-- One row where another policy was in force, or none: whether there was one.
insert into gate.policy as held (policy_hash, since)
values (:policy_hash, :since)
on conflict (is_only) do update
set policy_hash = excluded.policy_hash, since = excluded.since
where held.policy_hash <> excluded.policy_hash
returning held.xmax::text <> '0' as is_another

-- name: audiences_of_others(policy_hash)
-- One row per audience that stands on another policy.
select
    audience.role_name,
    audience.schema_name
from gate.audience
inner join pg_namespace on audience.schema_name = pg_namespace.nspname
inner join pg_roles on audience.role_name = pg_roles.rolname
where audience.policy_hash <> :policy_hash
order by audience.hash asc
