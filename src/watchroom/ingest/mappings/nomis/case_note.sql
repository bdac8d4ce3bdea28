-- One row per OFFENDER_CASE_NOTES row. NOMIS keeps sensitive notes elsewhere, so none of these is.
select
    n.source_table,
    n.source_row,
    n.CASE_NOTE_ID as source_key,
    person_place.site_code,
    person_place.unit_code,
    coalesce(booking.person_key, 'booking ' || n.OFFENDER_BOOK_ID) as person_key,
    n.OFFENDER_BOOK_ID as episode_key,
    n.CASE_NOTE_TYPE as type_source_value,
    n.CASE_NOTE_SUB_TYPE as sub_type_source_value,
    coalesce(n.CONTACT_TIME, n.CONTACT_DATE) as occurred_at,
    n.CREATE_DATETIME as written_at,
    n.STAFF_ID as staff_reference,
    n.CASE_NOTE_TEXT as text,
    false as is_sensitive
from OFFENDER_CASE_NOTES as n
left join booking on n.OFFENDER_BOOK_ID = booking.booking_key
left join person_place on booking.person_key = person_place.person_key
