-- One row per CONTACT row that is an appointment. What was written of it stands in the case note, which may be sensitive.
select
    c.source_table,
    c.source_row,
    c.CONTACT_ID as source_key,
    known.site_code,
    known.unit_code,
    coalesce(known.is_restricted, true) as is_restricted,
    coalesce(known.person_key, 'offender ' || c.OFFENDER_ID) as person_key,
    'COMM' as class_source_value,
    coalesce(kind.CODE, 'id ' || c.CONTACT_TYPE_ID) as type_source_value,
    c.CONTACT_DATE as event_date,
    time_on(c.CONTACT_DATE, c.CONTACT_START_TIME) as starts_at,
    time_on(c.CONTACT_DATE, c.CONTACT_END_TIME) as ends_at,
    case when c.ATTENDED is not null then 'ATTENDED ' || concat_ws(' COMPLIED ', c.ATTENDED, c.COMPLIED) end as status_source_value
from CONTACT as c
left join known on c.OFFENDER_ID = known.person_key
inner join appointment on c.CONTACT_ID = appointment.contact_key
left join R_CONTACT_TYPE as kind on c.CONTACT_TYPE_ID = kind.CONTACT_TYPE_ID
where parse_flag(c.SOFT_DELETED) is distinct from true and known.is_deleted is distinct from true
