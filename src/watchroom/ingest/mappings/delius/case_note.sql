-- One row per CONTACT row that is no appointment, or an appointment of which something was written. It is sensitive
-- unless the source says, readably, that it is not.
select
    c.source_table,
    c.source_row,
    c.CONTACT_ID as source_key,
    known.site_code,
    known.unit_code,
    coalesce(known.is_restricted, true) as is_restricted,
    coalesce(known.person_key, 'offender ' || c.OFFENDER_ID) as person_key,
    coalesce(kind.CODE, 'id ' || c.CONTACT_TYPE_ID) as type_source_value,
    coalesce(time_on(c.CONTACT_DATE, c.CONTACT_START_TIME), c.CONTACT_DATE) as occurred_at,
    c.CREATED_DATETIME as written_at,
    coalesce(staff.OFFICER_CODE, 'id ' || c.STAFF_ID) as staff_reference,
    nullif(concat_ws(': ', c.DESCRIPTION, c.NOTES), '') as text,
    case
        when parse_flag(c.SENSITIVE) or parse_flag(kind.SENSITIVE_CONTACT) then 'Y'
        when bare(c.SENSITIVE) <> '' and parse_flag(c.SENSITIVE) is null then 'Y'
        when not parse_flag(c.SENSITIVE) or not parse_flag(kind.SENSITIVE_CONTACT) then 'N'
        else 'Y'
    end as is_sensitive
from CONTACT as c
left join known on c.OFFENDER_ID = known.person_key
left join R_CONTACT_TYPE as kind on c.CONTACT_TYPE_ID = kind.CONTACT_TYPE_ID
left join STAFF as staff on c.STAFF_ID = staff.STAFF_ID
where parse_flag(c.SOFT_DELETED) is distinct from true and known.is_deleted is distinct from true
    and (c.NOTES is not null or c.CONTACT_ID not in (select contact_key from appointment))
