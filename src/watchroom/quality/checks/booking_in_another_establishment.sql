-- name: bad()
-- One row per booking.
select
    custody_episode.id as key,
    custody_episode.source_system
from record.custody_episode
inner join record.location on custody_episode.location_id = location.id
where custody_episode.is_active and location.site_code <> custody_episode.site_code

-- name: counted()
select
    custody_episode.id as key,
    custody_episode.source_system
from record.custody_episode
where custody_episode.is_active and custody_episode.location_id is not null
