-- One row per OFFENDER_RESTRICTIONS row: a limit on all visits of the person. Those on one visitor stand in other
-- tables, whose contacts are not read: without its contact a limit would read as one on all visits.
select
    r.source_table,
    r.source_row,
    r.OFFENDER_RESTRICTION_ID as source_key,
    person_place.site_code,
    person_place.unit_code,
    coalesce(booking.person_key, 'booking ' || r.OFFENDER_BOOK_ID) as person_key,
    r.RESTRICTION_TYPE as kind_source_value,
    r.EFFECTIVE_DATE as from_on,
    r.EXPIRY_DATE as to_on,
    r.COMMENT_TEXT as comment
from OFFENDER_RESTRICTIONS as r
left join booking on r.OFFENDER_BOOK_ID = booking.booking_key
left join person_place on booking.person_key = person_place.person_key
