-- name: bad()
-- One row per cell.
select
    location.id as key,
    location.source_system
from record.location
inner join record.custody_episode on location.id = custody_episode.location_id
where
    location.kind_code = 'CELL'
    and location.is_residential
    and custody_episode.is_active
    and custody_episode.in_out_code = 'IN'
    and coalesce(location.working_capacity, location.max_capacity) is not null
group by location.id, location.source_system
having count(custody_episode.id) > coalesce(location.working_capacity, location.max_capacity)

-- name: counted()
-- A closed cell in which somebody is is in use.
select
    location.id as key,
    location.source_system
from record.location
where
    location.kind_code = 'CELL'
    and location.is_residential
    and (
        location.is_active
        or location.id in (
            select custody_episode.location_id
            from record.custody_episode
            where custody_episode.is_active and custody_episode.in_out_code = 'IN'
        )
    )
    and coalesce(location.working_capacity, location.max_capacity) is not null
