-- One row per zone: the last word on it in the delivery, unless what is known already is newer.
create table newest as
select
    z.source_row,
    z.OBJECT_KEY as zone_key,
    z.OBJECT_MESSAGE as message
from WORK_ZONE as z
left join known_work_zone as known on z.OBJECT_KEY = known.source_key
where not coalesce(offset_point(z.UPDATE_DATE) < try_cast(known.updated_at as timestamptz), false)
qualify row_number() over (
    partition by z.OBJECT_KEY order by offset_point(z.UPDATE_DATE) desc nulls last, z.source_row desc
) = 1;

-- One row per zone with lanes: how many there are, and how many of them are open in some way.
create table lanes as
select
    l.OBJECT_MESSAGE as message,
    l.ZONE_KEY as zone_key,
    count(*) as lanes_total,
    count(*) filter (where l.STATUS <> 'closed') as lanes_open,
    bool_and(l.STATUS is not null) as is_told
from WORK_ZONE_LANE as l
group by
    l.OBJECT_MESSAGE,
    l.ZONE_KEY
