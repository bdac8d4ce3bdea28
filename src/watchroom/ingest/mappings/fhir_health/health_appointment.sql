-- One row per visit of a patient to health staff, or of health staff to them; without its reason.
select
    e.source_table,
    e.source_row,
    e.OBJECT_KEY as source_key,
    e.OBJECT_REALNESS as realness,
    e.OBJECT_HANDLING as sharing_restriction,
    newest.site_code,
    newest.unit_code,
    newest.is_restricted,
    newest.patient_key as person_key,
    service.code as service_source_value,
    e.STATUS as status_source_value,
    e.PERIOD_START as starts_at,
    e.PERIOD_END as ends_at
from ENCOUNTER as e
inner join newest on e.source_row = newest.source_row and newest.kind = 'visit'
left join (
    select
        c.RESOURCE_KEY as resource_key,
        min(c.CODE) as code
    from FHIR_CODING as c
    where c.PATH = 'serviceType'
    group by c.RESOURCE_KEY
) as service on newest.resource_key = service.resource_key
