-- One row per OFFENDER_VISIT_ORDERS row.
select
    o.source_table,
    o.source_row,
    o.OFFENDER_VISIT_ORDER_ID as source_key,
    person_place.site_code,
    person_place.unit_code,
    coalesce(booking.person_key, 'booking ' || o.OFFENDER_BOOK_ID) as person_key,
    o.VISIT_ORDER_NUMBER as number,
    o.VISIT_ORDER_TYPE as kind_source_value,
    o.STATUS as status_source_value,
    o.ISSUE_DATE as issued_on
from OFFENDER_VISIT_ORDERS as o
left join booking on o.OFFENDER_BOOK_ID = booking.booking_key
left join person_place on booking.person_key = person_place.person_key
