-- One row per DISPOSAL row. An end that was reached comes before one that was entered, and that before the one worked out.
select
    d.source_table,
    d.source_row,
    d.DISPOSAL_ID as source_key,
    event_of.site_code,
    event_of.unit_code,
    coalesce(event_of.is_restricted, true) or coalesce(other.is_restricted, false) as is_restricted,
    coalesce(event_of.person_key, 'event ' || d.EVENT_ID) as person_key,
    event_of.number as sequence,
    said(d.DISPOSAL_TYPE_ID) as kind,
    case
        when parse_flag(d.ACTIVE_FLAG) then 'A'
        when not parse_flag(d.ACTIVE_FLAG) then 'I'
        else d.ACTIVE_FLAG
    end as status_source_value,
    d.DISPOSAL_DATE as sentenced_on,
    d.DISPOSAL_DATE as starts_on,
    coalesce(d.TERMINATION_DATE, d.ENTERED_NOTIONAL_END_DATE, d.NOTIONAL_END_DATE) as ends_on,
    'main/' || main_charge.charge_id as charge_key
from DISPOSAL as d
left join event_of on d.EVENT_ID = event_of.event_key
left join known as other on parse_number(d.OFFENDER_ID) = other.person_number
left join main_charge on event_of.event_key = main_charge.event_key
where parse_flag(d.SOFT_DELETED) is distinct from true and event_of.is_deleted is distinct from true
