-- name: lift_tombstone(entity, id, at, lifted_by)
-- The record may be delivered again; no row where there is no tombstone of it, or it was lifted already.
update ingest.tombstone
set lifted_at = :at, lifted_by = :lifted_by
where
    tombstone.entity = :entity
    and tombstone.id = :id
    and tombstone.lifted_at is null
returning tombstone.id

-- name: lift_theirs(person_id, at, lifted_by)
-- What was about that person, and about nobody else who is erased, may be delivered again.
update ingest.tombstone
set lifted_at = :at, lifted_by = :lifted_by
where
    :person_id::uuid = any(tombstone.person_ids)
    and tombstone.lifted_at is null
    and not exists (
        select
        from ingest.tombstone as other
        where
            other.entity = 'person'
            and other.id = any(tombstone.person_ids)
            and other.id <> :person_id
            and other.lifted_at is null
    )

-- name: forget_names(person_id)
-- Rows that name this person, or something of theirs, are kept raw again.
delete from ingest.erased_name
where erased_name.person_id = :person_id

-- name: erased_under(key, form, entities)
-- One row per tombstone of a record with that key, of whatever source, or of a person with that number.
select
    tombstone.entity,
    tombstone.id,
    tombstone.source_system,
    tombstone.erasure_id,
    tombstone.person_ids,
    tombstone.lifted_at is not null as is_lifted
from ingest.tombstone
cross join ingest.erasure_salt as salted
inner join unnest(:entities::text[]) as entity (name) on tombstone.entity = entity.name
where tombstone.key_digest = sha256(salted.salt || convert_to(entity.name || chr(31) || :key::text, 'UTF8'))
union
select
    tombstone.entity,
    tombstone.id,
    tombstone.source_system,
    tombstone.erasure_id,
    tombstone.person_ids,
    tombstone.lifted_at is not null
from ingest.erased_name
cross join ingest.erasure_salt as salted
inner join ingest.tombstone on tombstone.entity = 'person' and erased_name.person_id = tombstone.id
where
    erased_name.source_system = ''
    and erased_name.kind = 'person'
    and erased_name.digest = sha256(salted.salt || convert_to('person' || chr(31) || :form::text, 'UTF8'))
order by entity asc, id asc
