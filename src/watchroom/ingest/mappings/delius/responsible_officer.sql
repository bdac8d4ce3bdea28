-- One row per RESPONSIBLE_OFFICER row: a manager in the community or in a prison, with staff and team of that manager.
select
    r.source_table,
    r.source_row,
    r.RESPONSIBLE_OFFICER_ID as source_key,
    known.site_code,
    known.unit_code,
    coalesce(known.is_restricted, true) as is_restricted,
    coalesce(known.person_key, 'offender ' || r.OFFENDER_ID) as person_key,
    coalesce(staff.OFFICER_CODE, 'id ' || coalesce(m.ALLOCATION_STAFF_ID, p.ALLOCATION_STAFF_ID)) as officer_reference,
    nullif(concat_ws(' ', staff.FORENAME, staff.SURNAME), '') as officer_name,
    coalesce(team.DESCRIPTION, 'id ' || coalesce(m.TEAM_ID, p.ALLOCATION_TEAM_ID)) as team,
    coalesce(area.DESCRIPTION, 'id ' || coalesce(m.PROBATION_AREA_ID, p.PROBATION_AREA_ID)) as area,
    case when r.OFFENDER_MANAGER_ID is not null then 'OM' when r.PRISON_OFFENDER_MANAGER_ID is not null then 'POM' end
        as role_source_value,
    r.START_DATE as assigned_on,
    r.END_DATE as ended_on,
    case when r.END_DATE is null then 'Y' when is_over(r.END_DATE) then 'N' end as is_active,
    team.TELEPHONE as telephone
from RESPONSIBLE_OFFICER as r
left join known on r.OFFENDER_ID = known.person_key
left join OFFENDER_MANAGER as m on r.OFFENDER_MANAGER_ID = m.OFFENDER_MANAGER_ID
left join PRISON_OFFENDER_MANAGER as p on r.PRISON_OFFENDER_MANAGER_ID = p.PRISON_OFFENDER_MANAGER_ID
left join STAFF as staff on coalesce(m.ALLOCATION_STAFF_ID, p.ALLOCATION_STAFF_ID) = staff.STAFF_ID
left join TEAM as team on coalesce(m.TEAM_ID, p.ALLOCATION_TEAM_ID) = team.TEAM_ID
left join PROBATION_AREA as area on coalesce(m.PROBATION_AREA_ID, p.PROBATION_AREA_ID) = area.PROBATION_AREA_ID
where known.is_deleted is distinct from true
