-- name: bad(today)
-- One row per alert.
select
    alert.id as key,
    alert.source_system
from record.alert
where alert.is_active and alert.active_to < :today::date

-- name: counted()
select
    alert.id as key,
    alert.source_system
from record.alert
where alert.is_active
