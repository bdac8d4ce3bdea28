-- One row per INCIDENT_CASES row and one per AGENCY_INCIDENTS row; the letter of the key says which.
select
    i.source_table,
    i.source_row,
    'case/' || i.INCIDENT_CASE_ID as source_key,
    i.AGY_LOC_ID as site_code,
    null as unit_code,
    i.INCIDENT_CASE_ID as reference,
    i.INCIDENT_TYPE as type_source_value,
    i.INCIDENT_STATUS as status_source_value,
    coalesce(i.INCIDENT_TIME, i.INCIDENT_DATE) as occurred_at,
    coalesce(i.REPORT_TIME, i.REPORT_DATE) as reported_at,
    i.INCIDENT_TITLE as title,
    i.INCIDENT_DETAILS as description
from INCIDENT_CASES as i
union all
select
    i.source_table,
    i.source_row,
    'agency/' || i.AGENCY_INCIDENT_ID,
    i.AGY_LOC_ID,
    case when place.site_code = i.AGY_LOC_ID then place.unit_code end,
    i.AGENCY_INCIDENT_ID,
    i.INCIDENT_TYPE,
    i.INCIDENT_STATUS,
    coalesce(i.INCIDENT_TIME, i.INCIDENT_DATE),
    coalesce(i.REPORT_TIME, i.REPORT_DATE),
    null,
    i.INCIDENT_DETAILS
from AGENCY_INCIDENTS as i
left join place on i.INTERNAL_LOCATION_ID = place.location_key
