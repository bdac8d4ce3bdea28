-- name: bad()
-- One row per booking.
select
    custody_episode.id as key,
    custody_episode.source_system
from record.custody_episode
left join record.location on custody_episode.location_id = location.id
where
    custody_episode.is_active
    and custody_episode.in_out_code = 'IN'
    and location.kind_code is distinct from 'CELL'
    and custody_episode.site_code in (
        select cell.site_code
        from record.location as cell
        where cell.kind_code = 'CELL' and cell.is_residential
    )

-- name: counted()
select
    custody_episode.id as key,
    custody_episode.source_system
from record.custody_episode
where
    custody_episode.is_active
    and custody_episode.in_out_code = 'IN'
    and custody_episode.site_code in (
        select cell.site_code
        from record.location as cell
        where cell.kind_code = 'CELL' and cell.is_residential
    )
