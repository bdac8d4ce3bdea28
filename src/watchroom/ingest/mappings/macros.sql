-- Macros for all mappings, run by DuckDB. Values come as text; a macro that cannot read its value gives null.
-- `getvariable('zone')` is the time zone in which the source writes its times.

-- INVARIANT: a delivery has hundreds of columns, and a plan is made for every expression of every one: a pattern
-- with counted repeats, or IN with many values, takes longer to plan than a small delivery takes to read.

-- A value without the blanks around it, no-break spaces too. A delivery in which no value has any makes it the value
-- itself.
create macro bare(raw) as trim(raw, chr(32) || chr(160));

-- A day and, where there is one, a time, as the source's own clock showed it; at most nine digits of a second.
create macro wall_clock(raw) as case
    when length(raw) > 29 then null
    when regexp_full_match(raw, '[1-9]\d\d\d-\d\d-\d\d([ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?)?')
        then try_cast(raw as timestamp)
    when regexp_full_match(raw, '\d\d[-/]\d\d[-/][1-9]\d\d\d([ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?)?')
        then try_cast(regexp_replace(raw, '^(\d\d)[-/](\d\d)[-/](\d\d\d\d)', '\3-\2-\1') as timestamp)
end;

-- A day.
create macro parse_day(raw) as cast(wall_clock(bare(raw)) as date);

-- A point in time from what the source's clock showed, and an instant in UTC as the database takes it.
create macro point_of(wall) as timezone(getvariable('zone'), wall);
create macro instant_of(point) as make_timestamp(epoch_us(point));

-- A point in time from text that names its own offset.
create macro offset_point(raw) as case
    when regexp_full_match(bare(raw), '[1-9]\d\d\d-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)')
        then try_cast(bare(raw) as timestamptz)
end;

-- Whether the clock jumped over that time when summer time began; `point` is what was made of it.
create macro is_missing_hour(wall, point) as timezone(getvariable('zone'), point) <> wall;

-- Whether the clock showed that time twice when summer time ended; the later one was taken.
create macro is_repeated_hour(wall, point) as
    timezone(getvariable('zone'), make_timestamptz(epoch_us(point) - 3600000000)) = wall;

-- Whether a time of day is written and the whole equals an instant at which the source filled in defaults.
create macro is_default_instant(raw, wall) as length(raw) > 10 and list_contains(getvariable('default_instants'), wall);

create macro parse_flag(raw) as case
    when regexp_full_match(upper(bare(raw)), 'Y|YES|TRUE|T|1') then true
    when regexp_full_match(upper(bare(raw)), 'N|NO|FALSE|F|0') then false
end;

-- A whole number of at most 18 digits, so that no sum, difference or absolute value of two leaves bigint.
create macro parse_number(raw) as cast(
    try_cast(nullif(regexp_extract(bare(raw), '^([+-]?\d+)(\.0*)?$', 1), '') as decimal(18, 0)) as bigint
);

-- A number with a point for its fraction; a comma may be either sign and is not guessed. Nothing infinite is a number.
create macro parse_decimal(raw) as case
    when regexp_full_match(bare(raw), '[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})([eE][+-]?\d{1,2})?')
        then try_cast(bare(raw) as double)
end;

-- A geometry of GeoJSON (RFC 7946, section 3.1), as it came.
create macro parse_geometry(raw) as case
    when json_type(try_cast(raw as json), '$.coordinates') = 'ARRAY'
        and json_extract_string(try_cast(raw as json), '$.type') in (
            'Point', 'MultiPoint', 'LineString', 'MultiLineString', 'Polygon', 'MultiPolygon'
        )
        or json_type(try_cast(raw as json), '$.geometries') = 'ARRAY'
        and json_extract_string(try_cast(raw as json), '$.type') = 'GeometryCollection'
        then raw
end;

-- A key by which names sort: capitals without accents or punctuation, family name first.
create macro sort_key(family_name, given_names) as
    nullif(trim(regexp_replace(
        upper(strip_accents(concat_ws(' ', family_name, given_names))), '[^A-Z0-9]+', ' ', 'g'
    )), '');

-- A value as PostgreSQL's text format of COPY writes it. A delivery without a character to escape makes it the value.
create macro copy_text(raw) as
    replace(replace(replace(replace(raw, '\', '\\'), chr(9), '\t'), chr(10), '\n'), chr(13), '\r');
