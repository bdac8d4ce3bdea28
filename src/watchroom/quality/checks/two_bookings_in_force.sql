-- name: bad()
-- One row per person.
select
    person.id as key,
    person.source_system
from record.custody_episode
inner join record.person on custody_episode.person_id = person.id
where custody_episode.is_active
group by person.id, person.source_system
having count(custody_episode.id) > 1

-- name: counted()
select distinct
    person.id as key,
    person.source_system
from record.custody_episode
inner join record.person on custody_episode.person_id = person.id
where custody_episode.is_active
