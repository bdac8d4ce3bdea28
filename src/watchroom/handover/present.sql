-- What the handover asks of the present beside its unit, through the gate, and what other pages ask with it.

-- name: open_incidents(site_code, closed)
-- One row per incident of the establishment that is not closed.
select
    incident_report.id as incident_id,
    incident_report.reference,
    incident_report.type_code,
    incident_report.type_source_value,
    incident_report.status_code,
    incident_report.status_source_value,
    incident_report.occurred_at,
    'occurred_at' = any(incident_report.unreliable_dates) as occurred_is_default,
    incident_report.title,
    incident_report.source_system
from incident_report
where
    incident_report.site_code = :site_code
    and not coalesce(incident_report.status_code = any(:closed), false)
order by incident_report.occurred_at desc nulls last, incident_report.id asc

-- name: incident_people(site_code, unit_code, incidents)
-- One row per person of the unit in one of these incidents.
select
    incident_participant.incident_id,
    incident_participant.person_id,
    incident_participant.role_code,
    incident_participant.role_source_value
from incident_participant
where
    incident_participant.site_code = :site_code
    and incident_participant.unit_code = :unit_code
    and incident_participant.person_id is not null
    and incident_participant.incident_id = any(:incidents)
order by incident_participant.incident_id asc, incident_participant.id asc

-- name: hearings(site_code, unit_code, from_at, to_at)
-- One row per hearing of a disciplinary charge between two instants.
select
    adjudication_hearing.person_id,
    adjudication_hearing.type_code,
    adjudication_hearing.hearing_at,
    adjudication_hearing.source_system
from adjudication_hearing
where
    adjudication_hearing.site_code = :site_code and adjudication_hearing.unit_code = :unit_code
    and adjudication_hearing.hearing_at >= :from_at
    and adjudication_hearing.hearing_at < :to_at
    and not 'hearing_at' = any(adjudication_hearing.unreliable_dates)
order by adjudication_hearing.hearing_at asc, adjudication_hearing.id asc

-- name: pending_entries(site_code, unit_code, states)
-- One row per note of staff that its legal record is not known to hold.
select
    outbox_item.person_id,
    outbox_item.case_note_id,
    outbox_item.system_code,
    outbox_item.typed_at,
    outbox_item.source_system
from outbox_item
where
    outbox_item.site_code = :site_code and outbox_item.unit_code = :unit_code
    and outbox_item.status_code = any(:states)
order by outbox_item.typed_at asc, outbox_item.id asc

-- name: observations(site_code, unit_code, since, until)
-- One row per person and kind of observation of which a time was due since then; a time is due until it is done.
with told as (
    select
        observation.person_id,
        observation.kind_code,
        observation.kind_source_value,
        observation.source_system,
        observation.due_at,
        observation.done_at,
        max(observation.done_at) over (
            partition by
                observation.person_id,
                observation.kind_code,
                observation.kind_source_value,
                observation.source_system
        ) as last_done_at
    from observation
    where
        observation.site_code = :site_code
        and observation.unit_code = :unit_code
        and (observation.due_at >= :since or observation.done_at >= :since)
)

select
    told.person_id,
    told.kind_code,
    told.kind_source_value,
    told.source_system,
    told.last_done_at,
    min(told.due_at) filter (
        where
            told.done_at is null
            and told.due_at <= :until
            and (told.last_done_at is null or told.due_at > told.last_done_at)
    ) as late_since,
    count(*) filter (
        where
            told.done_at is null
            and told.due_at <= :until
            and (told.last_done_at is null or told.due_at > told.last_done_at)
    ) as late_count,
    min(told.due_at) filter (where told.done_at is null and told.due_at <= told.last_done_at) as missed_since,
    count(*) filter (where told.done_at is null and told.due_at <= told.last_done_at) as missed,
    min(told.due_at) filter (where told.done_at is null and told.due_at > :until) as next_at
from told
group by told.person_id, told.kind_code, told.kind_source_value, told.source_system, told.last_done_at
order by
    told.person_id asc,
    told.kind_code asc,
    told.kind_source_value asc,
    told.source_system asc,
    told.last_done_at asc

-- name: open_plans(site_code, unit_code)
-- One row per plan of care that is not closed.
select
    care_plan.person_id,
    care_plan.next_review_at,
    care_plan.source_system
