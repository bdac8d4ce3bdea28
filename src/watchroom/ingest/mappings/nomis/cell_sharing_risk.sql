-- One row per OFFENDER_ASSESSMENTS row of a cell-sharing kind. The level is the reviewed one, else the overriding
-- one, else the calculated one; a pending level gives way to any other.
select
    a.source_table,
    a.source_row,
    a.OFFENDER_BOOK_ID || '/' || a.ASSESSMENT_SEQ as source_key,
    person_place.site_code,
    person_place.unit_code,
    coalesce(booking.person_key, 'booking ' || a.OFFENDER_BOOK_ID) as person_key,
    a.OFFENDER_BOOK_ID as episode_key,
    kind.ASSESSMENT_CODE as assessment_source_value,
    coalesce(
        nullif(a.REVIEW_SUP_LEVEL_TYPE, 'PEND'),
        nullif(a.OVERRIDED_SUP_LEVEL_TYPE, 'PEND'),
        a.CALC_SUP_LEVEL_TYPE
    ) as level_source_value,
    a.ASSESSMENT_DATE as assessed_on,
    a.NEXT_REVIEW_DATE as next_review_on,
    a.ASSESS_STATUS as status_source_value,
    a.EVALUATION_RESULT_CODE is not distinct from 'APP' as is_approved,
    a.ASSESS_COMMENT_TEXT as comment
from OFFENDER_ASSESSMENTS as a
inner join ASSESSMENTS as kind on a.ASSESSMENT_TYPE_ID = kind.ASSESSMENT_ID
left join booking on a.OFFENDER_BOOK_ID = booking.booking_key
left join person_place on booking.person_key = person_place.person_key
where kind.ASSESSMENT_CLASS = 'TYPE' and kind.ASSESSMENT_CODE like 'CSR%'
