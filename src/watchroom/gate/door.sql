-- name: open_reading()
-- The transaction sees one state of the record, however many questions it asks.
set transaction isolation level repeatable read

-- name: last_sequence()
-- The last sealed sequence of that state; 0: nothing is known.
select coalesce(max(sealed.seq), 0) from ingest.sealed
