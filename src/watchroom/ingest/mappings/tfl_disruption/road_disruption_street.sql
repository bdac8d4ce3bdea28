-- One row per street of a disruption.
select
    s.source_table,
    s.source_row,
    s.OBJECT_KEY as source_key,
    s.OBJECT_REALNESS as realness,
    s.DISRUPTION_KEY as disruption_key,
    s.NAME as name,
    s.CLOSURE as closure_source_value,
    s.DIRECTIONS as directions,
    s.GEOMETRY as line,
    concat_ws('/', s.SOURCE_SYSTEM_KEY, s.SOURCE_SYSTEM_ID) as source_reference
from ROAD_DISRUPTION_STREET as s
inner join newest on s.DISRUPTION_KEY = newest.disruption_key and s.OBJECT_MESSAGE = newest.message
