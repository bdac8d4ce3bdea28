-- name: machine_instant(index)
-- One row: the machine instant of the first entry at an index or after it.
select substring(entry.header from '"machine_at":"([^"]+)"')
from audit.entry
where entry.index >= :index
order by entry.index asc
limit 1

-- name: copy_looks(first_index, last_index, most_people)
-- One row per look and person: index, node instant, account, person, act, how many rows were given, machine instant. An
-- entry is a look at the person who was looked up; where it does not say who that was, at each of a few. More are a list.
copy (
    with read as materialized (
        select
            entry.index,
            entry.header::jsonb as said,
            body.body::jsonb as about
        from audit.entry
        inner join audit.body on entry.index = body.index
        where
            entry.index between :first_index and :last_index
            and entry.header ~ '^\{"act":"(consult|list|explain|export|refuse)"'
            and body.body not like '%"subjects":[]%'
    )

    select
        read.index,
        read.said ->> 'at',
        read.said ->> 'actor',
        person.id,
        read.said ->> 'act',
        case when read.said ->> 'act' = 'refuse' then 0 else coalesce((read.said ->> 'count')::bigint, 0) end,
        read.said ->> 'machine_at'
    from read
    cross join
        lateral jsonb_array_elements_text(
            case
                when read.about -> 'detail' ? 'looked_up' then jsonb_build_array(read.about -> 'detail' -> 'looked_up')
                when jsonb_array_length(read.about -> 'subjects') <= :most_people then read.about -> 'subjects'
                else '[]'
            end
        ) as person (id)
    where coalesce(read.said ->> 'entity', '') not in ('audit', 'handover', 'looks', 'my_work', 'posts')
) to stdout
