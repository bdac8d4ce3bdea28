-- One row per OFFENDER_HEALTH_PROBLEMS row. The instruction is read from the problem, but the problem is not kept
-- beside it: whoever may see the instruction need not see the diagnosis.
select
    h.source_table,
    h.source_row,
    h.OFFENDER_HEALTH_PROBLEM_ID as source_key,
    person_place.site_code,
    person_place.unit_code,
    coalesce(booking.person_key, 'booking ' || h.OFFENDER_BOOK_ID) as person_key,
    h.OFFENDER_BOOK_ID as episode_key,
    h.PROBLEM_TYPE as type_source_value,
    h.PROBLEM_CODE as problem_source_value,
    h.PROBLEM_STATUS as status_source_value,
    h.DESCRIPTION as description,
    h.START_DATE as started_on,
    h.END_DATE as ended_on,
    h.PROBLEM_CODE as instruction_read_as
from OFFENDER_HEALTH_PROBLEMS as h
left join booking on h.OFFENDER_BOOK_ID = booking.booking_key
left join person_place on booking.person_key = person_place.person_key
