-- One row per person who is related to a patient.
select
    r.source_table,
    r.source_row,
    r.OBJECT_KEY as source_key,
    r.OBJECT_REALNESS as realness,
    r.OBJECT_HANDLING as sharing_restriction,
    newest.site_code,
    newest.unit_code,
    newest.is_restricted,
    newest.patient_key as person_key,
    names.family_name,
    names.given_names,
    r.BIRTH_DATE as birth_date,
    relation.code as relationship_source_value,
    telephone.number as telephone,
    address.line as address_text,
    r.PERIOD_START as from_on,
    r.PERIOD_END as to_on
from RELATED_PERSON as r
inner join newest on r.source_row = newest.source_row and newest.kind = 'contact'
left join names on newest.resource_key = names.resource_key
left join (
    select
        c.RESOURCE_KEY as resource_key,
        min(c.CODE) as code
    from FHIR_CODING as c
    where c.PATH = 'relationship'
    group by c.RESOURCE_KEY
) as relation on newest.resource_key = relation.resource_key
left join (
    select
        t.RESOURCE_KEY as resource_key,
        min(t.VALUE) as number
    from FHIR_TELECOM as t
    where t.PATH = 'telecom' and t.SYSTEM = 'phone'
    group by t.RESOURCE_KEY
) as telephone on newest.resource_key = telephone.resource_key
left join (
    select
        a.RESOURCE_KEY as resource_key,
        min(
            coalesce(
                a.TEXT,
                concat_ws(', ', array_to_string(json_extract_string(a.LINE, '$[*]'), ', '), a.CITY, a.POSTAL_CODE)
            )
        ) as line
    from FHIR_ADDRESS as a
    where a.PATH = 'address'
    group by a.RESOURCE_KEY
) as address on newest.resource_key = address.resource_key
