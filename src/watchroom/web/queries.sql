-- What one person's page shows. Every statement about facts gives the same columns, so that one shape shows them all;
-- which code lists the codes belong to stands in person_parts.py.

-- name: person(person_id)
-- One row: who it is and in which cell.
select
    person.id as person_id,
    person.prison_number,
    person.family_name,
    person.given_names,
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

-- name: sources()
-- One row per source system.
select
    source_freshness.source_system,
    source_freshness.last_sealed_at,
    source_freshness.extract_as_at,
    source_freshness.expected_every_seconds
from source_freshness
order by source_freshness.source_system asc;

-- name: roll_by_unit()
-- One row per unit, whole for everyone; for a board one per establishment, and one for all.
select
    roll.counted,
    roll.site_code,
    roll.unit_code,
    sum(roll.on_roll)::bigint as on_roll,
    sum(roll.in_now)::bigint as in_now,
    sum(roll.out_now)::bigint as out_now,
    sum(roll.no_cell)::bigint as no_cell,
    sum(roll.capacity)::bigint as capacity
from roll
group by roll.counted, roll.site_code, roll.unit_code
order by roll.counted asc, roll.site_code asc nulls last, roll.unit_code asc nulls last;

-- name: alerts(person_id, today)
-- One row per alert in force.
select
    alert.person_id,
    alert.kind_code as what_code,
    alert.kind_source_value as what_source,
    alert.type_code as detail_code,
    alert.type_source_value as detail_source,
    alert.comment as note,
    null::timestamptz as told_at,
    alert.active_from as told_on,
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
-- One row per need of care that is not over; its last day counts.
select
    care_need.person_id,
    care_need.instruction_code as what_code,
    care_need.instruction_source_value as what_source,
    care_need.status_code as detail_code,
    care_need.status_source_value as detail_source,
    null::text as note,
    null::timestamptz as told_at,
    care_need.started_on as told_on,
    'started_on' = any(care_need.unreliable_dates) as is_unreliable,
    care_need.source_system,
    care_need.recorded_from,
    care_need.withheld
from care_need
where
    care_need.person_id = :person_id
    and (care_need.ended_on is null or care_need.ended_on >= :today)
order by care_need.started_on desc nulls last, care_need.id asc;

-- name: cell_sharing(person_id)
-- One row per assessment, the newest first.
select
    cell_sharing_risk.person_id,
    cell_sharing_risk.level_code as what_code,
    cell_sharing_risk.level_source_value as what_source,
    cell_sharing_risk.assessment_code as detail_code,
    cell_sharing_risk.assessment_source_value as detail_source,
    cell_sharing_risk.comment as note,
    null::timestamptz as told_at,
    cell_sharing_risk.assessed_on as told_on,
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
    non_association.person_id,
    non_association.restriction_code as what_code,
    non_association.restriction_source_value as what_source,
    non_association.reason_code as detail_code,
    non_association.reason_source_value as detail_source,
    concat_ws(', ', other.family_name, other.given_names) as note,
    null::timestamptz as told_at,
    non_association.from_on as told_on,
    'from_on' = any(non_association.unreliable_dates) as is_unreliable,
    non_association.source_system,
    non_association.recorded_from,
    non_association.withheld,
    other.id as other_person_id
from non_association
left join person as other
    on non_association.other_person_id = other.id
where
    non_association.person_id = :person_id
    and non_association.is_open
    and (non_association.to_on is null or non_association.to_on >= :today)
order by non_association.from_on desc nulls last, non_association.id asc;

-- name: movements(person_id)
-- One row per movement, the newest first.
select
    movement.person_id,
    movement.kind_code as what_code,
    movement.kind_source_value as what_source,
    movement.reason_code as detail_code,
    movement.reason_source_value as detail_source,
    movement.comment as note,
    movement.moved_at as told_at,
    null::date as told_on,
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
    scheduled_event.person_id,
    scheduled_event.type_code as what_code,
    scheduled_event.type_source_value as what_source,
    scheduled_event.status_code as detail_code,
    scheduled_event.status_source_value as detail_source,
    scheduled_event.comment as note,
    scheduled_event.starts_at as told_at,
    scheduled_event.event_date as told_on,
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
    visit.person_id,
    visit.type_code as what_code,
    visit.type_source_value as what_source,
    visit.status_code as detail_code,
    visit.status_source_value as detail_source,
    visit.comment as note,
    visit.starts_at as told_at,
    visit.visit_date as told_on,
    'visit_date' = any(visit.unreliable_dates) as is_unreliable,
    visit.source_system,
    visit.recorded_from,
    visit.withheld
from visit
where
    visit.person_id = :person_id
    and visit.visit_date between :today and :last_day
order by visit.visit_date asc, visit.starts_at asc nulls last, visit.id asc;

-- name: court_appearances(person_id, today, last_day)
-- One row per appearance from today on.
select
    court_appearance.person_id,
    court_appearance.type_code as what_code,
    court_appearance.type_source_value as what_source,
    court_appearance.court_code as detail_code,
    court_appearance.court_source_value as detail_source,
    court_appearance.comment as note,
    court_appearance.starts_at as told_at,
    court_appearance.appearance_date as told_on,
    'appearance_date' = any(court_appearance.unreliable_dates) as is_unreliable,
    court_appearance.source_system,
    court_appearance.recorded_from,
    court_appearance.withheld
from court_appearance
where
    court_appearance.person_id = :person_id
    and court_appearance.appearance_date between :today and :last_day
order by court_appearance.appearance_date asc, court_appearance.starts_at asc nulls last, court_appearance.id asc;
