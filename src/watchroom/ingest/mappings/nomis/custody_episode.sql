-- One row per OFFENDER_BOOKINGS row.
select
    b.source_table,
    b.source_row,
    b.OFFENDER_BOOK_ID as source_key,
    b.AGY_LOC_ID as site_code,
    booking.unit_code,
    coalesce(booking.person_key, 'offender ' || b.OFFENDER_ID) as person_key,
    b.BOOKING_NO as book_number,
    case when parse_flag(b.ACTIVE_FLAG) then 'ACTIVE' when not parse_flag(b.ACTIVE_FLAG) then 'INACTIVE' end
        || ' ' || bare(b.IN_OUT_STATUS) as status_source_value,
    b.ACTIVE_FLAG as is_active,
    b.IN_OUT_STATUS as in_out_source_value,
    b.BOOKING_BEGIN_DATE as begun_at,
    b.BOOKING_END_DATE as ended_at,
    b.LIVING_UNIT_ID as location_key,
    imprisoned.imprisonment_status as legal_status_source_value,
    categorised.category as category_source_value,
    b.STATUS_REASON as status_reason_source_value
from OFFENDER_BOOKINGS as b
inner join booking on b.OFFENDER_BOOK_ID = booking.booking_key
left join imprisoned on b.OFFENDER_BOOK_ID = imprisoned.booking_key
left join categorised on b.OFFENDER_BOOK_ID = categorised.booking_key
