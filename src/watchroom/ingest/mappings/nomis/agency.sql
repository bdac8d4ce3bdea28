-- One row per AGENCY_LOCATIONS row.
select
    a.source_table,
    a.source_row,
    a.AGY_LOC_ID as source_key,
    a.AGY_LOC_ID as code,
    coalesce(a.LONG_DESCRIPTION, a.DESCRIPTION) as name,
    a.AGENCY_LOCATION_TYPE as kind_source_value,
    a.ACTIVE_FLAG as is_active
from AGENCY_LOCATIONS as a
