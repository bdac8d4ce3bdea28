-- What the page of one person shows, and what the rules of attention look at for that person alone.
--
-- Statements about facts give the same columns, so that one shape shows them all; which code lists the codes belong
-- to stands in rules.py. What the rules look at is asked with the statements of the handover.

-- name: person(person_id)
-- One row: who it is and in which cell.
select
    person.id as person_id,
    person.prison_number,
    person.family_name,
    person.given_names,
    person.site_code,
    person.unit_code,
    person.withheld,
    location.path as cell_path
from person
left join custody_episode
    on
        person.id = custody_episode.person_id
        and custody_episode.is_active
left join location
    on custody_episode.location_id = location.id
where person.id = :person_id
order by custody_episode.begun_at desc nulls last, person.id asc, custody_episode.id asc
limit 1;

-- name: alerts(person_id, today)
-- One row per alert in force.
select
    alert.id as row_id,
    alert.person_id,
    null::uuid as other_person_id,
    alert.kind_code as what_code,
    alert.kind_source_value as what_source,
    alert.type_code as detail_code,
    alert.type_source_value as detail_source,
    null::text as status_code,
    null::text as status_source,
    alert.comment as note,
    null::timestamptz as told_at,
    alert.active_from as told_on,
    null::timestamptz as ends_at,
    'active_from' = any(alert.unreliable_dates) as is_unreliable,
    alert.source_system,
    alert.recorded_from,
    alert.withheld
from alert
where
    alert.person_id = :person_id
    and alert.is_active
    and (alert.active_to is null or alert.active_to > :today)
order by alert.active_from desc nulls last, alert.id asc;

-- name: instructions(person_id, today)
-- One row per need of care that is not over and tells staff something to do; its last day counts. A need without an
-- instruction would tell only that there is a problem of health; one that is withheld is said to be.
select
    care_need.id as row_id,
    care_need.person_id,
    null::uuid as other_person_id,
    care_need.instruction_code as what_code,
    care_need.instruction_source_value as what_source,
    null::text as detail_code,
    null::text as detail_source,
    care_need.status_code,
    care_need.status_source_value as status_source,
    null::text as note,
    null::timestamptz as told_at,
    care_need.started_on as told_on,
    null::timestamptz as ends_at,
    'started_on' = any(care_need.unreliable_dates) as is_unreliable,
    care_need.source_system,
    care_need.recorded_from,
    care_need.withheld
from care_need
where
    care_need.person_id = :person_id
    and (
        care_need.instruction_code is not null
        or care_need.instruction_source_value is not null
        or 'instruction_code' = any(care_need.withheld)
    )
    and (care_need.ended_on is null or care_need.ended_on >= :today)
order by care_need.started_on desc nulls last, care_need.id asc;

-- name: adjustments(person_id, today)
-- One row per thing that is arranged so that the person can live on the wing on equal terms.
select
    reasonable_adjustment.id as row_id,
    reasonable_adjustment.person_id,
    null::uuid as other_person_id,
    reasonable_adjustment.adjustment_code as what_code,
    reasonable_adjustment.adjustment_source_value as what_source,
    null::text as detail_code,
    null::text as detail_source,
    null::text as status_code,
    null::text as status_source,
    null::text as note,
    null::timestamptz as told_at,
    reasonable_adjustment.started_on as told_on,
    null::timestamptz as ends_at,
    'started_on' = any(reasonable_adjustment.unreliable_dates) as is_unreliable,
    reasonable_adjustment.source_system,
    reasonable_adjustment.recorded_from,
    reasonable_adjustment.withheld
from reasonable_adjustment
where
    reasonable_adjustment.person_id = :person_id
    and (reasonable_adjustment.ended_on is null or reasonable_adjustment.ended_on >= :today)
order by reasonable_adjustment.started_on desc nulls last, reasonable_adjustment.id asc;

