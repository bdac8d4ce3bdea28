-- One row per OFFENDER_IEP_LEVELS row.
select
    i.source_table,
    i.source_row,
    i.OFFENDER_BOOK_ID || '/' || i.IEP_LEVEL_SEQ as source_key,
    person_place.site_code,
    person_place.unit_code,
    coalesce(booking.person_key, 'booking ' || i.OFFENDER_BOOK_ID) as person_key,
    i.OFFENDER_BOOK_ID as episode_key,
    i.IEP_LEVEL as level_source_value,
    coalesce(i.IEP_TIME, i.IEP_DATE) as set_at,
    i.COMMENT_TEXT as comment
from OFFENDER_IEP_LEVELS as i
left join booking on i.OFFENDER_BOOK_ID = booking.booking_key
left join person_place on booking.person_key = person_place.person_key
