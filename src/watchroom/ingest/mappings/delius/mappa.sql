-- One row per REGISTRATION row of the type of public protection arrangements, which has the id 27 in all of Delius.
select
    r.source_table,
    r.source_row,
    r.REGISTRATION_ID as source_key,
    known.site_code,
    known.unit_code,
    coalesce(known.is_restricted, true) as is_restricted,
    coalesce(known.person_key, 'offender ' || r.OFFENDER_ID) as person_key,
    said(r.REGISTER_LEVEL_ID) as level_source_value,
    said(r.REGISTER_CATEGORY_ID) as category_source_value,
    r.REGISTRATION_DATE as starts_on,
    r.NEXT_REVIEW_DATE as review_on,
    d.DEREGISTRATION_DATE as ends_on,
    coalesce(staff.OFFICER_CODE, 'id ' || r.REGISTERING_STAFF_ID) as officer_reference,
    r.REGISTRATION_NOTES as note
from REGISTRATION as r
left join known on r.OFFENDER_ID = known.person_key
left join deregistered on r.REGISTRATION_ID = deregistered.registration_key
left join DEREGISTRATION as d on deregistered.id = d.DEREGISTRATION_ID
left join STAFF as staff on r.REGISTERING_STAFF_ID = staff.STAFF_ID
where parse_flag(r.SOFT_DELETED) is distinct from true and known.is_deleted is distinct from true
    and r.REGISTER_TYPE_ID = '27'
