-- One row per person of the events, who give a number and nothing else.
select
    event.source_table,
    event.source_row,
    event.number as source_key,
    event.realness,
    event.number as prison_number
from event
where event.is_told
qualify row_number() over (
    partition by event.number order by coalesce(event.realness = 'actual', true) desc, event.source_row
) = 1
