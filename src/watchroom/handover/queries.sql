-- What the handover of one unit reads, through the gate: entities by their own names. Everything is asked by the
-- unit's code, so that the cost does not grow with the establishment.
-- Where a statement takes `ids`, it is narrowed to those people, for the page of one of them; null: everybody.

-- name: people(site_code, unit_code, ids)
-- One row per running time in custody of a person on the unit.
select
    person.id as person_id,
    person.prison_number,
    person.family_name,
    person.given_names,
    person.withheld as person_withheld,
    custody_episode.in_out_code,
    custody_episode.begun_at,
    'begun_at' = any(custody_episode.unreliable_dates) as begun_is_default,
    custody_episode.source_system,
    custody_episode.recorded_from,
    place.id as place_id,
    place.path as place_path,
    place.kind_code as place_kind,
    landing.path as landing_path,
    landing.kind_code as landing_kind
from person
join custody_episode
    on
        custody_episode.person_id = person.id
        and custody_episode.site_code = :site_code
        and custody_episode.unit_code = :unit_code
        and custody_episode.is_active
left join location as place
    on
        custody_episode.location_id = place.id
        and place.site_code = :site_code
        and place.unit_code = :unit_code
left join location as landing
    on
        place.parent_id = landing.id
        and landing.site_code = :site_code
        and landing.unit_code = :unit_code
where
    (:ids::uuid[] is null or person.id = any(:ids::uuid[]))
    and person.site_code = :site_code
    and person.unit_code = :unit_code
order by person.sort_key asc, person.id asc, custody_episode.begun_at desc nulls last, custody_episode.id asc

-- name: alerts(site_code, unit_code, ids)
-- One row per alert that the source reports as active.
select
    alert.person_id,
    alert.kind_code,
    alert.active_from,
    'active_from' = any(alert.unreliable_dates) as from_is_default,
    alert.active_to,
    'active_to' = any(alert.unreliable_dates) as to_is_default,
    alert.source_system,
    alert.recorded_from
from alert
where
    (:ids::uuid[] is null or alert.person_id = any(:ids::uuid[]))
    and alert.site_code = :site_code
    and alert.unit_code = :unit_code
    and alert.is_active
order by alert.person_id asc, alert.active_from asc, alert.id asc

-- name: cell_sharing(site_code, unit_code, ids)
-- One row per assessment of the risk to a cell mate, the latest first for each person.
select
    cell_sharing_risk.person_id,
    cell_sharing_risk.level_code,
    cell_sharing_risk.assessed_on,
    'assessed_on' = any(cell_sharing_risk.unreliable_dates) as assessed_is_default,
    cell_sharing_risk.next_review_on,
    coalesce(cell_sharing_risk.is_approved, false) as is_approved,
    cell_sharing_risk.source_system,
    cell_sharing_risk.recorded_from
from cell_sharing_risk
where
    (:ids::uuid[] is null or cell_sharing_risk.person_id = any(:ids::uuid[]))
    and cell_sharing_risk.site_code = :site_code
    and cell_sharing_risk.unit_code = :unit_code
-- Of one day the last in the source's own count: its key ends in a number, so a longer key is a later one.
order by
    cell_sharing_risk.person_id asc,
    cell_sharing_risk.assessed_on desc nulls last,
    length(cell_sharing_risk.source_key) desc,
    cell_sharing_risk.source_key desc,
    cell_sharing_risk.id asc

-- name: engagements(site_code, unit_code, today, ids)
-- One row per visit, court appearance or scheduled event of the day, whatever its status. What the place is called
-- is asked by its id (`place_names`): joined here, every place that the asker sees would be read for it.
select
    visit.person_id,
    'visit' as entity,
    null as class_code,
    visit.type_code as type_code,
    visit.type_source_value as type_source_value,
    null as sub_type_code,
    visit.status_code,
    visit.status_source_value,
    visit.visit_date as day,
    visit.starts_at,
    visit.ends_at,
    visit.location_id as place_id,
    null as place_name,
    null as agency_code_there,
    null as agency_code_from,
    visit.source_system,
    visit.recorded_from,
    visit.id
