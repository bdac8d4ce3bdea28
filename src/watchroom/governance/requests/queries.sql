-- Whom the requests are about.

-- name: people_asked_about(person_ids)
-- One row per person whom the reader may know of.
select
    person.id as person_id,
    person.prison_number,
    person.family_name,
    person.given_names,
    person.site_code
from person
where person.id = any(:person_ids::uuid[])
order by person.id asc
