-- One row per DISPOSAL row with a length.
select
    d.source_table,
    d.source_row,
    d.DISPOSAL_ID as source_key,
    event_of.site_code,
    event_of.unit_code,
    coalesce(event_of.is_restricted, true) or coalesce(other.is_restricted, false) as is_restricted,
    coalesce(event_of.person_key, 'event ' || d.EVENT_ID) as person_key,
    d.DISPOSAL_ID as sentence_key,
    d.LENGTH_IN_DAYS as days,
    d.DISPOSAL_DATE as starts_on,
    coalesce(d.ENTERED_NOTIONAL_END_DATE, d.NOTIONAL_END_DATE) as ends_on
from DISPOSAL as d
left join event_of on d.EVENT_ID = event_of.event_key
left join known as other on parse_number(d.OFFENDER_ID) = other.person_number
where parse_flag(d.SOFT_DELETED) is distinct from true and event_of.is_deleted is distinct from true
    and d.LENGTH_IN_DAYS is not null
