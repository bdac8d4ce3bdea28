-- One row per person, which is all OFFENDERS rows with the same root. The name in use is the one that the current
-- booking was made under (the working name), else the root row's, else the first.
select
    o.source_table,
    o.source_row,
    name_in_use.person_key as source_key,
    person_place.site_code,
    person_place.unit_code,
    o.OFFENDER_ID_DISPLAY as prison_number,
    o.LAST_NAME as family_name,
    nullif(concat_ws(' ', o.FIRST_NAME, o.MIDDLE_NAME, o.MIDDLE_NAME_2), '') as given_names,
    sort_key(o.LAST_NAME, concat_ws(' ', o.FIRST_NAME, o.MIDDLE_NAME)) as sort_key,
    o.SEX_CODE as sex_source_value,
    o.BIRTH_DATE as birth_date,
    o.RACE_CODE as ethnicity_source_value,
    o.BIRTH_PLACE as birth_place,
    upper(bare(o.TITLE)) as title_source_value,
    profiled.religion as religion_source_value,
    profiled.nationality as nationality_source_value,
    profiled.smoker as smoker_source_value,
    profiled.immigration as immigration_status_source_value,
    spoken.language as language_source_value,
    spoken.needs_interpreter
from OFFENDERS as o
inner join name_in_use on o.OFFENDER_ID = name_in_use.offender_key
left join person_place on name_in_use.person_key = person_place.person_key
left join profiled on name_in_use.person_key = profiled.person_key
left join spoken on name_in_use.person_key = spoken.person_key
