-- name: bad()
-- One row per cell.
select location.id as key
from record.location
inner join record.custody_episode on location.id = custody_episode.location_id
where
    location.kind_code = 'CELL'
    and location.is_residential
    and custody_episode.is_active
    and custody_episode.in_out_code = 'IN'
    and coalesce(location.working_capacity, location.max_capacity) is not null
group by location.id
having count(custody_episode.id) > coalesce(location.working_capacity, location.max_capacity)

-- name: counted()
select location.id as key
from record.location
where
    location.kind_code = 'CELL'
    and location.is_residential
    and location.is_active
    and coalesce(location.working_capacity, location.max_capacity) is not null
