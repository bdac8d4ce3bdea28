-- name: own_people(account, organisation)
-- One row per person of the record who is the holder of an account of that organisation, or kin.
select account_person.person_id
from gate.account_person
inner join gate.account on account_person.account = account.name
where
    account.name = :account
    and account.organisation = :organisation
    and account_person.ended_at is null

-- name: restricted_from(account, organisation)
-- One row per restricted person who does not admit an account of that organisation.
select restriction.person_id
from gate.restriction
where
    restriction.lifted_at is null
    and not exists (
        select from gate.restriction_admits
        inner join gate.account on restriction_admits.account = account.name
        where
            restriction_admits.restriction_id = restriction.id
            and account.name = :account
            and account.organisation = :organisation
    )
union all
-- Whoever was erased and is in custody is known to nobody.
select unnamed.person_id
from ingest.unnamed

-- name: records_hidden_from(account, organisation)
-- One row per record that is kept and not used and does not admit an account of that organisation.
select record_restriction.record_id
from gate.record_restriction
where
    record_restriction.lifted_at is null
    and not exists (
        select from gate.record_restriction_admits as admits
        inner join gate.account on admits.account = account.name
        where
            admits.restriction_id = record_restriction.id
            and account.name = :account
            and account.organisation = :organisation
    )
