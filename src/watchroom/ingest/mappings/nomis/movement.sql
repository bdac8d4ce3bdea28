-- One row per OFFENDER_EXTERNAL_MOVEMENTS row. The time column holds a whole instant; the day stands in for it.
select
    m.source_table,
    m.source_row,
    m.OFFENDER_BOOK_ID || '/' || m.MOVEMENT_SEQ as source_key,
    person_place.site_code,
    person_place.unit_code,
    coalesce(booking.person_key, 'booking ' || m.OFFENDER_BOOK_ID) as person_key,
    m.OFFENDER_BOOK_ID as episode_key,
    coalesce(m.MOVEMENT_TIME, m.MOVEMENT_DATE) as moved_at,
    m.MOVEMENT_TYPE as kind_source_value,
    m.MOVEMENT_REASON_CODE as reason_source_value,
    m.DIRECTION_CODE as direction_source_value,
    m.FROM_AGY_LOC_ID as from_agency_source_value,
    m.TO_AGY_LOC_ID as to_agency_source_value,
    m.ESCORT_CODE as escort_source_value,
    m.ACTIVE_FLAG as is_latest,
    m.COMMENT_TEXT as comment
from OFFENDER_EXTERNAL_MOVEMENTS as m
left join booking on m.OFFENDER_BOOK_ID = booking.booking_key
left join person_place on booking.person_key = person_place.person_key