from visit
where
    (:ids::uuid[] is null or visit.person_id = any(:ids::uuid[]))
    and visit.site_code = :site_code
    and visit.unit_code = :unit_code
    and visit.visit_date = :today
union all
select
    court_appearance.person_id,
    'court_appearance' as entity,
    null as class_code,
    court_appearance.type_code,
    court_appearance.type_source_value,
    null as sub_type_code,
    court_appearance.status_code,
    court_appearance.status_source_value,
    court_appearance.appearance_date as day,
    court_appearance.starts_at,
    court_appearance.ends_at,
    null as place_id,
    null as place_name,
    court_appearance.court_code as agency_code_there,
    null as agency_code_from,
    court_appearance.source_system,
    court_appearance.recorded_from,
    court_appearance.id
from court_appearance
where
    (:ids::uuid[] is null or court_appearance.person_id = any(:ids::uuid[]))
    and court_appearance.site_code = :site_code
    and court_appearance.unit_code = :unit_code
    and court_appearance.appearance_date = :today
union all
select
    scheduled_event.person_id,
    'scheduled_event' as entity,
    scheduled_event.class_code,
    scheduled_event.type_code,
    scheduled_event.type_source_value,
    scheduled_event.sub_type_code,
    scheduled_event.status_code,
    scheduled_event.status_source_value,
    scheduled_event.event_date as day,
    scheduled_event.starts_at,
    scheduled_event.ends_at,
    scheduled_event.location_id as place_id,
    null as place_name,
    scheduled_event.to_agency_code as agency_code_there,
    scheduled_event.from_agency_code as agency_code_from,
    scheduled_event.source_system,
    scheduled_event.recorded_from,
    scheduled_event.id
from scheduled_event
where
    (:ids::uuid[] is null or scheduled_event.person_id = any(:ids::uuid[]))
    and scheduled_event.site_code = :site_code
    and scheduled_event.unit_code = :unit_code
    and scheduled_event.event_date = :today
order by starts_at asc nulls first, id asc

-- name: place_names(ids)
-- One row per place.
select
    location.id as place_id,
    coalesce(location.name, location.path) as place_name
from location
where location.id = any(:ids)
order by location.id asc

-- name: release_dates(site_code, unit_code, ids)
-- One row per calculation of sentence dates, the latest first for each person; a default day orders nothing.
select
    sentence_key_dates.person_id,
    sentence_key_dates.calculated_on,
    'calculated_on' = any(sentence_key_dates.unreliable_dates) as calculated_is_default,
    sentence_key_dates.confirmed_release_on,
    sentence_key_dates.automatic_release_on,
    sentence_key_dates.conditional_release_on,
    sentence_key_dates.non_parole_on,
    sentence_key_dates.post_recall_release_on,
    sentence_key_dates.home_detention_curfew_eligibility_on,
    sentence_key_dates.parole_eligibility_on,
    sentence_key_dates.sentence_expiry_on,
    sentence_key_dates.source_system,
    sentence_key_dates.recorded_from
from sentence_key_dates
where
    (:ids::uuid[] is null or sentence_key_dates.person_id = any(:ids::uuid[]))
    and sentence_key_dates.site_code = :site_code
    and sentence_key_dates.unit_code = :unit_code
order by
    sentence_key_dates.person_id asc,
    sentence_key_dates.calculated_on desc nulls last,
    length(sentence_key_dates.source_key) desc,
    sentence_key_dates.source_key desc,
    sentence_key_dates.id asc

-- name: non_associations(site_code, unit_code, ids)
-- One row per open non-association of a person on the unit; the other person only where the asker may know them.
select
    non_association.person_id,
    non_association.other_person_id,
    non_association.restriction_code,
    non_association.from_on,
    'from_on' = any(non_association.unreliable_dates) as from_is_default,
    non_association.source_system,
    non_association.recorded_from
from non_association
where
    (:ids::uuid[] is null or non_association.person_id = any(:ids::uuid[]))
    and non_association.site_code = :site_code
    and non_association.unit_code = :unit_code
    and non_association.is_open
