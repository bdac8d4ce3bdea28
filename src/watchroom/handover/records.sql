-- The changed records of a unit, by id: what the sentences about changes name, and no free text but titles of
-- incidents. One query per entity; a test compares their columns with the model.

-- name: location(ids)
-- One row per location.
select
    location.id,
    location.source_system,
    location.unreliable_dates,
    location.code,
    location.path,
    location.name,
    location.kind_code,
    location.kind_source_value,
    location.parent_id,
    location.is_residential,
    location.is_active,
    location.deactivated_on,
    location.deactivated_reason_code,
    location.deactivated_reason_source_value,
    location.working_capacity,
    location.max_capacity,
    location.is_certified
from location
where location.id = any(:ids)
order by location.id asc

-- name: person(ids)
-- One row per person.
select
    person.id,
    person.source_system,
    person.unreliable_dates
from person
where person.id = any(:ids)
order by person.id asc

-- name: person_name(ids)
-- One row per person name.
select
    person_name.id,
    person_name.source_system,
    person_name.unreliable_dates
from person_name
where person_name.id = any(:ids)
order by person_name.id asc

-- name: person_identifier(ids)
-- One row per person identifier.
select
    person_identifier.id,
    person_identifier.source_system,
    person_identifier.unreliable_dates
from person_identifier
where person_identifier.id = any(:ids)
order by person_identifier.id asc

-- name: address(ids)
-- One row per address.
select
    address.id,
    address.source_system,
    address.unreliable_dates
from address
where address.id = any(:ids)
order by address.id asc

-- name: custody_episode(ids)
-- One row per custody episode.
select
    custody_episode.id,
    custody_episode.source_system,
    custody_episode.unreliable_dates,
    custody_episode.book_number,
    custody_episode.status_code,
    custody_episode.status_source_value,
    custody_episode.is_active,
    custody_episode.in_out_code,
    custody_episode.in_out_source_value,
    custody_episode.begun_at,
    custody_episode.ended_at,
    custody_episode.location_id,
    custody_episode.legal_status_code,
    custody_episode.legal_status_source_value,
    custody_episode.category_code,
    custody_episode.category_source_value,
    custody_episode.status_reason_code,
    custody_episode.status_reason_source_value
from custody_episode
where custody_episode.id = any(:ids)
order by custody_episode.id asc

-- name: movement(ids)
-- One row per movement.
select
    movement.id,
    movement.person_id,
    movement.source_system,
    movement.unreliable_dates,
    movement.moved_at,
    movement.kind_code,
    movement.kind_source_value,
    movement.reason_code,
    movement.reason_source_value,
    movement.direction_code,
    movement.direction_source_value,
    movement.from_agency_code,
    movement.from_agency_source_value,
    movement.to_agency_code,
    movement.to_agency_source_value,
    movement.escort_code,
    movement.escort_source_value,
    movement.is_latest
from movement
where movement.id = any(:ids)
order by movement.id asc

-- name: bed_assignment(ids)
-- One row per bed assignment.
select
    bed_assignment.id,
    bed_assignment.person_id,
    bed_assignment.source_system,
    bed_assignment.unreliable_dates,
    bed_assignment.location_id,
    bed_assignment.from_at,
    bed_assignment.to_at,
    bed_assignment.reason_code,
    bed_assignment.reason_source_value
from bed_assignment
where bed_assignment.id = any(:ids)
order by bed_assignment.id asc

-- name: sentence_key_dates(ids)
-- One row per sentence key dates.
select
    sentence_key_dates.id,
    sentence_key_dates.source_system,
    sentence_key_dates.unreliable_dates,
    sentence_key_dates.calculated_on,
    sentence_key_dates.reason_code,
    sentence_key_dates.reason_source_value,
    sentence_key_dates.sentence_expiry_on,
    sentence_key_dates.licence_expiry_on,
    sentence_key_dates.conditional_release_on,
    sentence_key_dates.automatic_release_on,
    sentence_key_dates.non_parole_on,
    sentence_key_dates.post_recall_release_on,
    sentence_key_dates.parole_eligibility_on,
    sentence_key_dates.home_detention_curfew_eligibility_on,
    sentence_key_dates.tariff_on,
    sentence_key_dates.confirmed_release_on
from sentence_key_dates
where sentence_key_dates.id = any(:ids)
order by sentence_key_dates.id asc

-- name: alert(ids)
-- One row per alert.
select
    alert.id,
    alert.source_system,
    alert.unreliable_dates,
    alert.type_code,
    alert.type_source_value,
    alert.kind_code,
    alert.kind_source_value,
    alert.active_from,
    alert.active_to,
    alert.is_active
from alert
where alert.id = any(:ids)
order by alert.id asc

-- name: cell_sharing_risk(ids)
-- One row per cell sharing risk.
select
    cell_sharing_risk.id,
    cell_sharing_risk.source_system,
    cell_sharing_risk.unreliable_dates,
    cell_sharing_risk.assessment_code,
    cell_sharing_risk.assessment_source_value,
    cell_sharing_risk.level_code,
    cell_sharing_risk.level_source_value,
    cell_sharing_risk.assessed_on,
    cell_sharing_risk.next_review_on,
    cell_sharing_risk.status_code,
    cell_sharing_risk.status_source_value,
    cell_sharing_risk.is_approved
from cell_sharing_risk
where cell_sharing_risk.id = any(:ids)
order by cell_sharing_risk.id asc

