-- One row per OFFENDER_MEDICAL_TREATMENTS row; the person is the one whose health problem it is for.
select
    t.source_table,
    t.source_row,
    t.OFFENDER_MEDICAL_TREATMENT_ID as source_key,
    person_place.site_code,
    person_place.unit_code,
    coalesce(booking.person_key, 'health problem ' || t.OFFENDER_HEALTH_PROBLEM_ID) as person_key,
    t.OFFENDER_HEALTH_PROBLEM_ID as care_need_key,
    t.TREATMENT_CODE as adjustment_source_value,
    t.START_DATE as started_on,
    t.END_DATE as ended_on,
    t.COMMENT_TEXT as comment,
    t.TREATMENT_PROVIDER_CODE as provider_source_value
from OFFENDER_MEDICAL_TREATMENTS as t
left join OFFENDER_HEALTH_PROBLEMS as h on t.OFFENDER_HEALTH_PROBLEM_ID = h.OFFENDER_HEALTH_PROBLEM_ID
left join booking on h.OFFENDER_BOOK_ID = booking.booking_key
left join person_place on booking.person_key = person_place.person_key
