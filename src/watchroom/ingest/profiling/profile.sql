-- name: make_seen(table)
-- `seen`: one row per column and value of a table as it was delivered, blanks around it aside; nothing for an empty one.
create or replace table seen as
select
    given.name,
    trim(given.value, chr(32) || chr(160)) as value,
    count(*) as rows
from (
    unpivot (from query_table(:table)) on columns(* exclude (source_row)) into name name value value
) as given
where trim(given.value, chr(32) || chr(160)) <> ''
group by all

-- name: column_facts()
-- One row per column that holds anything: rows with a value, different values, their lengths.
select
    seen.name,
    sum(seen.rows)::bigint as filled,
    count(*) as different,
    min(length(seen.value)) as shortest,
    max(length(seen.value)) as longest,
    max(seen.rows) as most_of_one
from seen
group by seen.name
order by seen.name asc

-- name: column_styles()
-- One row per column and style in which it is written: how many rows, how many different values.
select
    seen.name,
    style_of(seen.value) as style,
    sum(seen.rows)::bigint as rows,
    count(*) as different
from seen
group by all
order by
    seen.name asc,
    rows desc,
    style asc

-- name: column_shapes(at_least, longest, looked_at)
-- One row per column and shape, the three that most rows have; of values chosen by their hash, and of short ones only.
with chosen as (
    select
        seen.name,
        seen.value,
        seen.rows
    from seen
    where length(seen.value) <= :longest
    qualify row_number() over (partition by seen.name order by hash(seen.value)) <= :looked_at
),
shaped as (
    select
        chosen.name,
        shape_of(chosen.value) as shape,
        sum(chosen.rows)::bigint as rows
    from chosen
    group by all
)
select
    shaped.name,
    shaped.shape,
    shaped.rows
from shaped
where shaped.rows >= :at_least
qualify row_number() over (partition by shaped.name order by shaped.rows desc, shaped.shape asc) <= 3
order by
    shaped.name asc,
    shaped.rows desc,
    shaped.shape asc

-- name: date_orders()
-- One row per column with days written in numbers: how many rows can only have the day first, or only the month.
with parts as (
    select
        seen.name,
        seen.rows,
        cast(regexp_extract(seen.value, '^(\d\d?)[-/.]', 1) as integer) as first_part,
        cast(regexp_extract(seen.value, '^\d\d?[-/.](\d\d?)', 1) as integer) as second_part
    from seen
    where style_of(seen.value) in ('day_month_year', 'day_month_short_year')
)
select
    parts.name,
    coalesce(sum(parts.rows) filter (parts.first_part > 12), 0)::bigint as day_first,
    coalesce(sum(parts.rows) filter (parts.second_part > 12), 0)::bigint as month_first
from parts
group by parts.name
order by parts.name asc

-- name: date_facts(today)
-- One row per column that holds days in one of the styles: the first and last decade, and rows that cannot be so.
with read as (
    select
        seen.name,
        seen.rows,
        regexp_full_match(seen.value, '\d\d?[^\d]([A-Za-z]+|\d\d?)[^\d]\d\d') as is_short,
        case style_of(seen.value)
            when 'iso_day' then try_cast(seen.value as date)
            when 'iso_time' then try_cast(left(seen.value, 10) as date)
            when 'iso_instant' then try_cast(left(seen.value, 10) as date)
            when 'day_month_year'
                then cast(coalesce(
                    try_strptime(regexp_extract(seen.value, '^\S+'), ['%d-%m-%Y', '%d/%m/%Y', '%d.%m.%Y']),
                    try_strptime(regexp_extract(seen.value, '^\S+'), ['%m-%d-%Y', '%m/%d/%Y', '%m.%d.%Y'])
                ) as date)
            when 'day_month_short_year'
                then cast(try_strptime(seen.value, ['%d-%m-%y', '%d/%m/%y', '%d.%m.%y', '%m-%d-%y', '%m/%d/%y']) as date)
            else cast(try_strptime(replace(seen.value, ' ', '-'), ['%d-%b-%y', '%d-%b-%Y', '%d-%B-%Y']) as date)
        end as day
    from seen
    where
        style_of(seen.value) in (
            'iso_day', 'iso_time', 'iso_instant', 'day_month_year', 'day_month_short_year', 'day_named_month'
        )
),
-- A year of two digits that would lie in the future is of the century before.
dated as (
    select
        read.name,
        read.rows,
        if(
            read.is_short and read.day > cast(:today as date),
            cast(read.day - interval 100 year as date),
            read.day
        ) as day
    from read
)
select
    read.name,
    min(year(read.day)) // 10 * 10 as first_decade,
    max(year(read.day)) // 10 * 10 as last_decade,
    coalesce(sum(read.rows) filter (read.day is null), 0)::bigint as no_day,
    coalesce(sum(read.rows) filter (read.day < date '1900-01-01'), 0)::bigint as before_1900,
    coalesce(sum(read.rows) filter (read.day > cast(:today as date)), 0)::bigint as in_future
from dated as read
group by read.name
order by read.name asc

-- name: frequencies(names, at_least, at_most)
-- One row per value of columns that hold codes, of those that enough rows share.
select
    seen.name,
    seen.value,
    seen.rows::bigint as rows
from seen
where
    list_contains(:names, seen.name)
    and seen.rows >= :at_least
qualify row_number() over (partition by seen.name order by seen.rows desc, seen.value asc) <= :at_most
order by
    seen.name asc,
    seen.rows desc,
    seen.value asc

-- name: list_overlaps(at_most)
-- One row per column of few values and code list that holds most of them: how many it holds, of how many.
with few as (
    select
        seen.name,
        count(*) as different
    from seen
    group by seen.name
    having count(*) between 2 and :at_most
)
select
    few.name,
    code_of_list.list,
    count(*) as held,
    any_value(few.different) as different
from few
inner join seen on few.name = seen.name
inner join code_of_list on seen.value = code_of_list.code
group by
    few.name,
    code_of_list.list
having count(*) * 2 >= any_value(few.different)
order by
    few.name asc,
    held desc,
    code_of_list.list asc
