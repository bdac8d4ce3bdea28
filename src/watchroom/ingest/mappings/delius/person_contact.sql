-- One row per PERSONAL_CONTACT row. What the source writes of the relation is kept, not what it chose from its list.
select
    c.source_table,
    c.source_row,
    c.PERSONAL_CONTACT_ID as source_key,
    known.site_code,
    known.unit_code,
    coalesce(known.is_restricted, true) as is_restricted,
    coalesce(known.person_key, 'offender ' || c.OFFENDER_ID) as person_key,
    c.SURNAME as family_name,
    nullif(concat_ws(' ', c.FIRST_NAME, c.OTHER_NAMES), '') as given_names,
    coalesce(c.RELATIONSHIP, said(c.RELATIONSHIP_TYPE_ID)) as relationship_source_value,
    c.MOBILE_NUMBER as telephone,
    c.START_DATE as from_on,
    c.END_DATE as to_on,
    c.NOTES as comment
from PERSONAL_CONTACT as c
left join known on c.OFFENDER_ID = known.person_key
where parse_flag(c.SOFT_DELETED) is distinct from true and known.is_deleted is distinct from true
