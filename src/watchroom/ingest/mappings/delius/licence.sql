-- One row per DISPOSAL row to which conditions of a licence belong.
select
    d.source_table,
    d.source_row,
    d.DISPOSAL_ID as source_key,
    event_of.site_code,
    event_of.unit_code,
    coalesce(event_of.is_restricted, true) or coalesce(other.is_restricted, false) as is_restricted,
    coalesce(event_of.person_key, 'event ' || d.EVENT_ID) as person_key,
    case when parse_flag(d.ACTIVE_FLAG) then 'ACTIVE' when not parse_flag(d.ACTIVE_FLAG) then 'INACTIVE' end
        as status_source_value
from DISPOSAL as d
left join event_of on d.EVENT_ID = event_of.event_key
left join known as other on parse_number(d.OFFENDER_ID) = other.person_number
where parse_flag(d.SOFT_DELETED) is distinct from true and event_of.is_deleted is distinct from true
    and d.DISPOSAL_ID in (
        select c.DISPOSAL_ID from LIC_CONDITION as c where parse_flag(c.SOFT_DELETED) is distinct from true
    )
