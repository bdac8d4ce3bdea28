-- One row per OFFENDER_IND_SCHEDULES row.
select
    e.source_table,
    e.source_row,
    e.EVENT_ID as source_key,
    person_place.site_code,
    person_place.unit_code,
    coalesce(booking.person_key, 'booking ' || e.OFFENDER_BOOK_ID) as person_key,
    e.OFFENDER_BOOK_ID as episode_key,
    e.EVENT_CLASS as class_source_value,
    e.EVENT_TYPE as type_source_value,
    e.EVENT_SUB_TYPE as sub_type_source_value,
    e.EVENT_DATE as event_date,
    e.START_TIME as starts_at,
    e.END_TIME as ends_at,
    e.EVENT_STATUS as status_source_value,
    e.TO_INTERNAL_LOCATION_ID as location_key,
    e.AGY_LOC_ID as from_agency_source_value,
    e.TO_AGY_LOC_ID as to_agency_source_value,
    e.COMMENT_TEXT as comment
from OFFENDER_IND_SCHEDULES as e
left join booking on e.OFFENDER_BOOK_ID = booking.booking_key
left join person_place on booking.person_key = person_place.person_key