-- name: cell_sharing(person_id)
-- One row per assessment, the newest first.
select
    cell_sharing_risk.id as row_id,
    cell_sharing_risk.person_id,
    null::uuid as other_person_id,
    cell_sharing_risk.level_code as what_code,
    cell_sharing_risk.level_source_value as what_source,
    cell_sharing_risk.assessment_code as detail_code,
    cell_sharing_risk.assessment_source_value as detail_source,
    cell_sharing_risk.status_code,
    cell_sharing_risk.status_source_value as status_source,
    cell_sharing_risk.comment as note,
    null::timestamptz as told_at,
    cell_sharing_risk.assessed_on as told_on,
    null::timestamptz as ends_at,
    'assessed_on' = any(cell_sharing_risk.unreliable_dates) as is_unreliable,
    cell_sharing_risk.source_system,
    cell_sharing_risk.recorded_from,
    cell_sharing_risk.withheld
from cell_sharing_risk
where cell_sharing_risk.person_id = :person_id
order by
    cell_sharing_risk.assessed_on desc nulls last,
    length(cell_sharing_risk.source_key) desc,
    cell_sharing_risk.source_key desc,
    cell_sharing_risk.id asc
limit 3;

-- name: non_associations(person_id, today)
-- One row per person to be kept apart from, the last day included; the name is empty where the asker may not know
-- that person.
select
    non_association.id as row_id,
    non_association.person_id,
    other.id as other_person_id,
    non_association.restriction_code as what_code,
    non_association.restriction_source_value as what_source,
    non_association.reason_code as detail_code,
    non_association.reason_source_value as detail_source,
    null::text as status_code,
    null::text as status_source,
    concat_ws(', ', other.family_name, other.given_names) as note,
    null::timestamptz as told_at,
    non_association.from_on as told_on,
    null::timestamptz as ends_at,
    'from_on' = any(non_association.unreliable_dates) as is_unreliable,
    non_association.source_system,
    non_association.recorded_from,
    non_association.withheld
from non_association
left join person as other
    on non_association.other_person_id = other.id
where
    non_association.person_id = :person_id
    and non_association.is_open
    and (non_association.to_on is null or non_association.to_on >= :today)
order by non_association.from_on desc nulls last, non_association.id asc;

-- name: incidents(person_id)
-- One row per incident in which the person took part, the latest first, open or closed.
select
    incident_report.id as row_id,
    incident_participant.person_id,
    null::uuid as other_person_id,
    incident_report.type_code as what_code,
    incident_report.type_source_value as what_source,
    incident_participant.role_code as detail_code,
    incident_participant.role_source_value as detail_source,
    incident_report.status_code,
    incident_report.status_source_value as status_source,
    incident_report.reference as note,
    incident_report.occurred_at as told_at,
    null::date as told_on,
    null::timestamptz as ends_at,
    'occurred_at' = any(incident_report.unreliable_dates) as is_unreliable,
    incident_participant.source_system,
    incident_participant.recorded_from,
    incident_report.withheld || incident_participant.withheld as withheld
from incident_participant
join incident_report on incident_participant.incident_id = incident_report.id
where incident_participant.person_id = :person_id
order by incident_report.occurred_at desc nulls last, incident_participant.id asc
limit 10;

-- name: notes(person_id)
-- One row per note, the latest first; of one that staff wrote here also who did, and the legal record that is not known
-- to hold it.
select
    case_note.id as row_id,
    case_note.person_id,
    null::uuid as other_person_id,
    case_note.type_code as what_code,
    case_note.type_source_value as what_source,
    case_note.sub_type_code as detail_code,
    case_note.sub_type_source_value as detail_source,
    outbox_item.system_code as status_code,
    outbox_item.system_source_value as status_source,
    case when case_note.source_system = 'staff' then concat(case_note.text, ' (', case_note.staff_reference, ')')
        else case_note.text
    end as note,
    case_note.occurred_at as told_at,
    null::date as told_on,
    null::timestamptz as ends_at,
    'occurred_at' = any(case_note.unreliable_dates) as is_unreliable,
    case_note.source_system,
    case_note.recorded_from,
    case_note.withheld
