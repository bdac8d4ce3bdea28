-- What feeds say of the world around, through the gate. Nobody is named in it.

-- name: warnings(from_at, until, at_most)
-- One row per block of a warning that is in force or begins before `until`: nothing ended it, and it has not run out.
-- `total` counts those that are left off too.
select
    warning.id,
    warning.source_system,
    warning.realness,
    warning.recorded_from,
    warning.sharing_restriction,
    warning.identifier,
    warning.sender,
    warning.sent_at,
    warning.category_code,
    warning.event,
    warning.response_type_code,
    warning.urgency_code,
    warning.severity_code,
    warning.severity_source_value,
    warning.certainty_code,
    warning.certainty_source_value,
    coalesce(warning.onset_at, warning.effective_at) as starts_at,
    warning.expires_at,
    warning.language,
    warning.headline,
    warning.description,
    warning.instruction,
    count(*) over () as total,
    warning.realness <> 'actual' as is_unreal,
    coalesce(array_position(array['Extreme', 'Severe', 'Moderate', 'Unknown', 'Minor'], warning.severity_code), 4) as gravity
from warning
where
    warning.ended_at is null
    and coalesce(warning.message_type_code, 'Alert') in ('Alert', 'Update')
    and (warning.expires_at is null or warning.expires_at > :from_at)
    and (coalesce(warning.onset_at, warning.effective_at) is null or coalesce(warning.onset_at, warning.effective_at) < :until)
order by
    is_unreal asc,
    gravity asc,
    warning.sent_at desc nulls last,
    warning.id asc
limit :at_most

-- name: warning_areas(ids)
-- One row per area of one of these warnings.
select
    warning_area.warning_id,
    warning_area.description,
    warning_area.geocode
from warning_area
where warning_area.warning_id = any(:ids)
order by warning_area.warning_id asc, warning_area.description asc nulls last, warning_area.id asc

-- name: roads(from_at, until, at_most)
-- One row per disruption of a road that its feed still names, that has begun or begins before `until`, and that has not
-- ended; one whose end has passed counts as long as its feed calls it active. `total` counts those that are left off too.
select
    road_disruption.id,
    road_disruption.source_system,
    road_disruption.realness,
    road_disruption.recorded_from,
    road_disruption.category_code,
    road_disruption.category_source_value,
    road_disruption.sub_category,
    road_disruption.severity_code,
    road_disruption.severity_source_value,
    road_disruption.status_code,
    road_disruption.road_name,
    road_disruption.place_text,
    road_disruption.has_closures,
    road_disruption.is_provisional,
    road_disruption.starts_at,
    road_disruption.ends_at,
    road_disruption.updated_at,
    road_disruption.public_text,
    count(*) over () as total,
    road_disruption.realness <> 'actual' as is_unreal,
    coalesce(road_disruption.has_closures, false) as closes,
    coalesce(array_position(array['SEVERE', 'SERIOUS', 'MODERATE', 'MINIMAL'], road_disruption.severity_code), 3) as gravity
from road_disruption
where
    road_disruption.no_longer_reported_at is null
    and (road_disruption.status_code is null or road_disruption.status_code not in ('RECENTLY_CLEARED', 'DRAFT'))
    and (road_disruption.starts_at is null or road_disruption.starts_at < :until)
    and (
        road_disruption.ends_at is null
        or road_disruption.ends_at > :from_at
        or road_disruption.status_code in ('ACTIVE', 'ACTIVE_LONG_TERM')
    )
order by
    is_unreal asc,
    closes desc,
    gravity asc,
    road_disruption.order_key asc nulls last,
    road_disruption.starts_at asc nulls first,
    road_disruption.id asc
limit :at_most

-- name: works(from_at, until, at_most)
-- One row per works or diversion, by the same rule.
select
    work_zone.id,
    work_zone.source_system,
    work_zone.realness,
    work_zone.recorded_from,
    work_zone.event_type_code,
    work_zone.status_code,
    work_zone.road_names,
    work_zone.direction,
    work_zone.vehicle_impact_code,
    work_zone.vehicle_impact_source_value,
    work_zone.lanes_total,
    work_zone.lanes_open,
    work_zone.starts_at,
    work_zone.ends_at,
    work_zone.updated_at,
    work_zone.description,
    count(*) over () as total,
    work_zone.realness <> 'actual' as is_unreal,
    coalesce(work_zone.vehicle_impact_code = 'all-lanes-closed', false) as closes
from work_zone
where
    work_zone.no_longer_reported_at is null
    and (work_zone.status_code is null or work_zone.status_code not in ('completed', 'cancelled'))
    and (work_zone.starts_at is null or work_zone.starts_at < :until)
    and (work_zone.ends_at is null or work_zone.ends_at > :from_at or work_zone.status_code = 'active')
order by
    is_unreal asc,
    closes desc,
    work_zone.starts_at desc nulls last,
    work_zone.id asc
