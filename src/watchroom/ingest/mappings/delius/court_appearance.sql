-- One row per COURT_APPEARANCE row.
select
    c.source_table,
    c.source_row,
    c.COURT_APPEARANCE_ID as source_key,
    event_of.site_code,
    event_of.unit_code,
    coalesce(event_of.is_restricted, true) or coalesce(other.is_restricted, false) as is_restricted,
    coalesce(event_of.person_key, 'event ' || c.EVENT_ID) as person_key,
    said(c.APPEARANCE_TYPE_ID) as type_source_value,
    c.APPEARANCE_DATE as appearance_date,
    said(c.COURT_ID) as court_source_value,
    said(c.OUTCOME_ID) as outcome_source_value,
    c.COURT_NOTES as comment
from COURT_APPEARANCE as c
left join event_of on c.EVENT_ID = event_of.event_key
left join known as other on parse_number(c.OFFENDER_ID) = other.person_number
where parse_flag(c.SOFT_DELETED) is distinct from true and event_of.is_deleted is distinct from true
