-- One row per OFFENDER_CSIP_REPORTS row: a report holds the referral, what was found and why there is a plan.
select
    c.source_table,
    c.source_row,
    c.CSIP_ID as source_key,
    person_place.site_code,
    person_place.unit_code,
    coalesce(booking.person_key, 'booking ' || c.OFFENDER_BOOK_ID) as person_key,
    c.OFFENDER_BOOK_ID as episode_key,
    c.CSIP_ID as reference,
    c.RFR_INCIDENT_DATE as incident_on,
    c.RFR_INCIDENT_TYPE as incident_type_source_value,
    c.RFR_CSIP_FUNCTION as area_of_work,
    coalesce(c.CDR_CONCERN_DESCRIPTION, c.RFR_COMMENT) as concern,
    c.INV_KNOWN_REASONS as known_reasons
from OFFENDER_CSIP_REPORTS as c
left join booking on c.OFFENDER_BOOK_ID = booking.booking_key
left join person_place on booking.person_key = person_place.person_key
