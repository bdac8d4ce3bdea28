-- One row per OFFENDER_ALERTS row. Its own ROOT_OFFENDER_ID often holds a booking id, so the booking decides.
select
    a.source_table,
    a.source_row,
    a.OFFENDER_BOOK_ID || '/' || a.ALERT_SEQ as source_key,
    person_place.site_code,
    person_place.unit_code,
    coalesce(booking.person_key, 'booking ' || a.OFFENDER_BOOK_ID) as person_key,
    a.OFFENDER_BOOK_ID as episode_key,
    a.ALERT_TYPE as type_source_value,
    a.ALERT_CODE as kind_source_value,
    a.COMMENT_TEXT as comment,
    a.ALERT_DATE as active_from,
    a.EXPIRY_DATE as active_to,
    case upper(bare(a.ALERT_STATUS)) when 'ACTIVE' then 'Y' when 'INACTIVE' then 'N' else a.ALERT_STATUS end as is_active
from OFFENDER_ALERTS as a
left join booking on a.OFFENDER_BOOK_ID = booking.booking_key
left join person_place on booking.person_key = person_place.person_key
