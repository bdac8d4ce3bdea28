-- name: erased_entities(erasure_id)
-- One row per entity of an erasure: how many records of it go.
select
    tombstone.entity,
    count(*)
from ingest.tombstone
where tombstone.erasure_id = :erasure_id
group by tombstone.entity
order by tombstone.entity asc

-- name: erased_sources(erasure_id)
-- One row per source whose records go.
select distinct tombstone.source_system
from ingest.tombstone
where tombstone.erasure_id = :erasure_id
order by tombstone.source_system asc

-- name: forget_tombstones(erasure_id)
-- Nothing of an erasure was erased after all.
delete from ingest.tombstone
where tombstone.erasure_id = :erasure_id

-- name: tombstones(erasure_id)
-- One row per record of an erasure, for the list that is kept outside the database.
select
    tombstone.entity,
    tombstone.id::text,
    tombstone.source_system,
    encode(tombstone.key_digest, 'hex')
from ingest.tombstone
where tombstone.erasure_id = :erasure_id
order by tombstone.entity asc, tombstone.id asc

-- name: keep_tombstones(erasure_id, entities, ids, sources, digests)
-- Tombstones that the list outside the database holds and the database does not: of records that came after a backup.
insert into ingest.tombstone (entity, id, erasure_id, source_system, key_digest)
select
    given.entity,
    given.id,
    :erasure_id,
    given.source_system,
    decode(given.digest, 'hex')
from unnest(:entities::text[], :ids::uuid[], :sources::text[], :digests::text[])
    as given (entity, id, source_system, digest)
on conflict (entity, id) do nothing

-- name: erase_changes(erasure_id)
-- What the change feed told of the records of an erasure.
delete from ingest.change
using ingest.tombstone
where
    tombstone.erasure_id = :erasure_id
    and change.entity = tombstone.entity
    and change.id = tombstone.id

-- name: erase_ended_keys(erasure_id)
-- The keys that would give the records of an erasure their ids back.
delete from ingest.ended_key
using ingest.tombstone
where
    tombstone.erasure_id = :erasure_id
    and ended_key.entity = tombstone.entity
    and ended_key.id = tombstone.id

-- name: tell_erased(erasure_id, seq, at)
-- That they are erased, for whoever follows the change feed: the id and nothing else.
insert into ingest.change (seq, recorded_at, entity, id, op, changed_fields, categories)
select
    :seq,
    :at,
    tombstone.entity,
    tombstone.id,
    'erased',
    '{}',
    '{}'
from ingest.tombstone
where tombstone.erasure_id = :erasure_id

-- name: enter_erasure(erasure_id, rule, erased_by, at, machine_at, seq, raw_rows)
-- That an erasure is done: it stands in the transaction that does it, so one without a row was not done.
insert into ingest.erasure (id, rule, erased_by, erased_at, machine_at, seq, records, raw_rows)
select
    :erasure_id,
    :rule,
    :erased_by,
    :at,
    :machine_at,
    :seq,
    count(*),
    :raw_rows
from ingest.tombstone
where tombstone.erasure_id = :erasure_id

-- name: erasures()
-- One row per erasure that was done, the latest first.
select
    erasure.id,
    erasure.rule,
    erasure.erased_by,
    erasure.erased_at,
    erasure.records,
    erasure.raw_rows,
    (
        select count(*)
        from ingest.tombstone
        where tombstone.erasure_id = erasure.id and tombstone.lifted_at is not null
    ) as lifted
from ingest.erasure
order by erasure.machine_at desc, erasure.id desc

-- name: tell_by_time(erasure_id)
-- A rule of retention erases what is written down.
update ingest.tombstone
set is_by_time = true
where tombstone.erasure_id = :erasure_id

