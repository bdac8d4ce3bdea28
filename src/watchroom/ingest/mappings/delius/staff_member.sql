-- One row per STAFF row.
select
    s.source_table,
    s.source_row,
    s.STAFF_ID as source_key,
    coalesce(area.CODE, 'id ' || s.PROBATION_AREA_ID) as site_code,
    cast(null as varchar) as unit_code,
    s.OFFICER_CODE as reference,
    s.SURNAME as family_name,
    nullif(concat_ws(' ', s.FORENAME, s.FORENAME2), '') as given_names,
    said(s.STAFF_GRADE_ID) as grade,
    case when s.END_DATE is null then 'Y' when is_over(s.END_DATE) then 'N' end as is_active,
    s.START_DATE as from_on,
    s.END_DATE as to_on
from STAFF as s
left join PROBATION_AREA as area on s.PROBATION_AREA_ID = area.PROBATION_AREA_ID
