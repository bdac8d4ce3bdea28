-- One row per patient: a person of this source. One without a prison number can be put nowhere and is held back.
select
    p.source_table,
    p.source_row,
    p.OBJECT_KEY as source_key,
    p.OBJECT_REALNESS as realness,
    place.site_code,
    place.unit_code,
    place.is_restricted,
    patients.number as prison_number,
    names.family_name,
    names.given_names,
    sort_key(names.family_name, names.given_names) as sort_key,
    p.GENDER as sex_source_value,
    p.BIRTH_DATE as birth_date
from PATIENT as p
inner join patients on p.source_row = patients.source_row
inner join place on patients.patient_key = place.patient_key
left join names on patients.patient_key = names.resource_key
