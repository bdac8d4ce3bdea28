-- name: add_staff_source(name, agency_code, time_zone, added_at)
-- What staff write has a source of its own, and follows its people; nothing, where it is there.
with added as (
    insert into ingest.source (name, kind, location, agency_code, time_zone, is_full, added_at)
    values (:name, 'staff', '', :agency_code, :time_zone, false, :added_at)
    on conflict (name) do nothing
)

insert into ingest.reference_rule (source_system, agency_code, target, by_field, makes, entities, is_settled)
values (:name, :agency_code, 'person', null, false, '{case_note,outbox_item}', true)
on conflict (source_system, target) do nothing

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
