-- What goes with a table or a column of an agency's own.

-- name: keep_holds_still()
-- Until the end of the transaction no hold is placed and none is lifted.
lock table ingest.hold in share mode

-- name: forget_values(entity, field)
-- What the values of a field were before they changed.
update ingest.change
set before = change.before - :field::text
where
    change.entity = :entity
    and :field = any(change.changed_fields)

-- name: forget_changes(entity)
-- What the change feed told of the records of an entity.
delete from ingest.change
where change.entity = :entity

-- name: forget_keys(entity)
-- The keys that would give the records of an entity their ids back.
delete from ingest.ended_key
where ended_key.entity = :entity
