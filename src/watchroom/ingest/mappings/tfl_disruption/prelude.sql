-- One row per disruption: the last word on it in the delivery, unless what is known already is newer.
create table newest as
select
    d.source_row,
    d.OBJECT_KEY as disruption_key,
    d.OBJECT_MESSAGE as message
from ROAD_DISRUPTION as d
left join known_road_disruption as known on d.OBJECT_KEY = known.source_key
where not coalesce(offset_point(d.LAST_MODIFIED_AT) < try_cast(known.updated_at as timestamptz), false)
qualify row_number() over (
    partition by d.OBJECT_KEY order by offset_point(d.LAST_MODIFIED_AT) desc nulls last, d.source_row desc
) = 1;