from case_note
left join outbox_item
    on
        case_note.id = outbox_item.case_note_id
        and outbox_item.status_code in ('WAITING', 'EXPORTED', 'COPIED', 'REFUSED')
where case_note.person_id = :person_id
order by case_note.occurred_at desc nulls last, case_note.id asc, outbox_item.id asc
limit 10;

-- name: movements(person_id)
-- One row per movement, the newest first.
select
    movement.id as row_id,
    movement.person_id,
    null::uuid as other_person_id,
    movement.kind_code as what_code,
    movement.kind_source_value as what_source,
    movement.reason_code as detail_code,
    movement.reason_source_value as detail_source,
    null::text as status_code,
    null::text as status_source,
    movement.comment as note,
    movement.moved_at as told_at,
    null::date as told_on,
    null::timestamptz as ends_at,
    'moved_at' = any(movement.unreliable_dates) as is_unreliable,
    movement.source_system,
    movement.recorded_from,
    movement.withheld
from movement
where movement.person_id = :person_id
order by movement.moved_at desc nulls last, movement.id asc
limit 10;

-- name: events(person_id, today, last_day)
-- One row per scheduled event from today on.
select
    scheduled_event.id as row_id,
    scheduled_event.person_id,
    null::uuid as other_person_id,
    scheduled_event.type_code as what_code,
    scheduled_event.type_source_value as what_source,
    scheduled_event.sub_type_code as detail_code,
    scheduled_event.sub_type_source_value as detail_source,
    scheduled_event.status_code,
    scheduled_event.status_source_value as status_source,
    scheduled_event.comment as note,
    scheduled_event.starts_at as told_at,
    scheduled_event.event_date as told_on,
    scheduled_event.ends_at,
    'event_date' = any(scheduled_event.unreliable_dates) as is_unreliable,
    scheduled_event.source_system,
    scheduled_event.recorded_from,
    scheduled_event.withheld
from scheduled_event
where
    scheduled_event.person_id = :person_id
    and scheduled_event.event_date between :today and :last_day
order by scheduled_event.event_date asc, scheduled_event.starts_at asc nulls last, scheduled_event.id asc;

-- name: visits(person_id, today, last_day)
-- One row per visit from today on.
select
    visit.id as row_id,
    visit.person_id,
    null::uuid as other_person_id,
    visit.type_code as what_code,
    visit.type_source_value as what_source,
    null::text as detail_code,
    null::text as detail_source,
    visit.status_code,
    visit.status_source_value as status_source,
    visit.comment as note,
    visit.starts_at as told_at,
    visit.visit_date as told_on,
    visit.ends_at,
    'visit_date' = any(visit.unreliable_dates) as is_unreliable,
    visit.source_system,
    visit.recorded_from,
    visit.withheld
from visit
where
    visit.person_id = :person_id
    and visit.visit_date between :today and :last_day
order by visit.visit_date asc, visit.starts_at asc nulls last, visit.id asc;

-- name: court(person_id, today, last_day)
-- One row per appearance from today on.
select
    court_appearance.id as row_id,
    court_appearance.person_id,
    null::uuid as other_person_id,
    court_appearance.type_code as what_code,
    court_appearance.type_source_value as what_source,
    court_appearance.court_code as detail_code,
    court_appearance.court_source_value as detail_source,
    court_appearance.status_code,
    court_appearance.status_source_value as status_source,
    court_appearance.comment as note,
    court_appearance.starts_at as told_at,
    court_appearance.appearance_date as told_on,
    court_appearance.ends_at,
    'appearance_date' = any(court_appearance.unreliable_dates) as is_unreliable,
    court_appearance.source_system,
    court_appearance.recorded_from,
    court_appearance.withheld
from court_appearance
where
    court_appearance.person_id = :person_id
    and court_appearance.appearance_date between :today and :last_day
order by court_appearance.appearance_date asc, court_appearance.starts_at asc nulls last, court_appearance.id asc;
