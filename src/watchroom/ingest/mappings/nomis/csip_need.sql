-- One row per OFFENDER_CSIP_PLANS row: a need that the plan works on.
select
    n.source_table,
    n.source_row,
    n.PLAN_ID as source_key,
    person_place.site_code,
    person_place.unit_code,
    coalesce(booking.person_key, 'report ' || n.CSIP_ID) as person_key,
    n.CSIP_ID as plan_key,
    n.IDENTIFIED_NEED as need_text,
    n.INTERVENTION as intervention,
    n.BY_WHOM as owner_reference,
    n.TARGET_DATE as target_on,
    n.PROGRESSION as progress
from OFFENDER_CSIP_PLANS as n
left join OFFENDER_CSIP_REPORTS as c on n.CSIP_ID = c.CSIP_ID
left join booking on c.OFFENDER_BOOK_ID = booking.booking_key
left join person_place on booking.person_key = person_place.person_key
