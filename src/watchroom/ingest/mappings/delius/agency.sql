-- One row per PROBATION_AREA row.
select
    a.source_table,
    a.source_row,
    a.PROBATION_AREA_ID as source_key,
    a.CODE as code,
    a.DESCRIPTION as name,
    'PROBATION_AREA' as kind_source_value,
    a.SELECTABLE as is_active
from PROBATION_AREA as a
