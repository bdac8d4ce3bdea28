-- One row per MAIN_OFFENCE row and per ADDITIONAL_OFFENCE row.
select
    m.source_table,
    m.source_row,
    'main/' || m.MAIN_OFFENCE_ID as source_key,
    event_of.site_code,
    event_of.unit_code,
    coalesce(event_of.is_restricted, true) or coalesce(other.is_restricted, false) as is_restricted,
    coalesce(event_of.person_key, 'event ' || m.EVENT_ID) as person_key,
    'main/' || m.MAIN_OFFENCE_ID as reference,
    said(m.OFFENCE_ID) as offence_reference,
    m.OFFENCE_DATE as offence_on,
    true as is_most_serious
from MAIN_OFFENCE as m
left join event_of on m.EVENT_ID = event_of.event_key
left join known as other on parse_number(m.OFFENDER_ID) = other.person_number
where parse_flag(m.SOFT_DELETED) is distinct from true and event_of.is_deleted is distinct from true
union all
select
    a.source_table,
    a.source_row,
    'additional/' || a.ADDITIONAL_OFFENCE_ID,
    event_of.site_code,
    event_of.unit_code,
    coalesce(event_of.is_restricted, true),
    coalesce(event_of.person_key, 'event ' || a.EVENT_ID),
    'additional/' || a.ADDITIONAL_OFFENCE_ID,
    said(a.OFFENCE_ID),
    a.OFFENCE_DATE,
    false
from ADDITIONAL_OFFENCE as a
left join event_of on a.EVENT_ID = event_of.event_key
where parse_flag(a.SOFT_DELETED) is distinct from true and event_of.is_deleted is distinct from true
