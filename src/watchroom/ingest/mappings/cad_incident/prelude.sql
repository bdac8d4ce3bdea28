-- One row per incident: the last word on it in the delivery, unless what is known already is newer.
create table newest as
select
    i.source_row,
    i.OBJECT_KEY as incident_key,
    i.OBJECT_MESSAGE as message
from CAD_INCIDENT as i
inner join CAD_MESSAGE as m on i.OBJECT_MESSAGE = m.OBJECT_MESSAGE
left join known_incident as known on i.OBJECT_KEY = known.source_key
where not coalesce(offset_point(i.UPDATED_AT) < try_cast(known.updated_at as timestamptz), false)
qualify row_number() over (
    partition by i.OBJECT_KEY
    order by offset_point(i.UPDATED_AT) desc nulls last, try_cast(m.SEQUENCE as bigint) desc nulls last, i.source_row desc
) = 1;

-- One row per line of a log; one that comes twice is the same.
create table lines as
select l.source_row
from CAD_LINE as l
qualify row_number() over (partition by l.OBJECT_KEY order by l.source_row desc) = 1;

-- One row per link of an incident to another agency. They are added and never taken away, so those of older messages hold.
create table links as
select k.source_row
from CAD_LINK as k
qualify row_number() over (partition by k.OBJECT_KEY order by k.source_row desc) = 1;
