-- One row per OFFENDER_CSIP_REPORTS row that has a plan: a reason for one, or a need of one. When it was opened is
-- the first day of its needs.
select
    c.source_table,
    c.source_row,
    c.CSIP_ID as source_key,
    person_place.site_code,
    person_place.unit_code,
    coalesce(booking.person_key, 'booking ' || c.OFFENDER_BOOK_ID) as person_key,
    c.CSIP_ID as referral_key,
    c.REASON as reason_text,
    planned.opened_on
from OFFENDER_CSIP_REPORTS as c
left join planned on c.CSIP_ID = planned.csip_key
left join booking on c.OFFENDER_BOOK_ID = booking.booking_key
left join person_place on booking.person_key = person_place.person_key
where c.REASON is not null or planned.csip_key is not null
