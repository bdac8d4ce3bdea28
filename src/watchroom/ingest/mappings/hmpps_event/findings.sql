-- One row per event that tells something this mapping takes and lacks what it needs for that; it is held back.
select event.source_table, event.source_row, 'personReference' as field, 'value_missing' as code
from event
where event.subject is not null and event.number is null
union all
select event.source_table, event.source_row, 'OCCURRED_AT', 'bad_date'
from event
where event.subject is not null and event.happened is null
union all
select event.source_table, event.source_row, 'additionalInformation.alertUuid', 'value_missing'
from event
where event.subject = 'alert' and event.alert_key is null
