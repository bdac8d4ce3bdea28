-- name: bad()
-- One row per booking.
select
    custody_episode.id as key,
    custody_episode.source_system
from record.custody_episode
where
    custody_episode.is_active
    and custody_episode.in_out_code = 'IN'
    and not exists (
        select from record.cell_sharing_risk where cell_sharing_risk.episode_id = custody_episode.id
    )

-- name: counted()
select
    custody_episode.id as key,
    custody_episode.source_system
from record.custody_episode
where custody_episode.is_active and custody_episode.in_out_code = 'IN'
