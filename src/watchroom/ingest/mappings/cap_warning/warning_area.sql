-- One row per area of a warning; an area with several codes has one more row for each code after the first.
select
    r.source_table,
    r.source_row,
    concat_ws(',', told.warning_key, i.NUMBER, 'area', r.NUMBER, nullif(c.NUMBER, '1')) as source_key,
    r.OBJECT_REALNESS as realness,
    case when i.NUMBER = '1' then told.warning_key else concat_ws(',', told.warning_key, i.NUMBER) end as warning_key,
    r.AREA_DESC as description,
    case when coalesce(c.NUMBER, '1') = '1' then r.GEOMETRY end as area,
    case when coalesce(c.NUMBER, '1') = '1' then r.CIRCLES end as circle,
    c.NAME as geocode_kind,
    c.VALUE as geocode,
    r.ALTITUDE as altitude,
    r.CEILING as ceiling
from ALERT_AREA as r
inner join told on r.ALERT_KEY = told.alert_key and r.OBJECT_MESSAGE = told.message
inner join ALERT_INFO as i on r.INFO_KEY = i.OBJECT_KEY and r.OBJECT_MESSAGE = i.OBJECT_MESSAGE
left join ALERT_CODE as c
    on r.OBJECT_KEY = c.AREA_KEY and r.OBJECT_MESSAGE = c.OBJECT_MESSAGE and c.KIND = 'geocode'
