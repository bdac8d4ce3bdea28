-- One row per OFFENDER_ADDRESS row.
select
    a.source_table,
    a.source_row,
    a.OFFENDER_ADDRESS_ID as source_key,
    known.site_code,
    known.unit_code,
    coalesce(known.is_restricted, true) as is_restricted,
    coalesce(known.person_key, 'offender ' || a.OFFENDER_ID) as person_key,
    said(a.ADDRESS_TYPE_ID) as kind_source_value,
    nullif(concat_ws(' ', a.BUILDING_NAME, a.ADDRESS_NUMBER), '') as premise,
    a.STREET_NAME as street,
    a.DISTRICT as locality,
    a.TOWN_CITY as town_source_value,
    a.POSTCODE as postal_code,
    a.NO_FIXED_ABODE as has_no_fixed_address,
    a.START_DATE as from_on,
    a.END_DATE as to_on,
    a.NOTES as comment
from OFFENDER_ADDRESS as a
left join known on a.OFFENDER_ID = known.person_key
where parse_flag(a.SOFT_DELETED) is distinct from true and known.is_deleted is distinct from true
