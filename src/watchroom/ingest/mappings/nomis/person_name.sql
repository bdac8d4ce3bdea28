-- One row per OFFENDERS row whose name is not the one in use.
select
    o.source_table,
    o.source_row,
    o.OFFENDER_ID as source_key,
    person_place.site_code,
    person_place.unit_code,
    offender.person_key,
    o.ALIAS_NAME_TYPE as kind_source_value,
    o.LAST_NAME as family_name,
    nullif(concat_ws(' ', o.FIRST_NAME, o.MIDDLE_NAME, o.MIDDLE_NAME_2), '') as given_names,
    sort_key(o.LAST_NAME, concat_ws(' ', o.FIRST_NAME, o.MIDDLE_NAME)) as sort_key,
    o.BIRTH_DATE as birth_date,
    o.SEX_CODE as sex_source_value
from OFFENDERS as o
inner join offender on o.OFFENDER_ID = offender.offender_key
left join name_in_use on o.OFFENDER_ID = name_in_use.offender_key
left join person_place on offender.person_key = person_place.person_key
where name_in_use.offender_key is null
