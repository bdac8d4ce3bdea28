-- Who was told of a broken glass stays told for as long as they are who is told; why an agreement was suspended or a key
-- taken back is erased with its entry of the log; and the log is found by the time of the node.

alter table gate.glass_told
add column roles text[],
add column sites text[];
comment on column gate.glass_told.roles is 'For which they were told; who has none of them any more is not shown it.';
comment on column gate.glass_told.sites is 'Where whoever broke it works; who works at none of them any more is not shown it, but for accounts of everywhere.';

-- Told before this: as everybody of their roles and of their establishments is told.
update gate.glass_told
set
    roles = told.roles,
    sites = array(
        select distinct site.code
        from gate.glass_told as other
        inner join gate.opening on other.opening_id = opening.id
        inner join gate.account as breaker on opening.account = breaker.name
        cross join lateral unnest(
            breaker.sites || array(select split_part(unit.path, '-', 1) from unnest(breaker.units) as unit (path))
        ) as site (code)
        where other.opening_id = glass_told.opening_id
        order by site.code asc
    )
from gate.account as told
where glass_told.account = told.name;

alter table gate.glass_told
alter column roles set not null,
alter column sites set not null;

alter table gate.agreement_suspension
add column reason_erased_at timestamptz,
add constraint suspension_reason_or_erased check (reason_erased_at is null or reason = '');
comment on column gate.agreement_suspension.reason is 'Free words of who did it; may be empty.';
comment on column gate.agreement_suspension.reason_erased_at is 'Machine time at which they were erased with the entry of the log.';

alter table gate.party_key_revocation
add column reason_erased_at timestamptz,
add constraint revocation_reason_or_erased check (reason_erased_at is null or reason = '');
comment on column gate.party_key_revocation.reason is 'Free words of who did it.';
comment on column gate.party_key_revocation.reason_erased_at is 'Machine time at which they were erased with the entry of the log.';

-- The log stands in the order of time but for a recorded clock that is set back, so a few bytes for each range of pages
-- find a period; an index of each entry would cost every read.
create index entry_of_time on audit.entry
using brin (substring(header, position('"at":"' in header) + 6, 27)) with (pages_per_range = 8, autosummarize = on);

-- Erased before this: no body of the log holds these words any more.
with said as (
    select
        body.body::jsonb -> 'detail' as detail
    from audit.body
    inner join audit.entry on body.index = entry.index
    where
        position('"entity":"policy"' in entry.header) > 0
        and entry.header::jsonb ->> 'act' = 'policy_change'
        and body.body::jsonb #>> '{detail,did}' in ('suspended', 'revoked')
),

suspended as (
    update gate.agreement_suspension as suspension
    set reason = '', reason_erased_at = clock_timestamp()
    from gate.agreement
    where
        suspension.digest = agreement.digest
        and suspension.reason <> ''
        and not exists (
            select
            from said
            where
                said.detail ->> 'did' = 'suspended'
                and regexp_replace(said.detail ->> 'agreement', '\.[0-9]+$', '') = agreement.name
                and said.detail ->> 'reason' = suspension.reason
        )
)

update gate.party_key_revocation as revocation
set reason = '', reason_erased_at = clock_timestamp()
where
    revocation.reason <> ''
    and not exists (
        select
        from said
        where
            said.detail ->> 'did' = 'revoked'
            and said.detail ->> 'party' = revocation.organisation
            and said.detail ->> 'key' = split_part(revocation.key, '+', 2)
            and said.detail ->> 'reason' = revocation.reason
    );
