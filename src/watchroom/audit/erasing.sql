-- name: typed_about(people, pattern)
-- One row per entry whose body holds words that somebody typed about these people: it names them, or it is of a request
-- or an opening of theirs; or the words hold what they are called. Entries that no erasure takes are left out.
with typed as materialized (
    select
        body.index,
        said.body -> 'subjects' as subjects,
        said.body -> 'detail' as detail,
        concat_ws(
            ' ',
            said.body #>> '{detail,words}',
            said.body #>> '{detail,note}',
            said.body #>> '{detail,reference}',
            said.body #>> '{detail,incident}',
            -- Of a refusal, a request or a glass it is a code.
            case
                when entry.header::jsonb ->> 'act' in ('decide', 'policy_change', 'settings')
                    then said.body #>> '{detail,reason}'
            end
        ) as words
    from audit.body
    inner join audit.entry on body.index = entry.index
    cross join lateral (values (body.body::jsonb)) as said (body)
    where
        -- The text test is cheap and goes first.
        body.body ~ '"(words|note|reference|incident|reason)":"[^"]'
        and entry.header::jsonb ->> 'act' not in ('erase', 'key_rotation')
)

select typed.index
from typed
where
    trim(typed.words) <> ''
    and (
        typed.subjects ?| :people::text[]
        or typed.detail ->> 'request' in (
            select request.id::text
            from gate.request
            where request.person_id::text = any(:people::text[])
        )
        or typed.detail ->> 'opening' in (
            select opening.id::text
            from gate.opening
            where opening.person_id::text = any(:people::text[])
        )
        or (:pattern::text <> '' and upper(typed.words) ~ :pattern::text)
    )
order by typed.index asc

-- name: subjects_of(first_index, last_index, most)
-- One row per person whom an entry of a range names, but no more than `most`.
select distinct named.id::uuid as id
from audit.body
cross join lateral jsonb_array_elements_text(body.body::jsonb -> 'subjects') as named (id)
where body.index between :first_index and :last_index
limit :most

-- name: any_erased()
-- One row: whether any entry has no body any more.
select
    exists (
        select
        from audit.entry
        left join audit.body on entry.index = body.index
        where body.index is null
    )
