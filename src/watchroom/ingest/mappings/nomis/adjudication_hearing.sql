-- One row per OIC_HEARINGS row. The person is the party who was charged in that adjudication; of several results
-- the first proved one speaks, else the first.
with spoken as (
    select
        r.OIC_HEARING_ID,
        arg_min(
            {'plea': r.PLEA_FINDING_CODE, 'finding': r.FINDING_CODE},
            (coalesce(r.FINDING_CODE, '') <> 'PROVED', coalesce(parse_number(r.RESULT_SEQ), 99))
        ) as result
    from OIC_HEARING_RESULTS as r
    group by r.OIC_HEARING_ID
),
charged as (
    select
        p.OIC_INCIDENT_ID,
        arg_min(p.OFFENDER_BOOK_ID, p.source_row) as booking_key
    from AGENCY_INCIDENT_PARTIES as p
    where p.OIC_INCIDENT_ID is not null and p.OFFENDER_BOOK_ID is not null
    group by p.OIC_INCIDENT_ID
)
select
    h.source_table,
    h.source_row,
    h.OIC_HEARING_ID as source_key,
    person_place.site_code,
    person_place.unit_code,
    coalesce(booking.person_key, 'adjudication ' || h.OIC_INCIDENT_ID) as person_key,
    h.OIC_INCIDENT_ID as reference,
    h.OIC_HEARING_TYPE as type_source_value,
    coalesce(h.HEARING_TIME, h.HEARING_DATE, h.SCHEDULE_TIME, h.SCHEDULE_DATE) as hearing_at,
    h.INTERNAL_LOCATION_ID as location_key,
    spoken.result.plea as plea_source_value,
    spoken.result.finding as finding_source_value,
    h.COMMENT_TEXT as comment
from OIC_HEARINGS as h
left join spoken on h.OIC_HEARING_ID = spoken.OIC_HEARING_ID
left join charged on h.OIC_INCIDENT_ID = charged.OIC_INCIDENT_ID
left join booking on charged.booking_key = booking.booking_key
left join person_place on booking.person_key = person_place.person_key
