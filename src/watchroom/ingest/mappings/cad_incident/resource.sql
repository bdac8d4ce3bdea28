-- One row per unit that was sent to anything.
select
    u.source_table,
    u.source_row,
    u.CALL_SIGN as source_key,
    u.OBJECT_REALNESS as realness,
    null as site_code,
    null as unit_code,
    u.CALL_SIGN as call_sign,
    u.TYPE as kind_source_value,
    u.STATION as home_base
from CAD_UNIT as u
inner join newest on u.INCIDENT_KEY = newest.incident_key and u.OBJECT_MESSAGE = newest.message
qualify row_number() over (partition by u.CALL_SIGN order by u.source_row desc) = 1
