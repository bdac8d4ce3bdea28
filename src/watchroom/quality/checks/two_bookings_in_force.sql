-- name: bad()
-- One row per person.
select custody_episode.person_id as key
from record.custody_episode
where custody_episode.is_active
group by custody_episode.person_id
having count(custody_episode.id) > 1

-- name: counted()
select distinct custody_episode.person_id as key
from record.custody_episode
where custody_episode.is_active
