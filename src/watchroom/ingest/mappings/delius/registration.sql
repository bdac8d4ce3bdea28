-- One row per REGISTRATION row, with its last end.
select
    r.source_table,
    r.source_row,
    r.REGISTRATION_ID as source_key,
    known.site_code,
    known.unit_code,
    coalesce(known.is_restricted, true) as is_restricted,
    coalesce(known.person_key, 'offender ' || r.OFFENDER_ID) as person_key,
    said(r.REGISTER_TYPE_ID) as register_source_value,
    said(r.REGISTER_LEVEL_ID) as level,
    said(r.REGISTER_CATEGORY_ID) as category,
    case
        when parse_flag(r.DEREGISTERED) then 'N'
        when not parse_flag(r.DEREGISTERED) then 'Y'
        else r.DEREGISTERED
    end as is_active,
    r.REGISTRATION_DATE as starts_on,
    d.DEREGISTRATION_DATE as ends_on,
    r.NEXT_REVIEW_DATE as next_review_on,
    coalesce(team.DESCRIPTION, 'id ' || r.REGISTERING_TEAM_ID) as team,
    coalesce(staff.OFFICER_CODE, 'id ' || r.REGISTERING_STAFF_ID) as officer_reference,
    r.REGISTRATION_NOTES as alert_text,
    d.DEREGISTERING_NOTES as ending_note
from REGISTRATION as r
left join known on r.OFFENDER_ID = known.person_key
left join deregistered on r.REGISTRATION_ID = deregistered.registration_key
left join DEREGISTRATION as d on deregistered.id = d.DEREGISTRATION_ID
left join STAFF as staff on r.REGISTERING_STAFF_ID = staff.STAFF_ID
left join TEAM as team on r.REGISTERING_TEAM_ID = team.TEAM_ID
where parse_flag(r.SOFT_DELETED) is distinct from true and known.is_deleted is distinct from true
