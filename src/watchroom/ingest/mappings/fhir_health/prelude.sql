-- One row per patient: the last word in the delivery, and the one prison number that it gives.
create table patients as
select
    p.source_row,
    p.OBJECT_KEY as patient_key,
    coalesce(is_labelled(p.OBJECT_HANDLING), false) as is_labelled,
    numbers.number
from PATIENT as p
left join (
    select
        i.RESOURCE_KEY as patient_key,
        any_value(i.VALUE) as number
    from FHIR_IDENTIFIER as i
    where
        i.PATH = 'identifier'
        and (lower(i.SYSTEM) like '%/prison-number' or lower(i.SYSTEM) like '%:prison-number')
    group by i.RESOURCE_KEY
    having count(distinct i.VALUE) = 1
) as numbers on p.OBJECT_KEY = numbers.patient_key
where p.OBJECT_VERB <> 'withdraw'
qualify row_number() over (
    partition by p.OBJECT_KEY order by offset_point(p.LAST_UPDATED) desc nulls last, p.source_row desc
) = 1;

-- One row per patient: their place as the other sources of the node have it. Here a rule by which a mapping says how a person
-- of another source is found would go: the patient would then be that person, and move with them.
create table place as
select
    patients.patient_key,
    max(known_person.site_code) filter (where known_person.unit_code is not null) as site_code,
    max(known_person.unit_code) as unit_code,
    if(bool_or(patients.is_labelled or coalesce(known_person.is_restricted = 'true', false)), 'true', 'false')
        as is_restricted
from patients
left join known_person on patients.number = known_person.prison_number
group by patients.patient_key;

-- One row per resource that is about a patient: whom.
create table subject as
select
    r.RESOURCE_KEY as resource_key,
    any_value(r.TARGET) as patient_key
from FHIR_REFERENCE as r
where
    r.PATH in ('subject', 'patient')
    and (r.TARGET like 'Patient/%' or r.TARGET in (select patients.patient_key from patients))
group by r.RESOURCE_KEY;

-- One row per resource of those that are taken: the last word on it in the delivery, which may be that it is over. One that is
-- deleted says no instant, and is.
create table latest as
select every.*
from (
    select
        'flag' as kind,
        f.source_row,
        f.OBJECT_KEY as resource_key,
        offset_point(f.LAST_UPDATED) as updated,
        f.OBJECT_HANDLING as handling,
        f.OBJECT_VERB = 'withdraw' or coalesce(f.STATUS = 'inactive', false) and f.PERIOD_END is null as is_over
    from FLAG as f
    union all
    select
        'visit',
        e.source_row,
        e.OBJECT_KEY,
        offset_point(e.LAST_UPDATED),
        e.OBJECT_HANDLING,
        e.OBJECT_VERB = 'withdraw'
    from ENCOUNTER as e
    where e.OBJECT_VERB = 'withdraw' or e.CLASS in ('AMB', 'FLD', 'HH', 'VR')
    union all
    select 'contact', c.source_row, c.OBJECT_KEY, offset_point(c.LAST_UPDATED), c.OBJECT_HANDLING, c.OBJECT_VERB = 'withdraw'
    from RELATED_PERSON as c
) as every
qualify row_number() over (
    partition by every.resource_key
    order by every.is_over and every.updated is null desc, every.updated desc nulls last, every.source_row desc
) = 1;

-- One row per resource that holds and is about a patient. Of whoever is not in the delivery nobody knows here where they are, or
-- whether they are hidden; so what is about them is.
create table newest as
select
    latest.kind,
    latest.source_row,
    latest.resource_key,
    subject.patient_key,
    place.site_code,
    place.unit_code,
    if(place.is_restricted = 'false' and not coalesce(is_labelled(latest.handling), false), 'false', 'true')
        as is_restricted
from latest
inner join subject on latest.resource_key = subject.resource_key
left join place on subject.patient_key = place.patient_key
where not latest.is_over;

-- One row per name of somebody: the one in official use, or the first.
create table names as
select
    n.RESOURCE_KEY as resource_key,
    n.FAMILY as family_name,
    array_to_string(json_extract_string(n.GIVEN, '$[*]'), ' ') as given_names
from FHIR_NAME as n
where n.PATH = 'name' and coalesce(n.USE not in ('old', 'anonymous'), true)
qualify row_number() over (
    partition by n.RESOURCE_KEY order by coalesce(n.USE = 'official', false) desc, n.source_row
) = 1
