-- name: restrict_record(id, entity, record_id, reason, review_on, entered_at, entered_by)
-- One row: the id of the restriction; none when one of that record is in force, also one that was made at the same time.
insert into gate.record_restriction (id, entity, record_id, reason, review_on, entered_at, entered_by)
values (:id, :entity, :record_id, :reason, :review_on, :entered_at, :entered_by)
on conflict (entity, record_id) where lifted_at is null do nothing
returning record_restriction.id

-- name: admit_to_record(restriction_id, account)
-- One row: the account; none when there is no such account.
insert into gate.record_restriction_admits (restriction_id, account)
select :restriction_id, account.name
from gate.account
where account.name = :account
returning record_restriction_admits.account

-- name: lift_record(id, lifted_at, lifted_by)
-- One row: entity and id of the record; none when there is no such restriction in force.
update gate.record_restriction
set lifted_at = :lifted_at, lifted_by = :lifted_by
where record_restriction.id = :id and record_restriction.lifted_at is null
returning record_restriction.entity, record_restriction.record_id

-- name: numbers_of(people)
-- One row per person of these who has a number today.
select
    person.id,
    person.prison_number
from record.person
where person.id = any(:people::uuid[]) and person.prison_number is not null

-- name: units_of(people)
-- One row per unit on which one of these people is.
select distinct person.unit_code
from record.person
where person.id = any(:people::uuid[]) and person.unit_code is not null
order by person.unit_code asc

-- name: record_restrictions()
-- One row per record that is kept and not used, those that are to be looked at first.
select
    record_restriction.id,
    record_restriction.entity,
    record_restriction.record_id,
    record_restriction.reason,
    record_restriction.review_on,
    record_restriction.entered_at,
    record_restriction.entered_by,
    array(
        select admits.account
        from gate.record_restriction_admits as admits
        where admits.restriction_id = record_restriction.id
        order by admits.account
    ) as admits
from gate.record_restriction
where record_restriction.lifted_at is null
order by record_restriction.review_on asc, record_restriction.id asc
