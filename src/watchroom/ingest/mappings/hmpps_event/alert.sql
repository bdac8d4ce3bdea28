-- One row per alert that events speak of, as the latest of them leaves it, whatever order they come in: an older event
-- gives what a newer one lacks and undoes nothing. Created counts as active; its days and its comment are not told.
with told as (
    select
        event.alert_key,
        max(event.happened) as last_at,
        max_by(event.event_type, (event.happened, event.rank)) as last_type,
        min(event.alert_kind) as kind,
        max_by(event.number, (event.happened, event.rank)) as number,
        max_by(event.realness, (event.happened, event.rank)) as realness,
        any_value(event.source_table) as source_table,
        max_by(event.source_row, (event.happened, event.rank)) as source_row
    from event
    where event.subject = 'alert' and event.is_told
    group by event.alert_key
),
joined as (
    select
        told.*,
        known.kind_source_value as was_kind,
        known.is_active as was_active,
        known.valid_from as was_from,
        known.valid_to as was_to,
        -- Of what was told of one instant, what ends more holds.
        coalesce(
            known_point(known.valid_from) > told.last_at
            or (
                known_point(known.valid_from) = told.last_at
                and (known.valid_to is not null or known.is_active = 'false' and told.last_type = 'person.alert.created')
            ),
            false
        ) as is_older
    from told
    left join known_alert as known on told.alert_key = known.source_key
)
select
    joined.source_table,
    joined.source_row,
    joined.alert_key as source_key,
    case when joined.is_older then joined.was_from else told_instant(joined.last_at) end as valid_from,
    case
        when joined.is_older then joined.was_to
        when joined.last_type = 'person.alert.deleted' then told_instant(joined.last_at)
    end as valid_to,
    joined.realness,
    joined.number as person_key,
    coalesce(joined.kind, joined.was_kind) as type_read_as,
    coalesce(joined.kind, joined.was_kind) as kind_source_value,
    case
        when joined.is_older then joined.was_active
        when joined.last_type = 'person.alert.created' then 'true'
        else 'false'
    end as is_active
from joined
