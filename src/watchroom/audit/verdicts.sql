-- name: take_turn_of(person_id)
-- One officer at a time decides about a person, until the end of the transaction; the statements after it see what was
-- decided before.
select pg_advisory_xact_lock(hashtextextended('verdicts of ' || :person_id::text, 20261128))

-- name: are_about(person_id, entry_indices)
-- One row per entry of these that concerns the person: its body names them, or it exported an entry whose body does.
select entry.index
from audit.entry
inner join audit.body on entry.index = body.index
where
    entry.index = any(:entry_indices)
    and (
        body.body::jsonb -> 'subjects' ? :person_id::text
        or (
            position('"act":"export"' in entry.header) > 0
            and exists (
                select other.index
                from audit.body as other
                where
                    other.index between (body.body::jsonb -> 'detail' ->> 'first_index')::bigint
                    and (body.body::jsonb -> 'detail' ->> 'last_index')::bigint
                    and position(:person_id::text in other.body) > 0
                    and other.body::jsonb -> 'subjects' ? :person_id::text
            )
        )
    )

-- name: add_verdicts(person_id, entry_indices, verdict, ground, decided_by, recorded_in)
-- The same verdict on each of these entries.
insert into audit.subject_verdict (
    person_id, entry_index, verdict, ground, decided_by, recorded_in
)
select
    :person_id::uuid,
    decided.entry_index,
    :verdict,
    :ground,
    :decided_by,
    :recorded_in::bigint
from unnest(:entry_indices::bigint[]) as decided (entry_index)

-- name: verdicts(person_id)
-- One row per verdict on an entry for the person whose own entry says the same, by entry, the first verdict first. A
-- row that somebody wrote beside the log, or whose entry lost its body, is no verdict; who decided, when and why are
-- taken from the log. Each entry of the log is read once, however many verdicts it records.
with
recorded as materialized (
    select distinct subject_verdict.recorded_in as index
    from audit.subject_verdict
    where subject_verdict.person_id = :person_id::uuid
),

said as materialized (
    select
        entry.index,
        entry.header::jsonb ->> 'actor' as actor,
        (entry.header::jsonb ->> 'at')::timestamptz as at,
        body.body::jsonb -> 'detail' ->> 'verdict' as verdict,
        body.body::jsonb -> 'detail' ->> 'ground' as ground,
        body.body::jsonb -> 'detail' ->> 'reason' as reason,
        coalesce(
            (body.body::jsonb -> 'detail' ->> 'entries')::int8multirange,
            format('{[%1$s,%1$s]}', body.body::jsonb -> 'detail' ->> 'entry')::int8multirange
        ) as entries
    from recorded
    inner join audit.entry on recorded.index = entry.index
    inner join audit.body on recorded.index = body.index
    where
        position('"act":"decide"' in entry.header) > 0
        and body.body::jsonb -> 'subjects' ? :person_id::text
)

select
    subject_verdict.entry_index,
    subject_verdict.verdict,
    subject_verdict.ground,
    said.reason,
    said.actor,
    said.at,
    said.index
from audit.subject_verdict
inner join said on subject_verdict.recorded_in = said.index
where
    subject_verdict.person_id = :person_id::uuid
    and said.entries @> subject_verdict.entry_index
    and said.verdict = subject_verdict.verdict
    and said.ground is not distinct from subject_verdict.ground
order by subject_verdict.entry_index asc, subject_verdict.number asc
