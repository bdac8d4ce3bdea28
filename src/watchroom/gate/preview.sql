-- name: persons()
-- One row: how many persons the record holds now.
select count(*)
from record.person
