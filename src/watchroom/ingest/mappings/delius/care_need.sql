-- One row per DISABILITY row. Which disability it is stays with health; staff are told to ask there.
select
    d.source_table,
    d.source_row,
    d.DISABILITY_ID as source_key,
    known.site_code,
    known.unit_code,
    coalesce(known.is_restricted, true) as is_restricted,
    coalesce(known.person_key, 'offender ' || d.OFFENDER_ID) as person_key,
    'DISAB' as type_source_value,
    said(d.DISABILITY_TYPE_ID) as problem_source_value,
    case when d.FINISH_DATE is null then 'ON' when is_over(d.FINISH_DATE) then 'I' else 'ON' end as status_source_value,
    d.NOTES as description,
    d.START_DATE as started_on,
    d.FINISH_DATE as ended_on,
    'DISABILITY' as instruction_read_as
from DISABILITY as d
left join known on d.OFFENDER_ID = known.person_key
where parse_flag(d.SOFT_DELETED) is distinct from true and known.is_deleted is distinct from true
