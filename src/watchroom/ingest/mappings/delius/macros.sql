-- How Delius writes days, run after the macros of all mappings and in place of them.

-- Delius writes a year with two digits, after the rule of its database: 00 to 49 is of this century. `19-JUL-65` and
-- `04-09-19` (the day first) stand beside ISO 8601 in one extract.
create macro month_in_digits(raw) as concat(
    raw[1:3],
    lpad(
        cast(
            coalesce(
                list_position(
                    ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
                    upper(raw[4:6])
                ),
                0
            ) as varchar
        ),
        2,
        '0'
    ),
    raw[7:]
);
create macro short_year(raw) as try_cast(
    concat(case when raw[7:8] >= '50' then '19' else '20' end, raw[7:8], '-', raw[4:5], '-', raw[1:2], raw[9:])
    as timestamp
);
create or replace macro wall_clock(raw) as case
    when length(raw) > 29 then null
    when regexp_full_match(raw, '[1-9]\d\d\d-\d\d-\d\d([ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?)?')
        then try_cast(raw as timestamp)
    when regexp_full_match(raw, '\d\d-\d\d-\d\d( ([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?)?')
        then short_year(raw)
    when regexp_full_match(raw, '\d\d-[A-Za-z][A-Za-z][A-Za-z]-\d\d( ([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?)?')
        then short_year(month_in_digits(raw))
end;

-- A day of birth: a year with two digits that would lie ahead is of the century before.
create macro birth_day(raw) as case
    when wall_clock(bare(raw)) > getvariable('extract_at')
        and not regexp_full_match(bare(raw), '[1-9]\d\d\d-.*')
        then cast(cast(wall_clock(bare(raw)) - interval 100 year as date) as varchar)
    else raw
end;

-- The time of day of one column on the day of another; without a time of day nothing. What cannot be read stays as it
-- came, so that the row says so.
create macro time_on(day, clock) as case
    when wall_clock(bare(clock)) is null or wall_clock(bare(day)) is null then nullif(bare(clock), '')
    when cast(wall_clock(bare(clock)) as time) = time '00:00:00' then null
    else concat(cast(wall_clock(bare(day)) as date), ' ', cast(wall_clock(bare(clock)) as time))
end;

-- Whether what has an end no longer holds; it holds on its last day. INVARIANT: false unless its end can be read and
-- lies behind, so that a restriction without an end, or with an end that cannot be read, restricts.
create macro is_over(ended) as
    coalesce(cast(wall_clock(bare(ended)) as date) < cast(getvariable('extract_at') as date), false);

-- Whether a mark of a restriction is up: anything but a readable no, and nothing at all.
create macro is_marked(flag) as coalesce(bare(flag) <> '' and parse_flag(flag) is distinct from false, false);
