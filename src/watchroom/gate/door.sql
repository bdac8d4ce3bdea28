-- name: open_reading()
-- The transaction sees one state of the record, however many questions it asks.
set transaction isolation level repeatable read

-- name: last_sequence()
-- The last sealed sequence of that state; 0: nothing is known.
select coalesce(max(sealed.seq), 0) from ingest.sealed

-- name: hear_of_revokes()
-- No row: looking the name up is what matters; nothing but a name that everyone may look up.
select from pg_catalog.pg_database where false
