-- name: enter_review(first_index, last_index, looks, made_at, recorded_in)
insert into audit.look_review (first_index, last_index, looks, made_at, recorded_in)
values (:first_index, :last_index, :looks, :made_at, :recorded_in)

-- name: last_review()
-- One row: the latest review; none before the first.
select
    look_review.made_at,
    look_review.looks
from audit.look_review
order by look_review.number desc
limit 1

-- name: take_cases_turn()
-- One review at a time makes cases; the number spells wr_look.
select pg_advisory_xact_lock(33619129021230955)

-- name: known_cases(accounts, since)
-- One row per case of these accounts that waits, or was first decided since a machine instant: whose, about whom, its
-- last entry, its latest outcome, when, and its reasons.
select
    look_case.id,
    look_case.account,
    look_case.person_id,
    (
        select max(look_case_entry.index)
        from audit.look_case_entry
        where look_case_entry.case_id = look_case.id
    ),
    (
        select look_decision.outcome
        from audit.look_decision
        where look_decision.case_id = look_case.id
        order by look_decision.number desc
        limit 1
    ),
    look_case.decided_at,
    array(
        select distinct unnest(look_case_entry.reasons)
        from audit.look_case_entry
        where look_case_entry.case_id = look_case.id
    )
from audit.look_case
where
    look_case.account = any(:accounts::text[])
    and (look_case.decided_at is null or look_case.decided_at >= :since)
order by look_case.id asc

-- name: open_case(id, account, person_id, opened_at)
insert into audit.look_case (id, account, person_id, opened_at)
values (:id, :account, :person_id, :opened_at)

-- name: add_look(case_id, index, at, reasons, facts)
insert into audit.look_case_entry (case_id, index, at, reasons, facts)
values (:case_id, :index, :at, :reasons, :facts)
on conflict (case_id, index) do update
set reasons = excluded.reasons, facts = excluded.facts

-- name: open_cases(reviewer, hidden)
-- One row per case that waits for a decision, is about somebody else than the reviewer and about looks at nobody who is
-- hidden from them.
select
    look_case.id,
    look_case.account,
    look_case.person_id,
    count(distinct look_case_entry.index),
    min(look_case_entry.at),
    max(look_case_entry.at),
    array_agg(distinct reason.name)
from audit.look_case
inner join audit.look_case_entry on look_case.id = look_case_entry.case_id
cross join lateral unnest(look_case_entry.reasons) as reason (name)
where
    look_case.decided_at is null
    and look_case.account <> :reviewer
    and (look_case.person_id is null or look_case.person_id <> all(:hidden::uuid[]))
    and not exists (
        select
        from audit.look_case_entry as look
        inner join audit.body on look.index = body.index
        where
            cardinality(:hidden::uuid[]) > 0
            and look.case_id = look_case.id
            and body.body::jsonb -> 'subjects' ?| :hidden::uuid[]::text[]
    )
group by look_case.id
order by look_case.id asc

-- name: case_of(case_id, reviewer, hidden)
-- One row: a case that is about somebody else than the reviewer and of which no look names anybody who is hidden from
-- them, and that has no decision or one of theirs.
select
    look_case.id,
    look_case.account,
    look_case.person_id,
    look_case.decided_at
from audit.look_case
where
    look_case.id = :case_id
    and look_case.account <> :reviewer
    and (look_case.person_id is null or look_case.person_id <> all(:hidden::uuid[]))
    and not exists (
        select
        from audit.look_case_entry as look
        inner join audit.body on look.index = body.index
        where
            cardinality(:hidden::uuid[]) > 0
            and look.case_id = look_case.id
            and body.body::jsonb -> 'subjects' ?| :hidden::uuid[]::text[]
    )
    and (look_case.decided_at is null or look_case.decided_by = :reviewer)

-- name: entries_of_case(case_id)
-- One row per look of a case, in the order of the log; header and body are null where they are gone.
select
    look_case_entry.index,
    look_case_entry.at,
    look_case_entry.reasons,
    look_case_entry.facts,
    entry.header,
    body.body
from audit.look_case_entry
left join audit.entry on look_case_entry.index = entry.index
left join audit.body on look_case_entry.index = body.index
where look_case_entry.case_id = :case_id
order by look_case_entry.index asc

-- name: add_decision(case_id, outcome, is_told, decided_by, recorded_in)
insert into audit.look_decision (case_id, outcome, is_told, decided_by, recorded_in)
values (:case_id, :outcome, :is_told, :decided_by, :recorded_in)

-- name: close_case(case_id, decided_by, decided_at)
-- One row when nobody else decided it meanwhile.
update audit.look_case
set decided_by = :decided_by, decided_at = coalesce(look_case.decided_at, :decided_at)
where
    look_case.id = :case_id
    and (look_case.decided_by is null or look_case.decided_by = :decided_by)
returning look_case.id

-- name: decided_since(since)
-- One row: how many cases were first decided since an instant.
select count(*)
from audit.look_case
where look_case.decided_at >= :since

-- name: outcomes(reviewer)
-- One row per reason and outcome: how many decided cases, none of the reviewer's own. A decision counts while its own
-- entry in the log says the same.
with latest as (
    select distinct on (look_decision.case_id)
        look_decision.case_id,
        look_decision.outcome
    from audit.look_decision
    inner join audit.look_case on look_decision.case_id = look_case.id
    inner join audit.body on look_decision.recorded_in = body.index
    where
        look_case.account <> :reviewer
        and body.body::jsonb -> 'detail' ->> 'case' = look_decision.case_id::text
        and body.body::jsonb -> 'detail' ->> 'outcome' = look_decision.outcome
    order by look_decision.case_id asc, look_decision.number desc
)

select
    reason.name,
    latest.outcome,
    count(distinct latest.case_id)
from latest
inner join audit.look_case_entry on latest.case_id = look_case_entry.case_id
cross join lateral unnest(look_case_entry.reasons) as reason (name)
group by reason.name, latest.outcome
order by reason.name asc, latest.outcome asc

-- name: erase_looks(first_index, last_index)
-- The looks of a range, out of their cases.
delete from audit.look_case_entry
where look_case_entry.index between :first_index and :last_index

-- name: erase_empty_cases()
-- Cases of which no look is left, with what was decided of them.
delete from audit.look_case
where
    not exists (
        select
        from audit.look_case_entry
        where look_case_entry.case_id = look_case.id
    )
