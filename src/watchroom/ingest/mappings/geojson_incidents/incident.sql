-- One row per incident, as its feed last told it. Its state is open while the feed calls it by a word for that; a feed says
-- of no incident that it is closed.
select
    f.source_table,
    f.source_row,
    newest.incident_key as source_key,
    f.OBJECT_REALNESS as realness,
    null as site_code,
    null as unit_code,
    newest.incident_key as reference,
    newest.type as family_source_value,
    newest.type as type_text,
    newest.status as status_source_value,
    newest.status as status_text,
    coalesce(newest.location, newest.council_area) as place_text,
    json_extract_string(point_in(f.GEOMETRY), '$.coordinates[1]') as latitude,
    json_extract_string(point_in(f.GEOMETRY), '$.coordinates[0]') as longitude,
    case when json_extract_string(f.GEOMETRY, '$.type') <> 'Point' then f.GEOMETRY end as area,
    newest.published as reported_at,
    newest.agency as owner_organisation,
    newest.guid as external_source,
    nullif(
        concat_ws(
            '; ',
            newest.title,
            'alert level: ' || nullif(newest.alert_level, 'Not Applicable'),
            'size: ' || nullif(newest.size, '0') || ' ha'
        ),
        ''
    ) as summary,
    newest.updated as updated_at
from FEATURE as f
inner join newest on f.source_row = newest.source_row
