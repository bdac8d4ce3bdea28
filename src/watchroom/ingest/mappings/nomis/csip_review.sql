-- One row per OFFENDER_CSIP_REVIEWS row.
select
    r.source_table,
    r.source_row,
    r.REVIEW_ID as source_key,
    person_place.site_code,
    person_place.unit_code,
    coalesce(booking.person_key, 'report ' || r.CSIP_ID) as person_key,
    r.CSIP_ID as plan_key,
    r.REVIEW_SEQ as sequence,
    r.SUMMARY as summary
from OFFENDER_CSIP_REVIEWS as r
left join OFFENDER_CSIP_REPORTS as c on r.CSIP_ID = c.CSIP_ID
left join booking on c.OFFENDER_BOOK_ID = booking.booking_key
left join person_place on booking.person_key = person_place.person_key
