-- name: names_of_people(people)
-- One row per family name with given names of these people, now or before; either may be null.
with version as (
    select person.id as person_id, person.family_name, person.given_names
    from record.person
    union all
    select past.id, past.family_name, past.given_names
    from record.person_history as past
    union all
    select person_name.person_id, person_name.family_name, person_name.given_names
    from record.person_name
    union all
    select past.person_id, past.family_name, past.given_names
    from record.person_name_history as past
)

select distinct version.family_name, version.given_names
from version
where version.person_id = any(:people::uuid[])

-- name: numbers_of_people(people)
-- One row per number of these people, now or before.
select person.prison_number as number
from record.person
where person.id = any(:people::uuid[]) and person.prison_number is not null
union
select past.prison_number
from record.person_history as past
where past.id = any(:people::uuid[]) and past.prison_number is not null
union
select identifier.value
from record.person_identifier as identifier
where identifier.person_id = any(:people::uuid[]) and identifier.value is not null
union
select past.value
from record.person_identifier_history as past
where past.person_id = any(:people::uuid[]) and past.value is not null

-- name: birth_dates_of_people(people)
-- One row per birth date of these people, now or before.
select person.birth_date
from record.person
where person.id = any(:people::uuid[]) and person.birth_date is not null
union
select past.birth_date
from record.person_history as past
where past.id = any(:people::uuid[]) and past.birth_date is not null
union
select person_name.birth_date
from record.person_name
where person_name.person_id = any(:people::uuid[]) and person_name.birth_date is not null
union
select past.birth_date
from record.person_name_history as past
where past.person_id = any(:people::uuid[]) and past.birth_date is not null
