-- What the board is told, through the gate: numbers that the gate has made safe already, places, and sources.
-- A number that is null is withheld; that is never a zero.

-- name: roll_by_site()
-- One row per establishment, and one for all; a roll under ten, or one that would give such a one away, is null.
select
    roll.counted,
    roll.site_code,
    roll.on_roll,
    roll.withheld
from roll
where roll.counted in ('group', 'total')
order by roll.counted asc, roll.site_code asc nulls last, roll.unit_code asc nulls last, roll.landing asc nulls last

-- name: places_by_site(cells)
-- One row per establishment: the people its cells in use are meant to hold, of no cell more than its
-- maximum. Places tell of nobody.
select
    location.site_code,
    sum(
        case
            when location.working_capacity > location.max_capacity then location.max_capacity
            else location.working_capacity
        end
    )::bigint as places
from location
where
    location.site_code is not null
    and location.is_residential
    and coalesce(location.is_active, true)
    and location.kind_code = any(:cells)
group by location.site_code
order by location.site_code asc

-- name: care_plans()
-- One row per establishment, and one for all: care plans in force.
select
    alert.counted,
    alert.site_code as name,
    alert.count as number
from alert
order by alert.counted asc, alert.site_code asc nulls last, alert.id asc

-- name: incidents()
-- One row per kind of incident, and one for all: reports that the record holds, of whatever age.
select
    incident_report.counted,
    incident_report.type_code as name,
    incident_report.count as number
from incident_report
order by incident_report.counted asc, incident_report.type_code asc nulls last, incident_report.id asc

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
    source_freshness.away_at
from source_freshness
order by source_freshness.source_system asc
