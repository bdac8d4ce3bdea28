-- One row per ADDRESSES row of a person in custody (owner class OFF).
select
    a.source_table,
    a.source_row,
    a.ADDRESS_ID as source_key,
    person_place.site_code,
    person_place.unit_code,
    coalesce(offender.person_key, 'offender ' || a.OWNER_ID) as person_key,
    a.ADDRESS_TYPE as kind_source_value,
    a.FLAT as flat,
    a.PREMISE as premise,
    a.STREET as street,
    a.LOCALITY as locality,
    a.CITY_CODE as town_source_value,
    a.POSTAL_CODE as postal_code,
    a.COUNTRY_CODE as country_source_value,
    a.PRIMARY_FLAG as is_primary,
    a.NO_FIXED_ADDRESS_FLAG as has_no_fixed_address,
    a.START_DATE as from_on,
    a.END_DATE as to_on,
    a.COMMENT_TEXT as comment
from ADDRESSES as a
left join offender on a.OWNER_ID = offender.offender_key
left join person_place on offender.person_key = person_place.person_key
where a.OWNER_CLASS = 'OFF'
