-- name: retire_look_cases(before, undecided_before)
-- One row per case that goes, with its looks and decisions: by its latest decision, or by its opening where none was made.
-- INVARIANT: of all statements here, nothing is older than NULL, so what no days were said for stays.
delete from audit.look_case
where
    case
        when exists (select 1 from audit.look_decision where look_decision.case_id = look_case.id)
            then (
                select max(look_decision.decided_at) < :before::timestamptz
                from audit.look_decision
                where look_decision.case_id = look_case.id
            )
        else look_case.opened_at < :undecided_before::timestamptz
    end
returning look_case.id

-- name: retire_shifts(node_before)
-- One row per shift that ended before that instant of the node.
delete from gate.rota
where rota.to_at < :node_before::timestamptz
returning rota.account

-- name: retire_marks(before)
-- One row per mark that was entered before that, or whose account is disabled.
delete from gate.account_mark
where
    account_mark.entered_at < :before::timestamptz
    or exists (
        select 1
        from gate.account
        where account.name = account_mark.account and account.disabled_at is not null
    )
returning account_mark.account

-- name: retire_verdicts(before)
-- One row per verdict that goes: of persons of whom nothing was decided since.
delete from audit.subject_verdict
where
    subject_verdict.person_id in (
        select latest.person_id
        from audit.subject_verdict as latest
        group by latest.person_id
        having max(latest.decided_at) < :before::timestamptz
    )
returning subject_verdict.number