-- name: clear_samples(tables)
-- What the planner keeps of the values of these tables.
select pg_clear_attribute_stats(space.nspname::text, class.relname::text, attribute.attname::text, false)
from pg_class as class
inner join pg_namespace as space on class.relnamespace = space.oid
inner join pg_attribute as attribute on class.oid = attribute.attrelid
where
    attribute.attnum > 0
    and not attribute.attisdropped
    and space.nspname || '.' || class.relname = any(:tables::text[])

-- name: names_of(people)
-- One row per number or family name of these people, now or before.
select person.prison_number as name
from record.person
where person.id = any(:people::uuid[]) and person.prison_number is not null
union
select person.family_name
from record.person
where person.id = any(:people::uuid[]) and person.family_name is not null
union
select past.prison_number
from record.person_history as past
where past.id = any(:people::uuid[]) and past.prison_number is not null
union
select past.family_name
from record.person_history as past
where past.id = any(:people::uuid[]) and past.family_name is not null

-- name: erase_requests(people, machine_at)
-- What was typed when somebody asked to be shown something of these people, and what was answered.
update gate.request
set
    words = null,
    words_erased_at = coalesce(request.words_erased_at, :machine_at),
    answer = null,
    answer_erased_at = case when request.answer is null then request.answer_erased_at else :machine_at end
where request.person_id = any(:people::uuid[])

-- name: erase_glass(people)
-- Why a glass was broken for these people.
update gate.glass
set reason = '', incident = null
from gate.opening
where
    glass.opening_id = opening.id
    and opening.person_id = any(:people::uuid[])

-- name: erase_look_facts(people)
-- What the review of looks read off the records of these people.
update audit.look_case_entry
set facts = '{}'
from audit.look_case
where
    look_case_entry.case_id = look_case.id
    and look_case.person_id = any(:people::uuid[])

-- name: erase_hold_words(people, erasure_id)
-- Why holds of these people and of records of the erasure stood; they are lifted, or nothing of it would be erased.
update ingest.hold
set reason = '', lift_reason = null
where
    hold.person_id = any(:people::uuid[])
    or exists (
        select
        from ingest.tombstone
        where
            tombstone.erasure_id = :erasure_id
            and tombstone.entity = hold.entity
            and tombstone.id = hold.record_id
    )

-- name: erase_case_rooms(erasure_id, machine_at, by)
-- The rooms of cases to which nothing is brought any more once the records of an erasure are gone; before they are.
with gone as (
    select
        brought.id,
        brought.case_reference,
        exists (
            select
            from ingest.tombstone
            where
                tombstone.erasure_id = :erasure_id
                and tombstone.entity = 'case_contribution'
                and tombstone.id = brought.id
        ) as is_gone
    from (
        select case_contribution.id, case_contribution.case_reference
        from record.case_contribution
        union
        select past.id, past.case_reference
        from record.case_contribution_history as past
    ) as brought
)

update gate.case_room
set
    case_reference = 'erased ' || case_room.id,
    closed_at = coalesce(case_room.closed_at, :machine_at),
    closed_by = coalesce(case_room.closed_by, :by)
where
    case_room.case_reference in (select gone.case_reference from gone where gone.is_gone)
    and case_room.case_reference not in (
        select gone.case_reference from gone where not gone.is_gone and gone.case_reference is not null
    )

-- name: erase_restricted_records(erasure_id, machine_at, by)
-- Why records of an erasure were kept and not used; they are kept no more.
update gate.record_restriction
set
    reason = '',
    lifted_at = coalesce(record_restriction.lifted_at, :machine_at),
    lifted_by = coalesce(record_restriction.lifted_by, :by)
from ingest.tombstone
where
    tombstone.erasure_id = :erasure_id
    and record_restriction.entity = tombstone.entity
    and record_restriction.record_id = tombstone.id

-- name: take_erasing_lock()
-- One row: no other erasure goes on until this transaction ends.
select pg_advisory_xact_lock(hashtextextended('watchroom erasure', 0))

-- name: lock_holds()
-- Nobody adds or lifts a hold until this transaction ends.
lock table ingest.hold in share mode
