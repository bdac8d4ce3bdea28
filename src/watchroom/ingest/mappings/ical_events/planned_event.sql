-- One row per event, series of events, or changed time of a series. One that is taken back stays, as cancelled, with all
-- that was known of it. Who marks an event as private lets nobody see it who is not named for it.
select
    e.source_table,
    e.source_row,
    e.OBJECT_KEY as source_key,
    e.OBJECT_REALNESS as realness,
    case when upper(e.CLASS) <> 'PUBLIC' then e.OBJECT_HANDLING end as sharing_restriction,
    if(newest.is_restricted, 'true', 'false') as is_restricted,
    null as site_code,
    null as unit_code,
    e.UID as reference,
    e.SUMMARY as name,
    json_extract_string(e.CATEGORIES, '$[0]') as kind_source_value,
    coalesce(organisers.name, organisers.address) as organiser,
    organisers.address as contact,
    e.GEOMETRY as footprint,
    e.LOCATION as place_text,
    e.STARTS_AT as starts_at,
    e.ENDS_AT as ends_at,
    case when e.STARTS_KIND is not null then if(e.STARTS_KIND = 'day', 'true', 'false') end as is_all_day,
    e.RRULE as recurrence_text,
    case
        when coalesce(e.RRULE, e.RDATES) is null then null
        when e.STARTS_KIND = 'utc' then 'UTC'
        else coalesce(e.STARTS_ZONE, getvariable('zone'))
    end as recurrence_zone,
    e.EXDATES as recurrence_except,
    e.RDATES as recurrence_also,
    e.INSTEAD_AT as recurs_instead_at,
    if(e.OBJECT_VERB = 'withdraw', 'CANCELLED', upper(e.STATUS)) as status_source_value,
    e.DESCRIPTION as note,
    coalesce(e.LAST_MODIFIED, e.DTSTAMP) as updated_at,
    e.OBJECT_VERB = 'withdraw' and newest.is_known as leaves_rest
from CALENDAR_EVENT as e
inner join newest on e.source_row = newest.source_row
left join organisers on newest.event_key = organisers.event_key and newest.message = organisers.message
