-- name: is_about(person_id, entry_index)
-- One row when the entry concerns the person: its body names them, or it exported an entry whose body does.
select entry.index
from audit.entry
inner join audit.body on entry.index = body.index
where
    entry.index = :entry_index
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

-- name: add_verdict(person_id, entry_index, verdict, ground, reason, decided_by, recorded_in)
insert into audit.subject_verdict (
    person_id, entry_index, verdict, ground, reason, decided_by, recorded_in
)
values (
    :person_id::uuid, :entry_index, :verdict, :ground, :reason, :decided_by, :recorded_in
)

-- name: verdicts(person_id)
-- One row per entry with a verdict for the person: the latest one whose own entry says the same. A row that somebody
-- wrote beside the log, or whose entry lost its body, is no verdict.
select distinct on (subject_verdict.entry_index)
    subject_verdict.entry_index,
    subject_verdict.verdict,
    subject_verdict.ground,
    subject_verdict.reason
from audit.subject_verdict
inner join audit.entry on subject_verdict.recorded_in = entry.index
inner join audit.body on subject_verdict.recorded_in = body.index
where
    subject_verdict.person_id = :person_id::uuid
    and position('"act":"decide"' in entry.header) > 0
    and body.body::jsonb -> 'subjects' ? :person_id::text
    and body.body::jsonb -> 'detail' ->> 'entry' = subject_verdict.entry_index::text
    and body.body::jsonb -> 'detail' ->> 'verdict' = subject_verdict.verdict
    and body.body::jsonb -> 'detail' ->> 'ground' is not distinct from subject_verdict.ground
order by subject_verdict.entry_index asc, subject_verdict.number desc
