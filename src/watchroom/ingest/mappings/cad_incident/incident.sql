-- One row per incident, as the newest message tells it.
select
    i.source_table,
    i.source_row,
    newest.incident_key as source_key,
    i.OBJECT_REALNESS as realness,
    null as site_code,
    null as unit_code,
    i.URN as reference,
    i.TYPE_CODE as family_source_value,
    i.TYPE_TEXT as type_text,
    i.STATUS as status_source_value,
    i.STATUS as status_text,
    i.GRADE_CODE as priority_source_value,
    i.ADDRESS as place_text,
    i.LATITUDE as latitude,
    i.LONGITUDE as longitude,
    i.OPENED_AT as reported_at,
    i.CLOSED_AT as closed_at,
    i.OWNER as owner_organisation,
    m.SYSTEM as external_source,
    i.RESULT_CODE as disposition_source_value,
    i.UPDATED_AT as updated_at
from CAD_INCIDENT as i
inner join newest on i.source_row = newest.source_row
inner join CAD_MESSAGE as m on newest.message = m.OBJECT_MESSAGE
