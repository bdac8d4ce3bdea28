-- What staff wrote here, as whoever asks may see it.

-- name: subject(person_id)
-- One row: the person; none, where there is nobody whom the asker may see.
select
    person.id as person_id,
    person.prison_number,
    person.family_name,
    person.given_names,
    person.site_code,
    person.unit_code
from person
where person.id = :person_id
order by person.id asc

-- name: entries(states, since, at_most)
-- One row per entry that has not come to its end, or came to it since an instant; the oldest first.
select
    outbox_item.id as entry_id,
    outbox_item.seq_from as version,
    outbox_item.person_id,
    person.prison_number,
    person.family_name,
    person.given_names,
    outbox_item.site_code,
    outbox_item.unit_code,
    outbox_item.system_code,
    outbox_item.status_code,
    outbox_item.typed_at,
    outbox_item.typed_by_reference as typed_by,
    outbox_item.status_at,
    outbox_item.status_by_reference as status_by,
    outbox_item.reason_code,
    outbox_item.legal_reference,
    case_note.type_code,
    case_note.sub_type_code,
    case_note.occurred_at,
    case_note.text
from outbox_item
inner join person on outbox_item.person_id = person.id
left join case_note on outbox_item.case_note_id = case_note.id
where outbox_item.status_code = any(:states) or outbox_item.status_at >= :since
order by outbox_item.typed_at asc, outbox_item.id asc
limit :at_most

-- name: entry(entry_id)
-- One row: the entry.
select
    outbox_item.id as entry_id,
    outbox_item.seq_from as version,
    outbox_item.person_id,
    person.prison_number,
    person.family_name,
    person.given_names,
    outbox_item.site_code,
    outbox_item.unit_code,
    outbox_item.system_code,
    outbox_item.status_code,
    outbox_item.typed_at,
    outbox_item.typed_by_reference as typed_by,
    outbox_item.status_at,
    outbox_item.status_by_reference as status_by,
    outbox_item.reason_code,
    outbox_item.legal_reference,
    case_note.type_code,
    case_note.sub_type_code,
    case_note.occurred_at,
    case_note.text
from outbox_item
inner join person on outbox_item.person_id = person.id
left join case_note on outbox_item.case_note_id = case_note.id
where outbox_item.id = :entry_id
order by outbox_item.id asc
