-- One row per OFFENDER_IDENTIFIERS row, and one per OFFENDERS row whose prison number is not the one in use.
select
    i.source_table,
    i.source_row,
    i.OFFENDER_ID || '/' || i.OFFENDER_ID_SEQ as source_key,
    person_place.site_code,
    person_place.unit_code,
    coalesce(offender.person_key, 'offender ' || i.OFFENDER_ID) as person_key,
    i.IDENTIFIER_TYPE as kind_source_value,
    i.IDENTIFIER as value
from OFFENDER_IDENTIFIERS as i
left join offender on i.OFFENDER_ID = offender.offender_key
left join person_place on offender.person_key = person_place.person_key
union all
select
    o.source_table,
    o.source_row,
    'number/' || o.OFFENDER_ID,
    person_place.site_code,
    person_place.unit_code,
    offender.person_key,
    'NOMS',
    o.OFFENDER_ID_DISPLAY
from OFFENDERS as o
inner join offender on o.OFFENDER_ID = offender.offender_key
inner join name_in_use on offender.person_key = name_in_use.person_key
inner join OFFENDERS as in_use on name_in_use.offender_key = in_use.OFFENDER_ID
left join person_place on offender.person_key = person_place.person_key
where o.OFFENDER_ID_DISPLAY <> in_use.OFFENDER_ID_DISPLAY
