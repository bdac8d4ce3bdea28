-- name: used_together(first_index)
-- One row per set of clauses and set of fields that stood together in an entry since an index: reads repeat, so these
-- are few however many entries there are.
select distinct
    entry.header::jsonb -> 'clauses',
    body.body::jsonb -> 'fields'
from audit.entry
inner join audit.body on entry.index = body.index
where
    entry.index >= :first_index
    and position('"clauses":' in entry.header) > 0
    and position('"outcome":' in entry.header) = 0

-- name: reach(first_index)
-- One row: the machine instant of the first entry of all, and how many entries since an index have no body.
select
    (
        select substring(first.header from '"machine_at":"([^"]+)"')
        from audit.entry as first
        order by first.index asc
        limit 1
    ),
    (
        select count(*)
        from audit.entry
        left join audit.body on entry.index = body.index
        where
            entry.index >= :first_index
            and body.index is null
            and position('"clauses":' in entry.header) > 0
    )
