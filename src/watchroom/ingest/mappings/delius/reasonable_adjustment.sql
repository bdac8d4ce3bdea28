-- One row per PROVISION row.
select
    p.source_table,
    p.source_row,
    p.PROVISION_ID as source_key,
    known.site_code,
    known.unit_code,
    coalesce(known.is_restricted, true) as is_restricted,
    coalesce(known.person_key, 'offender ' || p.OFFENDER_ID) as person_key,
    p.DISABILITY_ID as care_need_key,
    said(p.PROVISION_TYPE_ID) as adjustment_source_value,
    p.START_DATE as started_on,
    p.FINISH_DATE as ended_on,
    p.NOTES as comment
from PROVISION as p
left join known on p.OFFENDER_ID = known.person_key
where parse_flag(p.SOFT_DELETED) is distinct from true and known.is_deleted is distinct from true
