-- One row per unit and incident, from the order to the end, as the newest message tells it.
select
    u.source_table,
    u.source_row,
    u.OBJECT_KEY as source_key,
    u.OBJECT_REALNESS as realness,
    u.INCIDENT_KEY as incident_key,
    u.CALL_SIGN as resource_key,
    u.ASSIGNED_AT as ordered_at,
    u.MOBILE_AT as on_way_at,
    u.AT_SCENE_AT as arrived_at,
    u.CLEAR_AT as cleared_at,
    u.STATUS as state_source_value
from CAD_UNIT as u
inner join newest on u.INCIDENT_KEY = newest.incident_key and u.OBJECT_MESSAGE = newest.message
