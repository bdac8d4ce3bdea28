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

-- name: waiting(system_code, status_code, at_most)
-- One row per entry of a legal record that can be sent to it: it has words, and a number that the record finds by.
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
where
    outbox_item.system_code = :system_code
    and outbox_item.status_code = :status_code
    and case_note.text <> ''
    and person.prison_number <> ''
order by outbox_item.typed_at asc, outbox_item.id asc
limit :at_most

-- name: waiting_counts(system_code, status_code)
-- One row: how many of a legal record can be sent, and how many lack the words, or else the number; none: none waits.
select
    outbox_item.status_code,
    count(*) filter (where case_note.text <> '' and person.prison_number <> '') as can_go,
    count(*) filter (where coalesce(case_note.text, '') = '') as without_words,
    count(*) filter (
        where case_note.text <> '' and coalesce(person.prison_number, '') = ''
    ) as without_number
from outbox_item
inner join person on outbox_item.person_id = person.id
left join case_note on outbox_item.case_note_id = case_note.id
where outbox_item.system_code = :system_code and outbox_item.status_code = :status_code
group by outbox_item.status_code
order by outbox_item.status_code asc