order by non_association.person_id asc, non_association.other_person_id asc, non_association.id asc

-- name: incident_parts(site_code, unit_code, since, ids)
-- One row per person of the unit and incident that happened since then, or may have: one without a reliable instant
-- happened at the latest when it was reported, and when it came to be known here. That is told by the older of the
-- two records as they stand: the part is written anew when the person moves, the report is not.
select
    incident_participant.person_id,
    incident_report.reference,
    incident_report.type_code,
    incident_report.type_source_value,
    incident_report.occurred_at,
    'occurred_at' = any(incident_report.unreliable_dates) as occurred_is_default,
    case
        when not 'reported_at' = any(incident_report.unreliable_dates) then incident_report.reported_at
    end as reported_at,
    incident_participant.role_code,
    incident_participant.role_source_value,
    incident_participant.source_system,
    least(incident_participant.recorded_from, incident_report.recorded_from) as recorded_from
from incident_participant
join incident_report on incident_participant.incident_id = incident_report.id
where
    (:ids::uuid[] is null or incident_participant.person_id = any(:ids::uuid[]))
    and incident_participant.site_code = :site_code
    and incident_participant.unit_code = :unit_code
    and incident_participant.person_id is not null
    and (
        incident_report.occurred_at >= :since
        or (
            (incident_report.occurred_at is null or 'occurred_at' = any(incident_report.unreliable_dates))
            and least(incident_participant.recorded_from, incident_report.recorded_from) >= :since
        )
    )
order by incident_report.occurred_at desc nulls last, incident_participant.id asc

-- name: last_movements(site_code, unit_code, ids)
-- One row per passage of the gate that the source counts as a person's last, the latest first; a default instant
-- orders nothing.
select
    movement.person_id,
    movement.moved_at,
    'moved_at' = any(movement.unreliable_dates) as moved_is_default,
    movement.kind_code,
    movement.reason_code,
    movement.reason_source_value,
    movement.direction_code,
    movement.source_system,
    movement.recorded_from
from movement
where
    (:ids::uuid[] is null or movement.person_id = any(:ids::uuid[]))
    and movement.site_code = :site_code
    and movement.unit_code = :unit_code
    and movement.is_latest
order by movement.moved_at desc nulls last, movement.id asc

-- name: instructions(site_code, unit_code, today)
-- One row per thing that staff must do for a person today, without the reason; its last day counts.
select
    care_need.person_id,
    care_need.instruction_code as code,
    'care_instruction' as code_list
from care_need
where
    care_need.site_code = :site_code and care_need.unit_code = :unit_code
    and care_need.instruction_code is not null
    and (care_need.ended_on is null or care_need.ended_on >= :today)
union all
select
    reasonable_adjustment.person_id,
    reasonable_adjustment.adjustment_code as code,
    'reasonable_adjustment' as code_list
from reasonable_adjustment
where
    reasonable_adjustment.site_code = :site_code and reasonable_adjustment.unit_code = :unit_code
    and reasonable_adjustment.adjustment_code is not null
    and (reasonable_adjustment.ended_on is null or reasonable_adjustment.ended_on >= :today)
order by person_id asc, code_list asc, code asc

-- name: cells(unit_code, ids)
-- One row per cell of the unit, and one per person of it without a cell, occupied or not; never reduced.
select
    occupancy.location_id,
    occupancy.path,
    occupancy.is_cell,
    occupancy.occupants,
    occupancy.visible_person_ids,
    occupancy.withheld_count
from occupancy
where
    occupancy.unit_code = :unit_code
    and (:ids::uuid[] is null or occupancy.visible_person_ids && :ids::uuid[])
order by occupancy.path asc nulls last, occupancy.visible_person_ids asc

-- name: site_of_unit(unit_code)
-- One row: the agency of the unit.
select
    agency.code as site_code,
    agency.name
from agency
join location on location.site_code = agency.code
where location.unit_code = :unit_code and location.path = :unit_code
order by agency.code asc, agency.id asc
limit 1
