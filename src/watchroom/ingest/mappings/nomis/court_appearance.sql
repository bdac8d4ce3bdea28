-- One row per COURT_EVENTS row.
select
    c.source_table,
    c.source_row,
    c.EVENT_ID as source_key,
    person_place.site_code,
    person_place.unit_code,
    coalesce(booking.person_key, 'booking ' || c.OFFENDER_BOOK_ID) as person_key,
    c.OFFENDER_BOOK_ID as episode_key,
    c.COURT_EVENT_TYPE as type_source_value,
    c.EVENT_STATUS as status_source_value,
    c.EVENT_DATE as appearance_date,
    c.START_TIME as starts_at,
    c.END_TIME as ends_at,
    c.AGY_LOC_ID as court_source_value,
    coalesce(c.OUTCOME_REASON_CODE, c.RESULT_CODE) as outcome_source_value,
    c.DIRECTION_CODE as direction_source_value,
    c.COMMENT_TEXT as comment
from COURT_EVENTS as c
left join booking on c.OFFENDER_BOOK_ID = booking.booking_key
left join person_place on booking.person_key = person_place.person_key
