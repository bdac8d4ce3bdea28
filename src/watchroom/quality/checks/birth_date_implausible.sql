-- name: bad(today)
-- One row per person.
select
    person.id as key,
    person.source_system
from record.person
where
    person.id in (select custody_episode.person_id from record.custody_episode where custody_episode.is_active)
    and (
        person.birth_date > :today::date - interval '15 years'
        or person.birth_date < :today::date - interval '110 years'
    )

-- name: counted()
select
    person.id as key,
    person.source_system
from record.person
where
    person.birth_date is not null
    and person.id in (select custody_episode.person_id from record.custody_episode where custody_episode.is_active)
