-- One row per number of an OFFENDER row, per ADDITIONAL_IDENTIFIER row and per OFFENDER_PRISONER row.
select
    o.source_table,
    o.source_row,
    'CRN/' || o.OFFENDER_ID as source_key,
    known.site_code,
    known.unit_code,
    known.is_restricted,
    known.person_key,
    'CRN' as kind_source_value,
    o.CRN as value
from OFFENDER as o
inner join known on o.OFFENDER_ID = known.person_key
where not known.is_deleted and o.CRN is not null
union all
select
    o.source_table,
    o.source_row,
    'PNC/' || o.OFFENDER_ID,
    known.site_code,
    known.unit_code,
    known.is_restricted,
    known.person_key,
    'PNC',
    o.PNC_NUMBER
from OFFENDER as o
inner join known on o.OFFENDER_ID = known.person_key
where not known.is_deleted and o.PNC_NUMBER is not null
union all
select
    o.source_table,
    o.source_row,
    'CRO/' || o.OFFENDER_ID,
    known.site_code,
    known.unit_code,
    known.is_restricted,
    known.person_key,
    'CRO',
    o.CRO_NUMBER
from OFFENDER as o
inner join known on o.OFFENDER_ID = known.person_key
where not known.is_deleted and o.CRO_NUMBER is not null
union all
select
    o.source_table,
    o.source_row,
    'NINO/' || o.OFFENDER_ID,
    known.site_code,
    known.unit_code,
    known.is_restricted,
    known.person_key,
    'NINO',
    o.NI_NUMBER
from OFFENDER as o
inner join known on o.OFFENDER_ID = known.person_key
where not known.is_deleted and o.NI_NUMBER is not null
union all
select
    o.source_table,
    o.source_row,
    'HOREF/' || o.OFFENDER_ID,
    known.site_code,
    known.unit_code,
    known.is_restricted,
    known.person_key,
    'HOREF',
    o.IMMIGRATION_NUMBER
from OFFENDER as o
inner join known on o.OFFENDER_ID = known.person_key
where not known.is_deleted and o.IMMIGRATION_NUMBER is not null
union all
select
    o.source_table,
    o.source_row,
    'HMPS/' || o.OFFENDER_ID,
    known.site_code,
    known.unit_code,
    known.is_restricted,
    known.person_key,
    'HMPS',
    o.MOST_RECENT_PRISONER_NUMBER
from OFFENDER as o
inner join known on o.OFFENDER_ID = known.person_key
where not known.is_deleted and o.MOST_RECENT_PRISONER_NUMBER is not null
union all
select
    i.source_table,
    i.source_row,
    i.ADDITIONAL_IDENTIFIER_ID,
    known.site_code,
    known.unit_code,
    coalesce(known.is_restricted, true),
    coalesce(known.person_key, 'offender ' || i.OFFENDER_ID),
    said(i.IDENTIFIER_NAME_ID),
    i.IDENTIFIER
from ADDITIONAL_IDENTIFIER as i
left join known on i.OFFENDER_ID = known.person_key
where parse_flag(i.SOFT_DELETED) is distinct from true and known.is_deleted is distinct from true
union all
select
    p.source_table,
    p.source_row,
    p.OFFENDER_ID || '/' || p.PRISONER_NUMBER,
    known.site_code,
    known.unit_code,
    coalesce(known.is_restricted, true),
    coalesce(known.person_key, 'offender ' || p.OFFENDER_ID),
    'HMPS',
    p.PRISONER_NUMBER
from OFFENDER_PRISONER as p
left join known on p.OFFENDER_ID = known.person_key
where known.is_deleted is distinct from true
