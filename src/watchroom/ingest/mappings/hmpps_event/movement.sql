-- One row per passage that an event tells, when it happened and why. It does not say from where somebody came.
select
    event.source_table,
    event.source_row,
    event.event_key as source_key,
    event.realness,
    event.number as person_key,
    event.occurred_at as moved_at,
    event.reason as kind_source_value,
    case event.event_type when 'prison-offender-events.prisoner.received' then 'IN' else 'OUT' end as direction_source_value,
    case event.event_type when 'prison-offender-events.prisoner.received' then event.prison end as to_agency_source_value
from event
where event.subject = 'movement' and event.is_told
qualify row_number() over (partition by event.event_key order by event.source_row) = 1