limit :at_most

-- name: incidents(at_most)
-- One row per incident that its feed still names and that nobody has closed. `total` counts those that are left off too.
select
    incident.id,
    incident.source_system,
    incident.realness,
    incident.recorded_from,
    incident.reference,
    incident.family_code,
    incident.type_text,
    incident.status_code,
    incident.status_text,
    incident.place_text,
    incident.occurred_at,
    incident.reported_at,
    incident.owner_organisation,
    incident.is_major,
    incident.updated_at,
    count(*) over () as total,
    incident.realness <> 'actual' as is_unreal,
    coalesce(incident.is_major, false) as is_declared,
    coalesce(incident.updated_at, incident.reported_at, incident.occurred_at) as last_at
from incident
where
    incident.no_longer_reported_at is null
    and incident.closed_at is null
    and (incident.status_code is null or incident.status_code in ('NEW', 'OPEN', 'ON_HOLD'))
order by
    is_unreal asc,
    is_declared desc,
    last_at desc nulls last,
    incident.id asc
limit :at_most

-- name: events(from_at, until, at_most)
-- One row per planned event that its source still names: one that is not over and begins before `until`, a series, or a
-- changed time of one, which also takes a time out of its series.
select
    planned_event.id,
    planned_event.source_system,
    planned_event.realness,
    planned_event.recorded_from,
    planned_event.reference,
    planned_event.name,
    planned_event.kind_code,
    planned_event.expected_attendance,
    planned_event.place_text,
    planned_event.starts_at,
    planned_event.ends_at,
    planned_event.is_all_day,
    planned_event.recurrence_text,
    planned_event.recurrence_zone,
    planned_event.recurrence_except,
    planned_event.recurrence_also,
    planned_event.recurs_instead_at,
    planned_event.status_code,
    planned_event.road_orders,
    planned_event.updated_at,
    count(*) over () as total
from planned_event
where
    planned_event.no_longer_reported_at is null
    and (
        planned_event.recurrence_zone is not null
        or planned_event.recurrence_text is not null
        or planned_event.recurs_instead_at is not null
        or planned_event.starts_at is null
        or (planned_event.starts_at < :until and coalesce(planned_event.ends_at, planned_event.starts_at) >= :from_at)
    )
order by planned_event.starts_at asc nulls last, planned_event.id asc
limit :at_most

-- name: told_by()
-- One row per part of the page and source that has said anything for it at any time, whatever became of it.
select 'warnings' as part, warning.source_system from warning
union
select 'roads' as part, road_disruption.source_system from road_disruption
union
select 'roads' as part, work_zone.source_system from work_zone
union
select 'incidents' as part, incident.source_system from incident
union
select 'events' as part, planned_event.source_system from planned_event
order by part asc, source_system asc

-- name: gone_disruptions(since, at_most)
-- One row per disruption of a road that its feed named until lately: that does not say that it is over. `total`
-- counts those that are left off too.
select
    'roads' as part,
    road_disruption.source_system,
    coalesce(road_disruption.place_text, road_disruption.road_name, road_disruption.reference) as title,
    road_disruption.no_longer_reported_at,
    count(*) over () as total
from road_disruption
where road_disruption.no_longer_reported_at >= :since
order by road_disruption.no_longer_reported_at desc, road_disruption.id asc
limit :at_most

-- name: gone_works(since, at_most)
-- One row per works or diversion that its feed named until lately: that does not say that it is over. `total`
-- counts those that are left off too.
select
    'roads' as part,
    work_zone.source_system,
    coalesce(work_zone.road_names, work_zone.reference) as title,
    work_zone.no_longer_reported_at,
    count(*) over () as total
from work_zone
where work_zone.no_longer_reported_at >= :since
order by work_zone.no_longer_reported_at desc, work_zone.id asc
limit :at_most

-- name: gone_incidents(since, at_most)
-- One row per incident that its feed named until lately: that does not say that it is over. `total`
-- counts those that are left off too.
select
    'incidents' as part,
    incident.source_system,
    coalesce(nullif(concat_ws(', ', incident.type_text, incident.place_text), ''), incident.reference) as title,
    incident.no_longer_reported_at,
    count(*) over () as total
from incident
where incident.no_longer_reported_at >= :since
order by incident.no_longer_reported_at desc, incident.id asc
limit :at_most

-- name: gone_events(since, at_most)
-- One row per planned event that its feed named until lately: that does not say that it is over. `total`
-- counts those that are left off too.
select
    'events' as part,
    planned_event.source_system,
    planned_event.name as title,
    planned_event.no_longer_reported_at,
    count(*) over () as total
from planned_event
where planned_event.no_longer_reported_at >= :since
order by planned_event.no_longer_reported_at desc, planned_event.id asc
limit :at_most

-- name: sources()
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
    source_freshness.mapping
from source_freshness
order by source_freshness.source_system asc
