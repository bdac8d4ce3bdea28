-- name: person_is_known(person_id)
-- One row when the record holds, or ever held, that person.
select 1
where
    exists (select from record.person where person.id = :person_id)
    or exists (select from record.person_history where person_history.id = :person_id)

-- name: account_is_known(account)
-- One row when there is such an account.
select 1
from gate.account
where account.name = :account

-- name: restriction_of(person_id)
-- One row: the restriction of a person that is in force.
select restriction.id
from gate.restriction
where restriction.person_id = :person_id and restriction.lifted_at is null

-- name: restrict(id, person_id, kind, entered_at, entered_by)
-- One row: the id of the restriction; none when one of that person is in force, also one that was made at the same time.
insert into gate.restriction (id, person_id, kind, entered_at, entered_by)
values (:id, :person_id, :kind, :entered_at, :entered_by)
on conflict (person_id) where lifted_at is null do nothing
returning restriction.id

-- name: admit(restriction_id, account)
insert into gate.restriction_admits (restriction_id, account)
values (:restriction_id, :account)
on conflict (restriction_id, account) do nothing

-- name: admitted(person_id)
-- One row per account that is admitted to a restricted person.
select restriction_admits.account
from gate.restriction_admits
inner join gate.restriction on restriction_admits.restriction_id = restriction.id
where restriction.person_id = :person_id and restriction.lifted_at is null
order by restriction_admits.account asc

-- name: lift(restriction_id, lifted_at, lifted_by)
update gate.restriction
set lifted_at = :lifted_at, lifted_by = :lifted_by
where restriction.id = :restriction_id and restriction.lifted_at is null

-- name: link(account, person_id, relation, entered_at, entered_by)
insert into gate.account_person (account, person_id, relation, entered_at, entered_by)
values (:account, :person_id, :relation, :entered_at, :entered_by)
on conflict (account, person_id) do update
set relation = excluded.relation, entered_at = excluded.entered_at, entered_by = excluded.entered_by, ended_at = null

-- name: unlink(account, person_id, ended_at)
update gate.account_person
set ended_at = :ended_at
where
    account_person.account = :account
    and account_person.person_id = :person_id
    and account_person.ended_at is null
