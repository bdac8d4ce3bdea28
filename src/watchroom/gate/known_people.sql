-- name: people_of_number(number)
-- One row per person whom the record holds, or ever held, under a prison number, with their source.
select
    person.id,
    person.source_system
from record.person
where person.prison_number = :number
union
select
    person_history.id,
    person_history.source_system
from record.person_history
where person_history.prison_number = :number

-- name: people_of_identifier(kind, number)
-- One row per person whom the record knows, or ever knew, by a number of another kind, with the source that says so.
select
    person_identifier.person_id,
    min(person_identifier.source_system) as source_system
from (
    select
        person_identifier.person_id,
        person_identifier.source_system
    from record.person_identifier
    where
        person_identifier.kind_code = :kind
        and upper(replace(person_identifier.value, ' ', '')) = :number
    union
    select
        person_identifier_history.person_id,
        person_identifier_history.source_system
    from record.person_identifier_history
    where
        person_identifier_history.kind_code = :kind
        and upper(replace(person_identifier_history.value, ' ', '')) = :number
) as person_identifier
where person_identifier.person_id is not null
group by person_identifier.person_id
order by person_identifier.person_id asc

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
