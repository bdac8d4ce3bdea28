-- name: hear_of_revokes()
-- No row: looking the name up is what matters; nothing but a name that everyone may look up.
select from pg_catalog.pg_database where false

-- name: leave_audience()
-- Be the login of reads again.
set local role none
