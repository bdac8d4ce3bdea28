-- name: own_entries(actor_text, first_index, before, most)
-- One row per entry of one actor, the last one first. A quote inside a value is escaped in a header, so the text that is
-- sought is the actor's own key and value; migration 0022 has the index.
select
    entry.index,
    entry.header,
    body.body
from audit.entry
left join audit.body on entry.index = body.index
where
    entry.index >= :first_index
    and entry.index < :before
    and substring(entry.header from '("actor":"([^"\\]|\\.)*")') = :actor_text
order by entry.index desc
limit :most

-- name: own_by_day(actor_text, first_index, before)
-- One row per day of the node and act: how many entries of one actor.
select
    substring(entry.header from '"at":"([0-9-]{10})'),
    substring(entry.header from '"act":"([a-z_]+)"'),
    count(*)
from audit.entry
where
    entry.index >= :first_index
    and entry.index < :before
    and substring(entry.header from '("actor":"([^"\\]|\\.)*")') = :actor_text
group by 1, 2
order by 1 desc, 2 asc

-- name: exports_over_own(actor_text, actor, first_index, before)
-- One row per export of the log by somebody else that holds entries of the actor since an index: how many of those.
with own as (
    select entry.index
    from audit.entry
    where
        entry.index >= :first_index
        and entry.index < :before
        and substring(entry.header from '("actor":"([^"\\]|\\.)*")') = :actor_text
)

select
    entry.header,
    (
        select count(*)
        from own
        where
            own.index between (body.body::jsonb -> 'detail' ->> 'first_index')::bigint
            and (body.body::jsonb -> 'detail' ->> 'last_index')::bigint
    ) as covered
from audit.entry
cross join lateral (
    -- By its index, one at a time: it is not known beforehand how few there are.
    select other.body
    from audit.body as other
    where other.index = entry.index
    offset 0
) as body
where
    entry.index >= :first_index
    and entry.index < :before
    and position('"act":"export"' in entry.header) > 0
    and position('"entity":"audit"' in entry.header) > 0
    and entry.header::jsonb ->> 'actor' <> :actor
    and exists (
        select
        from own
        where
            own.index between (body.body::jsonb -> 'detail' ->> 'first_index')::bigint
            and (body.body::jsonb -> 'detail' ->> 'last_index')::bigint
    )
order by entry.index desc

-- name: readings_over_own(actor_text, actor, own_first, first_reading, last_reading, held_before)
-- One row per reading of the log about one person by somebody else, of whom the actor has an entry before it: how many.
-- The person is not told. Own entries are looked at only where there is such a reading.
with reading as materialized (
    select
        found.index,
        found.header,
        body.body::jsonb -> 'subjects' ->> 0 as person_id
    from (
        -- A step of its own, so that what costs more is asked of the few alone.
        select
            entry.index,
            entry.header
        from audit.entry
        where
            entry.index >= :first_reading
            and entry.index < :last_reading
            and position('"entity":"subject_access"' in entry.header) > 0
            and position('"act":"consult"' in entry.header) > 0
        offset 0
    ) as found
    cross join lateral (
        -- By its index, one at a time: it is not known beforehand how few there are.
        select other.body
        from audit.body as other
        where other.index = found.index
        offset 0
    ) as body
    where
        substring(found.header from '"machine_at":"([^"]+)"') < :held_before
        and found.header::jsonb ->> 'actor' <> :actor
),

own as materialized (
    select
        entry.index,
        body.body::jsonb -> 'subjects' as subjects
    from audit.entry
    cross join lateral (
        -- By its index, one at a time: it is not known beforehand how few there are.
        select other.body
        from audit.body as other
        where other.index = entry.index
        offset 0
    ) as body
    where
        exists (select from reading)
        and entry.index >= :own_first
        and entry.index < :last_reading
        and substring(entry.header from '("actor":"([^"\\]|\\.)*")') = :actor_text
)

select
    reading.header,
    count(*)
from reading
inner join own on own.index < reading.index and own.subjects ? reading.person_id
group by reading.index, reading.header
order by reading.index desc

-- name: machine_time_of(index)
-- At most one row: when, by the machine, an entry was made.
select substring(entry.header from '"machine_at":"([^"]+)"')
from audit.entry
where entry.index = :index

-- name: told_reviews(actor)
-- One row per case of looks of the actor whose latest decision is one that they are told of: the first and last day, how
-- many looks, the reasons, the outcome, and when it was decided.
select
    look_case.id,
    min(look_case_entry.at),
    max(look_case_entry.at),
    count(distinct look_case_entry.index),
    array_agg(distinct reason.name),
    latest.outcome,
    latest.decided_at
from audit.look_case
inner join audit.look_case_entry on look_case.id = look_case_entry.case_id
cross join lateral unnest(look_case_entry.reasons) as reason (name)
cross join lateral (
    select
        look_decision.outcome,
        look_decision.is_told,
        look_decision.decided_at
    from audit.look_decision
    where look_decision.case_id = look_case.id
    order by look_decision.number desc
    limit 1
) as latest
where
    look_case.account = :actor
    and latest.is_told
group by look_case.id, latest.outcome, latest.decided_at
order by latest.decided_at desc, look_case.id asc
