-- One row per OFFENDER_KEY_WORKERS row.
select
    k.source_table,
    k.source_row,
    k.OFFENDER_BOOK_ID || '/' || k.OFFICER_ID || '/' || coalesce(k.ASSIGNED_TIME, k.ASSIGNED_DATE) as source_key,
    person_place.site_code,
    person_place.unit_code,
    coalesce(booking.person_key, 'booking ' || k.OFFENDER_BOOK_ID) as person_key,
    k.OFFENDER_BOOK_ID as episode_key,
    k.OFFICER_ID as staff_reference,
    nullif(concat_ws(' ', staff.FIRST_NAME, staff.LAST_NAME), '') as staff_name,
    coalesce(k.ASSIGNED_TIME, k.ASSIGNED_DATE) as assigned_at,
    k.ACTIVE_FLAG as is_active
from OFFENDER_KEY_WORKERS as k
left join STAFF_MEMBERS as staff on k.OFFICER_ID = staff.STAFF_ID
left join booking on k.OFFENDER_BOOK_ID = booking.booking_key
left join person_place on booking.person_key = person_place.person_key
