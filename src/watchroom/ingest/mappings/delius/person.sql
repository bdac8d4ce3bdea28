-- One row per OFFENDER row that is not deleted. Some have the family name where the first name belongs; nothing here
-- guesses which. A person without a prison number is known by the number of their case.
select
    o.source_table,
    o.source_row,
    o.OFFENDER_ID as source_key,
    known.site_code,
    known.unit_code,
    known.is_restricted,
    coalesce(o.NOMS_NUMBER, o.CRN) as prison_number,
    o.SURNAME as family_name,
    nullif(concat_ws(' ', o.FIRST_NAME, o.SECOND_NAME, o.THIRD_NAME), '') as given_names,
    sort_key(o.SURNAME, concat_ws(' ', o.FIRST_NAME, o.SECOND_NAME, o.THIRD_NAME)) as sort_key,
    said(o.GENDER_ID) as sex_source_value,
    birth_day(o.DATE_OF_BIRTH_DATE) as birth_date,
    said(o.ETHNICITY_ID) as ethnicity_source_value,
    said(o.TITLE_ID) as title_source_value,
    said(o.NATIONALITY_ID) as nationality_source_value,
    said(o.RELIGION_ID) as religion_source_value,
    said(o.LANGUAGE_ID) as language_source_value,
    o.INTERPRETER_REQUIRED as needs_interpreter,
    said(o.GENDER_IDENTITY_ID) as gender_identity_source_value,
    said(o.IMMIGRATION_STATUS_ID) as immigration_status_source_value,
    o.DECEASED_DATE as died_on
from OFFENDER as o
inner join known on o.OFFENDER_ID = known.person_key
where not known.is_deleted
