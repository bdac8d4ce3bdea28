-- One row per event that is kept from others: its own CLASS says so, or where it has none, that of the series of which it is a
-- changed time, or what was known of either.
create table kept_close as
select
    e.source_row,
    case
        when e.CLASS is not null then upper(e.CLASS) <> 'PUBLIC'
        else
            (e.RECURRENCE_ID is not null or e.OBJECT_VERB = 'withdraw')
            and e.UID in (
                select s.UID from CALENDAR_EVENT as s where upper(s.CLASS) <> 'PUBLIC'
                union all
                select known_planned_event.reference
                from known_planned_event
                where known_planned_event.is_restricted = 'true'
            )
    end as is_restricted
from CALENDAR_EVENT as e;

-- One row per event: its latest version in the delivery, unless what is known already is later.
create table newest as
select
    e.source_row,
    e.OBJECT_KEY as event_key,
    e.OBJECT_MESSAGE as message,
    known.source_key is not null as is_known,
    kept_close.is_restricted
from CALENDAR_EVENT as e
inner join kept_close on e.source_row = kept_close.source_row
left join known_planned_event as known on e.OBJECT_KEY = known.source_key
where
    not coalesce(
        offset_point(coalesce(e.LAST_MODIFIED, e.DTSTAMP)) < try_cast(known.updated_at as timestamptz),
        false
    )
qualify row_number() over (
    partition by e.OBJECT_KEY
    order by
        try_cast(e.SEQUENCE as bigint) desc nulls last,
        offset_point(coalesce(e.LAST_MODIFIED, e.DTSTAMP)) desc nulls last,
        e.source_row desc
) = 1;

-- One row per event that somebody calls: who does.
create table organisers as
select
    a.OBJECT_MESSAGE as message,
    a.EVENT_KEY as event_key,
    any_value(a.NAME) as name,
    any_value(a.ADDRESS) as address
from CALENDAR_ATTENDEE as a
where a.PART = 'organizer'
group by
    a.OBJECT_MESSAGE,
    a.EVENT_KEY
