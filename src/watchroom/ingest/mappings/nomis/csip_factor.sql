-- One row per OFFENDER_CSIP_FACTORS row.
select
    f.source_table,
    f.source_row,
    f.CSIP_FACTOR_ID as source_key,
    person_place.site_code,
    person_place.unit_code,
    coalesce(booking.person_key, 'report ' || f.CSIP_ID) as person_key,
    f.CSIP_ID as referral_key,
    f.CSIP_FACTOR as factor_source_value,
    f.COMMENTS as comment
from OFFENDER_CSIP_FACTORS as f
left join OFFENDER_CSIP_REPORTS as c on f.CSIP_ID = c.CSIP_ID
left join booking on c.OFFENDER_BOOK_ID = booking.booking_key
left join person_place on booking.person_key = person_place.person_key
