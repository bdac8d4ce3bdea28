-- One row per party of an incident; staff have a reference and no person. Staff are scoped by the place of the
-- incident, people in custody by where they are now.
select
    p.source_table,
    p.source_row,
    'case/' || p.INCIDENT_CASE_ID || '/' || p.PARTY_SEQ as source_key,
    coalesce(person_place.site_code, i.AGY_LOC_ID) as site_code,
    person_place.unit_code,
    'case/' || p.INCIDENT_CASE_ID as incident_key,
    i.INCIDENT_TYPE as incident_type_source_value,
    coalesce(booking.person_key, 'booking ' || p.OFFENDER_BOOK_ID) as person_key,
    p.STAFF_ID as staff_reference,
    p.PARTICIPATION_ROLE as role_source_value,
    p.OUTCOME_CODE as outcome_source_value,
    p.COMMENT_TEXT as comment
from INCIDENT_CASE_PARTIES as p
left join INCIDENT_CASES as i on p.INCIDENT_CASE_ID = i.INCIDENT_CASE_ID
left join booking on p.OFFENDER_BOOK_ID = booking.booking_key
left join person_place on booking.person_key = person_place.person_key
union all
select
    p.source_table,
    p.source_row,
    'agency/' || p.AGENCY_INCIDENT_ID || '/' || p.PARTY_SEQ,
    coalesce(person_place.site_code, i.AGY_LOC_ID),
    person_place.unit_code,
    'agency/' || p.AGENCY_INCIDENT_ID,
    i.INCIDENT_TYPE,
    coalesce(booking.person_key, 'booking ' || p.OFFENDER_BOOK_ID),
    p.STAFF_ID,
    p.INCIDENT_ROLE,
    p.ACTION_CODE,
    p.COMMENT_TEXT
from AGENCY_INCIDENT_PARTIES as p
left join AGENCY_INCIDENTS as i on p.AGENCY_INCIDENT_ID = i.AGENCY_INCIDENT_ID
left join booking on p.OFFENDER_BOOK_ID = booking.booking_key
left join person_place on booking.person_key = person_place.person_key
