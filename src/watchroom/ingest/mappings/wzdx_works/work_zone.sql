-- One row per work zone or diversion, as its source last changed it.
select
    z.source_table,
    z.source_row,
    z.OBJECT_KEY as source_key,
    z.OBJECT_REALNESS as realness,
    z.OBJECT_KEY as reference,
    z.EVENT_TYPE as event_type_source_value,
    z.EVENT_STATUS as status_source_value,
    array_to_string(json_extract_string(z.ROAD_NAMES, '$[*]'), ', ') as road_names,
    z.DIRECTION as direction,
    z.GEOMETRY as line,
    z.START_DATE as starts_at,
    z.IS_START_DATE_VERIFIED as is_start_verified,
    z.END_DATE as ends_at,
    z.IS_END_DATE_VERIFIED as is_end_verified,
    z.VEHICLE_IMPACT as vehicle_impact_source_value,
    lanes.lanes_total,
    case when lanes.is_told then lanes.lanes_open end as lanes_open,
    z.REDUCED_SPEED_LIMIT_KPH as speed_limit,
    json_extract_string(z.WORKER_PRESENCE, '$.are_workers_present') as has_workers,
    nullif(concat_ws(': ', z.NAME, z.DESCRIPTION), '') as description,
    z.UPDATE_DATE as updated_at
from WORK_ZONE as z
inner join newest on z.source_row = newest.source_row
left join lanes on newest.zone_key = lanes.zone_key and newest.message = lanes.message
