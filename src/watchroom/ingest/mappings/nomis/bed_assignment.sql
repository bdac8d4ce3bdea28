-- One row per BED_ASSIGNMENT_HISTORIES row.
select
    h.source_table,
    h.source_row,
    h.OFFENDER_BOOK_ID || '/' || h.BED_ASSIGN_SEQ as source_key,
    person_place.site_code,
    person_place.unit_code,
    coalesce(booking.person_key, 'booking ' || h.OFFENDER_BOOK_ID) as person_key,
    h.OFFENDER_BOOK_ID as episode_key,
    h.LIVING_UNIT_ID as location_key,
    coalesce(h.ASSIGNMENT_TIME, h.ASSIGNMENT_DATE) as from_at,
    coalesce(h.ASSIGNMENT_END_TIME, h.ASSIGNMENT_END_DATE) as to_at,
    h.ASSIGNMENT_REASON as reason_source_value
from BED_ASSIGNMENT_HISTORIES as h
left join booking on h.OFFENDER_BOOK_ID = booking.booking_key
left join person_place on booking.person_key = person_place.person_key
