-- One row per RESTRICTION row (only named staff may see the record) and per EXCLUSION row (named staff may not). The rows
-- are restricted themselves, also when they have ended: that somebody was hidden tells of them.
select
    r.source_table,
    r.source_row,
    'restriction/' || r.RESTRICTION_ID || '/' || r.OFFENDER_ID as source_key,
    known.site_code,
    known.unit_code,
    true as is_restricted,
    coalesce(known.person_key, 'offender ' || r.OFFENDER_ID) as person_key,
    o.CRN as case_reference,
    false as is_excluded,
    true as is_restricted_to_named,
    cast(null as varchar) as exclusion_message,
    o.RESTRICTION_MESSAGE as restriction_message,
    r.RESTRICTION_DATE as from_on,
    r.RESTRICTION_END_DATE as to_on
from RESTRICTION as r
left join known on parse_number(r.OFFENDER_ID) = known.person_number
left join OFFENDER as o on known.person_key = o.OFFENDER_ID
where known.is_deleted is distinct from true
union all
select
    e.source_table,
    e.source_row,
    'exclusion/' || e.EXCLUSION_ID || '/' || e.OFFENDER_ID,
    known.site_code,
    known.unit_code,
    true,
    coalesce(known.person_key, 'offender ' || e.OFFENDER_ID),
    o.CRN,
    true,
    false,
    o.EXCLUSION_MESSAGE,
    null,
    e.EXCLUSION_DATE,
    e.EXCLUSION_END_DATE
from EXCLUSION as e
left join known on parse_number(e.OFFENDER_ID) = known.person_number
left join OFFENDER as o on known.person_key = o.OFFENDER_ID
where known.is_deleted is distinct from true
