-- One row per person of the events; they give a number only, and the place is that of the node's other sources.
select
    event.source_table,
    event.source_row,
    event.number as source_key,
    place.site_code,
    place.unit_code,
    place.is_restricted,
    event.number as prison_number
from event
inner join place on event.number = place.number
where event.is_told
qualify row_number() over (partition by event.number order by event.source_row) = 1
