-- One row per OFFENDER_VISITS row.
select
    v.source_table,
    v.source_row,
    v.OFFENDER_VISIT_ID as source_key,
    person_place.site_code,
    person_place.unit_code,
    coalesce(booking.person_key, 'booking ' || v.OFFENDER_BOOK_ID) as person_key,
    v.OFFENDER_BOOK_ID as episode_key,
    v.VISIT_TYPE as type_source_value,
    v.VISIT_STATUS as status_source_value,
    v.VISIT_DATE as visit_date,
    v.START_TIME as starts_at,
    v.END_TIME as ends_at,
    v.VISIT_INTERNAL_LOCATION_ID as location_key,
    v.COMMENT_TEXT as comment,
    v.VISITOR_CONCERN_TEXT as concern
from OFFENDER_VISITS as v
left join booking on v.OFFENDER_BOOK_ID = booking.booking_key
left join person_place on booking.person_key = person_place.person_key
