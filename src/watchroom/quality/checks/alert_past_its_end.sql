-- name: bad(now)
-- One row per alert.
select alert.id as key
from record.alert
where alert.is_active and alert.active_to < (:now::timestamptz)::date

-- name: counted()
select alert.id as key
from record.alert
where alert.is_active