-- name: non_association(ids)
-- One row per non association.
select
    non_association.id,
    non_association.person_id,
    non_association.other_person_id,
    non_association.source_system,
    non_association.unreliable_dates,
    non_association.role_code,
    non_association.role_source_value,
    non_association.other_role_code,
    non_association.other_role_source_value,
    non_association.reason_code,
    non_association.reason_source_value,
    non_association.restriction_code,
    non_association.restriction_source_value,
    non_association.from_on,
    non_association.to_on,
    non_association.is_open
from non_association
where non_association.id = any(:ids)
order by non_association.id asc

-- name: care_need(ids)
-- One row per care need.
select
    care_need.id,
    care_need.source_system,
    care_need.unreliable_dates
from care_need
where care_need.id = any(:ids)
order by care_need.id asc

-- name: reasonable_adjustment(ids)
-- One row per reasonable adjustment.
select
    reasonable_adjustment.id,
    reasonable_adjustment.source_system,
    reasonable_adjustment.unreliable_dates
from reasonable_adjustment
where reasonable_adjustment.id = any(:ids)
order by reasonable_adjustment.id asc

-- name: incentive_level(ids)
-- One row per incentive level.
select
    incentive_level.id,
    incentive_level.source_system,
    incentive_level.unreliable_dates,
    incentive_level.level_code,
    incentive_level.level_source_value,
    incentive_level.set_at
from incentive_level
where incentive_level.id = any(:ids)
order by incentive_level.id asc

-- name: case_note(ids)
-- One row per case note.
select
    case_note.id,
    case_note.source_system,
    case_note.unreliable_dates,
    case_note.type_code,
    case_note.type_source_value,
    case_note.sub_type_code,
    case_note.sub_type_source_value,
    case_note.occurred_at,
    case_note.written_at,
    case_note.is_sensitive,
    outbox_item.system_code as pending_code
from case_note
left join outbox_item on case_note.id = outbox_item.case_note_id and outbox_item.status_code <> 'ACKNOWLEDGED'
where case_note.id = any(:ids)
order by case_note.id asc, outbox_item.id asc

-- name: scheduled_event(ids)
-- One row per scheduled event.
select
    scheduled_event.id,
    scheduled_event.source_system,
    scheduled_event.unreliable_dates,
    scheduled_event.class_code,
    scheduled_event.class_source_value,
    scheduled_event.type_code,
    scheduled_event.type_source_value,
    scheduled_event.sub_type_code,
    scheduled_event.sub_type_source_value,
    scheduled_event.event_date,
    scheduled_event.starts_at,
    scheduled_event.ends_at,
    scheduled_event.status_code,
    scheduled_event.status_source_value,
    scheduled_event.location_id,
    scheduled_event.from_agency_code,
    scheduled_event.from_agency_source_value,
    scheduled_event.to_agency_code,
    scheduled_event.to_agency_source_value
from scheduled_event
where scheduled_event.id = any(:ids)
order by scheduled_event.id asc

-- name: visit(ids)
-- One row per visit.
select
    visit.id,
    visit.source_system,
    visit.unreliable_dates,
    visit.type_code,
    visit.type_source_value,
    visit.status_code,
    visit.status_source_value,
    visit.visit_date,
    visit.starts_at,
    visit.ends_at,
    visit.location_id
from visit
where visit.id = any(:ids)
order by visit.id asc

-- name: court_appearance(ids)
-- One row per court appearance.
select
    court_appearance.id,
    court_appearance.source_system,
    court_appearance.unreliable_dates,
    court_appearance.type_code,
    court_appearance.type_source_value,
    court_appearance.status_code,
    court_appearance.status_source_value,
    court_appearance.appearance_date,
    court_appearance.starts_at,
    court_appearance.ends_at,
    court_appearance.court_code,
    court_appearance.court_source_value,
    court_appearance.outcome_code,
    court_appearance.outcome_source_value,
    court_appearance.direction_code,
    court_appearance.direction_source_value
from court_appearance
where court_appearance.id = any(:ids)
order by court_appearance.id asc

-- name: key_worker(ids)
-- One row per key worker.
select
    key_worker.id,
    key_worker.source_system,
    key_worker.unreliable_dates
from key_worker
where key_worker.id = any(:ids)
order by key_worker.id asc

-- name: incident_report(ids)
-- One row per incident report.
select
    incident_report.id,
    incident_report.source_system,
    incident_report.unreliable_dates,
    incident_report.reference,
    incident_report.type_code,
    incident_report.type_source_value,
    incident_report.status_code,
    incident_report.status_source_value,
    incident_report.occurred_at,
    incident_report.reported_at,
    incident_report.title
from incident_report
where incident_report.id = any(:ids)
order by incident_report.id asc

-- name: incident_participant(ids)
-- One row per incident participant.
select
    incident_participant.id,
    incident_participant.source_system,
    incident_participant.unreliable_dates,
    incident_participant.role_code,
    incident_participant.role_source_value,
    incident_participant.outcome_code,
    incident_participant.outcome_source_value
from incident_participant
where incident_participant.id = any(:ids)
order by incident_participant.id asc

-- name: adjudication_hearing(ids)
-- One row per adjudication hearing.
select
    adjudication_hearing.id,
    adjudication_hearing.source_system,
    adjudication_hearing.unreliable_dates
from adjudication_hearing
where adjudication_hearing.id = any(:ids)
order by adjudication_hearing.id asc

-- name: arrest(ids)
-- One row per arrest.
select arrest.id, arrest.source_system, arrest.unreliable_dates
from arrest
where arrest.id = any(:ids)
order by arrest.id asc

-- name: case_contribution(ids)
-- One row per contribution to a case conference.
select case_contribution.id, case_contribution.source_system, case_contribution.unreliable_dates
from case_contribution
where case_contribution.id = any(:ids)
order by case_contribution.id asc
