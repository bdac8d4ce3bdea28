-- name: add_staff_source(name, agency_code, time_zone, added_at)
-- What staff write has a source of its own; nothing, where it is there.
insert into ingest.source (name, kind, location, agency_code, time_zone, is_full, added_at)
values (:name, 'staff', '', :agency_code, :time_zone, false, :added_at)
on conflict (name) do nothing

-- name: kind_of(name)
-- One row: of which kind the source of that name is.
select source.kind
from ingest.source
where source.name = :name

-- name: standing_entries(source_system, ids)
-- One row per entry of the outbox that stands: everything that a next version of it repeats.
select
    outbox_item.id,
    outbox_item.source_key,
    outbox_item.seq_from,
    outbox_item.person_id::text as person_key,
    outbox_item.case_note_id::text as case_note_key,
    note.source_key as note_key,
    outbox_item.system_code,
    outbox_item.status_code,
    outbox_item.typed_at,
    outbox_item.typed_by_reference,
    outbox_item.site_code,
    outbox_item.unit_code,
    outbox_item.is_restricted
from record.outbox_item
left join record.case_note as note
    on outbox_item.case_note_id = note.id and note.source_system = :source_system
where outbox_item.source_system = :source_system and outbox_item.id = any(:ids::uuid[])
order by outbox_item.id asc

-- name: standing_people(ids)
-- One row per person: where they are now, and whether they are restricted, as their rows have it.
select
    person.id::text as person_key,
    person.site_code,
    person.unit_code,
    person.is_restricted
from record.person
where person.id = any(:ids::uuid[])
order by person.id asc

-- name: delivered_since(source_system, delivering, system_code)
-- One row per entry that a legal record holds now: the same person, kind, minute and words, blanks aside. Each delivered
-- note is taken for one entry and each entry for one note, the earliest first.
with alike as (
    select
        outbox_item.id as entry_id,
        min(delivered.id::text) as delivered_id,
        min(delivered.source_key) as delivered_key,
        row_number() over (
            partition by min(delivered.id::text) order by outbox_item.typed_at asc, outbox_item.id asc
        ) as nth
    from record.outbox_item
    inner join record.case_note as written
        on outbox_item.case_note_id = written.id and written.source_system = :source_system
    inner join record.case_note as delivered
        on
            written.person_id = delivered.person_id
            and written.type_code = delivered.type_code
            and written.sub_type_code is not distinct from delivered.sub_type_code
            and date_trunc('minute', written.occurred_at) = date_trunc('minute', delivered.occurred_at)
            and regexp_replace(lower(written.text), '\s+', ' ', 'g')
            = regexp_replace(lower(btrim(delivered.text)), '\s+', ' ', 'g')
    where
        outbox_item.source_system = :source_system
        and outbox_item.system_code = :system_code
        and outbox_item.status_code <> 'WITHDRAWN'
        and delivered.source_system = :delivering
        and not exists (
            select from record.outbox_item as other
            where other.source_system = :source_system and other.case_note_id = delivered.id
        )
    group by outbox_item.id, outbox_item.typed_at
)

select
    alike.entry_id,
    alike.delivered_id,
    alike.delivered_key
from alike
where alike.nth = 1
order by alike.entry_id asc

-- name: is_written(source_system, source_key)
-- Whether there is an entry of that key, whatever became of it.
select exists(
    select
    from record.outbox_item
    where outbox_item.source_system = :source_system and outbox_item.source_key = :source_key
)

-- name: stage_moved_notes(source_system)
-- Notes of staff about people who are elsewhere now, or restricted or not any more, staged with where they are now.
insert into pg_temp.stage_case_note (
    source_key, site_code, unit_code, is_restricted, person_key, type_code, type_source_value, sub_type_code,
    sub_type_source_value, occurred_at, written_at, staff_reference, text, is_sensitive
)
select
    note.source_key,
    person.site_code,
    person.unit_code,
    person.is_restricted,
    note.person_id::text,
    note.type_code,
    note.type_source_value,
    note.sub_type_code,
    note.sub_type_source_value,
    note.occurred_at,
    note.written_at,
    note.staff_reference,
    note.text,
    note.is_sensitive
from record.case_note as note
inner join record.person on note.person_id = person.id
where
    note.source_system = :source_system
    and (note.site_code, note.unit_code, note.is_restricted)
    is distinct from (person.site_code, person.unit_code, person.is_restricted)

-- name: stage_moved_entries(source_system)
-- The same of entries of the outbox.
insert into pg_temp.stage_outbox_item (
    source_key, site_code, unit_code, is_restricted, person_key, case_note_key, system_code, system_source_value,
    status_code, status_source_value, typed_at, typed_by_reference, status_at, status_by_reference, reason_code,
    reason_source_value, legal_reference
)
select
    entry.source_key,
    person.site_code,
    person.unit_code,
    person.is_restricted,
    entry.person_id::text,
    note.id::text,
    entry.system_code,
    entry.system_source_value,
    entry.status_code,
    entry.status_source_value,
    entry.typed_at,
    entry.typed_by_reference,
    entry.status_at,
    entry.status_by_reference,
    entry.reason_code,
    entry.reason_source_value,
    entry.legal_reference
from record.outbox_item as entry
inner join record.person on entry.person_id = person.id
left join record.case_note as note on entry.case_note_id = note.id
where
    entry.source_system = :source_system
    and (entry.site_code, entry.unit_code, entry.is_restricted)
    is distinct from (person.site_code, person.unit_code, person.is_restricted)

-- name: has_moved(source_system)
-- Whether an entry of the outbox stands at another place than its person; its note stands where it does.
select exists(
    select
    from record.outbox_item as entry
    inner join record.person on entry.person_id = person.id
    where
        entry.source_system = :source_system
        and (entry.site_code, entry.unit_code, entry.is_restricted)
        is distinct from (person.site_code, person.unit_code, person.is_restricted)
)
