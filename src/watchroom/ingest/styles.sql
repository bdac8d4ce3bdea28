-- name: make_styles()
-- Two macros that tell how a value is written, without telling the value; run by DuckDB.
--
-- `style_of` is one word. Each value has one style, the first that fits; a day and a month are not told apart here.
create or replace macro style_of(given) as case
    when regexp_full_match(given, '[+-]?\d+') then 'whole_number'
    when regexp_full_match(upper(given), 'Y|N|YES|NO|TRUE|FALSE|T|F') then 'yes_no'
    when regexp_full_match(given, '\d\d\d\d-\d\d-\d\d') then 'iso_day'
    when regexp_full_match(given, '\d\d\d\d-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?') then 'iso_time'
    when regexp_full_match(given, '\d\d\d\d-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)') then 'iso_instant'
    when regexp_full_match(given, '\d\d?[-/.]\d\d?[-/.]\d\d\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?)?') then 'day_month_year'
    when regexp_full_match(given, '\d\d[-/.]\d\d[-/.]\d\d') then 'day_month_short_year'
    when regexp_full_match(given, '\d\d?[- ][A-Za-z]+[- ]\d\d(\d\d)?') then 'day_named_month'
    when regexp_full_match(given, '\d\d:\d\d(:\d\d)?') then 'time_of_day'
    when regexp_full_match(given, '[+-]?\d*\.\d+([eE][+-]?\d+)?') then 'decimal'
    when length(given) > 60 or length(given) - length(replace(given, ' ', '')) > 3 then 'long_text'
    when regexp_full_match(given, '[A-Za-z0-9_/.:-]+') then 'token'
    else 'words'
end;
-- `shape_of` keeps marks and turns every letter and digit into what kind it is: `A9999AA`.
create or replace macro shape_of(given) as
    regexp_replace(regexp_replace(regexp_replace(given, '\d', '9', 'g'), '\p{Lu}', 'A', 'g'), '[^\x00-\x40\x5b-\x60A]', 'a', 'g')