from care_plan
where
    care_plan.site_code = :site_code
    and care_plan.unit_code = :unit_code
    and care_plan.closed_at is null
    and care_plan.status_code is distinct from 'CLOSED'
order by care_plan.next_review_at asc nulls last, care_plan.id asc

-- name: places(site_code, unit_code)
-- One row per place of the unit: the wing, its landings and cells.
select
    location.id as place_id,
    location.path,
    location.name,
    location.kind_code,
    location.parent_id,
    coalesce(location.is_active, true) as is_active,
    location.deactivated_on,
    location.deactivated_reason_code,
    location.working_capacity,
    location.max_capacity
from location
where location.site_code = :site_code and location.unit_code = :unit_code
order by location.path asc, location.id asc

-- name: roll_of_unit(site_code, unit_code)
-- One row per landing of the unit, or per place that is no cell, and the like for those of the establishment who are
-- on no unit; whole for everyone. Two questions and not one with `or`, so that each is answered from an index.
select
    roll.site_code,
    roll.unit_code,
    roll.landing,
    roll.on_roll,
    roll.in_now,
    roll.out_now,
    roll.no_cell,
    roll.capacity,
    roll.max_capacity
from roll
where roll.site_code = :site_code and roll.unit_code = :unit_code
union all
select
    roll.site_code,
    roll.unit_code,
    roll.landing,
    roll.on_roll,
    roll.in_now,
    roll.out_now,
    roll.no_cell,
    roll.capacity,
    roll.max_capacity
from roll
where roll.site_code = :site_code and roll.unit_code is null
order by unit_code asc nulls last, landing asc nulls last

-- name: on_no_unit(site_code)
-- One row per running time in custody of a person of the establishment who is on no unit.
select
    person.id as person_id,
    person.prison_number,
    person.family_name,
    person.given_names,
    custody_episode.in_out_code
from person
join custody_episode
    on
        custody_episode.person_id = person.id
        and custody_episode.site_code = :site_code
        and custody_episode.unit_code is null
        and custody_episode.is_active
where person.site_code = :site_code and person.unit_code is null
order by person.sort_key asc, person.id asc, custody_episode.id asc

-- name: changes(unit_code, site_code, after)
-- One row per change, sealed after then, of a row of the unit or of an incident of the establishment.
select
    change.seq,
    change.recorded_at,
    change.entity,
    change.id,
    change.op,
    change.changed_fields,
    change.categories,
    change.person_id,
    change.before,
    change.record,
    change.source_system,
    change.unreliable_dates,
    change.other_person_id,
    change.is_end_of_source,
    change.is_back
from change
where
    change.seq > :after
    and (
        change.unit_code = :unit_code
        or (change.entity = 'incident_report' and change.site_code = :site_code)
    )
order by change.seq desc, change.entity asc, change.id asc

-- name: freshness()
-- One row per source system.
select
    source_freshness.source_system,
    source_freshness.last_sealed_at,
    source_freshness.extract_as_at,
    source_freshness.expected_every_seconds,
    source_freshness.refused_at,
    source_freshness.loaded_at,
    source_freshness.dated_by,
    source_freshness.ended_at,
    source_freshness.away_at,
    source_freshness.mapping,
    source_freshness.is_whole
from source_freshness
order by source_freshness.source_system asc

-- name: quality()
-- One row per source system, or per finding where the last run of the checks found something in what it gave.
select
    source_quality.source_system,
    source_quality.checked_at,
    source_quality.is_current,
    source_quality.entity,
    source_quality.field,
    source_quality.check_name,
    source_quality.severity,
    source_quality.bad,
    source_quality.of
from source_quality
order by
    source_quality.source_system asc,
    source_quality.entity asc,
    source_quality.field asc,
    source_quality.check_name asc

-- name: issue_counts()
-- One row per kind of fault that the last ingest found; never a value.
select
    ingest_issue_count.entity,
    ingest_issue_count.code,
    ingest_issue_count.severity,
    sum(ingest_issue_count.count)::bigint as number
from ingest_issue_count
group by ingest_issue_count.entity, ingest_issue_count.code, ingest_issue_count.severity
order by number desc, ingest_issue_count.entity asc, ingest_issue_count.code asc, ingest_issue_count.severity asc
