-- name: people_of_number(number)
-- One row per person who has a prison number today, with their source; where nobody has, per person who ever had it.
-- A number that was put right goes from one person to another, and then means that other.
with holder as (
    select
        person.id,
        person.source_system,
        true as is_today
    from record.person
    where upper(replace(person.prison_number, ' ', '')) = :number
    union all
    select
        person_history.id,
        person_history.source_system,
        false as is_today
    from record.person_history
    where upper(replace(person_history.prison_number, ' ', '')) = :number
)

select distinct
    holder.id,
    holder.source_system
from holder
where holder.is_today or not exists (select from holder as other where other.is_today)
order by holder.id asc

-- name: people_of_identifier(kind, number)
-- One row per person who has a number of another kind today, with the source that says so; where nobody has, per person
-- who ever had it.
with holder as (
    select
        person_identifier.person_id,
        person_identifier.source_system,
        true as is_today
    from record.person_identifier
    where
        person_identifier.kind_code = :kind
        and upper(replace(person_identifier.value, ' ', '')) = :number
        and person_identifier.person_id is not null
    union all
    select
        person_identifier_history.person_id,
        person_identifier_history.source_system,
        false as is_today
    from record.person_identifier_history
    where
        person_identifier_history.kind_code = :kind
        and upper(replace(person_identifier_history.value, ' ', '')) = :number
        and person_identifier_history.person_id is not null
)

select
    holder.person_id,
    min(holder.source_system) as source_system
from holder
where holder.is_today or not exists (select from holder as other where other.is_today)
group by holder.person_id
order by holder.person_id asc

-- name: person_of_id(person_id)
-- One row when the record holds, or ever held, that person, with their source.
select
    person.id,
    person.source_system
from record.person
where person.id = :person_id
union
select
    person_history.id,
    person_history.source_system
from record.person_history
where person_history.id = :person_id
