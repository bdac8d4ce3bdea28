-- One row per disruption, as its source last changed it.
select
    d.source_table,
    d.source_row,
    d.OBJECT_KEY as source_key,
    d.OBJECT_REALNESS as realness,
    d.OBJECT_KEY as reference,
    d.CATEGORY as category_source_value,
    d.SUB_CATEGORY as sub_category,
    d.SEVERITY as severity_source_value,
    d.STATUS as status_source_value,
    nullif(split_part(coalesce(d.LOCATION, ''), '(', 1), '') as road_name,
    d.LOCATION as place_text,
    d.HAS_CLOSURES as has_closures,
    d.STARTS_AT as starts_at,
    d.ENDS_AT as ends_at,
    d.CORRIDOR_IDS as corridor,
    d.LEVEL_OF_INTEREST as interest_source_value,
    case when d.GEOMETRY like '%"Point"%' then d.GEOMETRY end as point,
    case when d.GEOMETRY not like '%"Point"%' then d.GEOMETRY end as area,
    d.IS_PROVISIONAL as is_provisional,
    d.ORDINAL as order_key,
    d.URL as web_address,
    d.PUBLISHED_FROM as publish_from_at,
    d.PUBLISHED_UNTIL as publish_to_at,
    d.LAST_MODIFIED_AT as updated_at,
    concat_ws(' ', d.COMMENTS, d.CURRENT_UPDATE) as public_text
from ROAD_DISRUPTION as d
inner join newest on d.source_row = newest.source_row
