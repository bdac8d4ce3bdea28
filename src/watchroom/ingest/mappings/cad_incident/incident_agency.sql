-- One row per agency to which an incident was passed, or that passed it on, with the number that the agency has for it.
select
    k.source_table,
    k.source_row,
    concat_ws('/', k.INCIDENT_KEY, k.RELATION, k.AGENCY) as source_key,
    k.OBJECT_REALNESS as realness,
    k.INCIDENT_KEY as incident_key,
    k.AGENCY as organisation_text,
    k.OTHER_URN as own_reference,
    k.RELATION as role_source_value
from CAD_LINK as k
inner join links on k.source_row = links.source_row
where k.RELATION <> 'DUPLICATE OF'
