-- One row per earlier family name, and one per name by which a person wants to be called.
select
    o.source_table,
    o.source_row,
    'previous/' || o.OFFENDER_ID as source_key,
    known.site_code,
    known.unit_code,
    known.is_restricted,
    known.person_key,
    'PREVIOUS_SURNAME' as kind_source_value,
    o.PREVIOUS_SURNAME as family_name,
    nullif(concat_ws(' ', o.FIRST_NAME, o.SECOND_NAME, o.THIRD_NAME), '') as given_names,
    sort_key(o.PREVIOUS_SURNAME, nullif(concat_ws(' ', o.FIRST_NAME, o.SECOND_NAME, o.THIRD_NAME), '')) as sort_key,
    birth_day(o.DATE_OF_BIRTH_DATE) as birth_date,
    said(o.GENDER_ID) as sex_source_value
from OFFENDER as o
inner join known on o.OFFENDER_ID = known.person_key
where not known.is_deleted and o.PREVIOUS_SURNAME is not null
union all
select
    o.source_table,
    o.source_row,
    'preferred/' || o.OFFENDER_ID,
    known.site_code,
    known.unit_code,
    known.is_restricted,
    known.person_key,
    'PREFERRED_NAME',
    o.SURNAME,
    o.PREFERRED_NAME,
    sort_key(o.SURNAME, o.PREFERRED_NAME),
    birth_day(o.DATE_OF_BIRTH_DATE),
    said(o.GENDER_ID)
from OFFENDER as o
inner join known on o.OFFENDER_ID = known.person_key
where not known.is_deleted and o.PREFERRED_NAME is not null
