-- One row per LIC_CONDITION row; it is of whoever was sentenced.
select
    c.source_table,
    c.source_row,
    c.LIC_CONDITION_ID as source_key,
    sentenced.site_code,
    sentenced.unit_code,
    coalesce(sentenced.is_restricted, true) or coalesce(other.is_restricted, false) as is_restricted,
    coalesce(sentenced.person_key, 'disposal ' || c.DISPOSAL_ID) as person_key,
    c.DISPOSAL_ID as licence_key,
    said(c.LIC_COND_TYPE_MAIN_CAT_ID) as category,
    said(c.LIC_COND_TYPE_SUB_CAT_ID) as condition_reference,
    c.LIC_CONDITION_NOTES as text,
    c.START_DATE as starts_on,
    coalesce(c.TERMINATION_DATE, c.EXPECTED_END_DATE) as ends_on
from LIC_CONDITION as c
left join sentenced on c.DISPOSAL_ID = sentenced.disposal_key
left join known as other on parse_number(c.OFFENDER_ID) = other.person_number
where parse_flag(c.SOFT_DELETED) is distinct from true
