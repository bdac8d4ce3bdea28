-- One row per AGENCY_INTERNAL_LOCATIONS row. A place counts as in use unless the source says that it is not; a
-- unit type says that people live there.
select
    l.source_table,
    l.source_row,
    l.INTERNAL_LOCATION_ID as source_key,
    l.AGY_LOC_ID as site_code,
    place.unit_code,
    l.INTERNAL_LOCATION_CODE as code,
    l.DESCRIPTION as path,
    l.USER_DESC as name,
    l.INTERNAL_LOCATION_TYPE as kind_source_value,
    l.PARENT_INTERNAL_LOCATION_ID as parent_key,
    l.UNIT_TYPE is not null as is_residential,
    coalesce(l.ACTIVE_FLAG, case when l.DEACTIVATE_DATE is null then 'Y' else 'N' end) as is_active,
    l.DEACTIVATE_DATE as deactivated_on,
    l.DEACTIVATE_REASON_CODE as deactivated_reason_source_value,
    l.OPERATION_CAPACITY as working_capacity,
    l.CAPACITY as max_capacity,
    l.CERTIFIED_FLAG as is_certified
from AGENCY_INTERNAL_LOCATIONS as l
left join place on l.INTERNAL_LOCATION_ID = place.location_key
