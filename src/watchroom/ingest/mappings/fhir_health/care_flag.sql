-- One row per flag of a patient. Only a code that names what to do is taken: one of a clinical system says why, and so do the
-- words of a code; of these the flag stands without an instruction, and health can be asked.
select
    f.source_table,
    f.source_row,
    f.OBJECT_KEY as source_key,
    f.OBJECT_REALNESS as realness,
    f.OBJECT_HANDLING as sharing_restriction,
    newest.site_code,
    newest.unit_code,
    newest.is_restricted,
    newest.patient_key as person_key,
    code.instruction as instruction_source_value,
    f.PERIOD_START as from_at,
    f.PERIOD_END as to_at
from FLAG as f
inner join newest on f.source_row = newest.source_row and newest.kind = 'flag'
left join (
    select
        c.RESOURCE_KEY as resource_key,
        min(c.CODE) as instruction
    from FHIR_CODING as c
    where
        c.PATH = 'code'
        and coalesce(
            not regexp_matches(lower(c.SYSTEM), 'snomed|loinc|/icd|icpc|read|ctv3|rxnorm|dmd|atc|opcs|dsm'), false
        )
    group by c.RESOURCE_KEY
) as code on newest.resource_key = code.resource_key
