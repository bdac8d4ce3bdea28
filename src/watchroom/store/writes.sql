-- name: give_room()
-- Hash tables of a batch stay in memory; until the transaction ends.
set local work_mem = '128MB'

-- name: known_rows(table)
-- One row: how many rows the planner believes a table to have; -1 when it was never told.
select pg_class.reltuples
from pg_class
where pg_class.oid = :table::regclass
