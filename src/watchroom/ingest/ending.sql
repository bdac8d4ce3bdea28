-- name: standing_beside(source_system)
-- One row: what there is of a source beside its records: deliveries that were taken and that were refused, rows as it
-- gave them, messages that are kept, values that wait for a code, waivers, totals, and how accounts are named in it.
select
    (select count(*) from ingest.sealed where sealed.source_system = :source_system) as taken,
    (
        select count(*)
        from ingest.batch
        where
            batch.source_system = :source_system
            and batch.status = 'refused'
    ) as refused,
    (
        select coalesce(sum(file.row_count - file.bad_rows), 0)::bigint
        from ingest.file
        inner join ingest.batch on file.batch_id = batch.id
        where
            batch.source_system = :source_system
            and file.same_as is null
            and file.erased_at is null
    ) as raw_rows,
    (select count(*) from ingest.message where message.source_system = :source_system) as messages,
    (
        select count(*)
        from ingest.code_value
        where
            code_value.source_system = :source_system
            and code_value.state = 'open'
    ) as open_codes,
    (
        select count(*)
        from ingest.code_value
        where
            code_value.source_system = :source_system
            and code_value.state <> 'open'
    ) as decided_codes,
    (select count(*) from ingest.waiver where waiver.source_system = :source_system) as waivers,
    (select count(*) from gate.account_staff where account_staff.source_system = :source_system) as accounts

-- name: hold_row(name)
-- The source, held until the transaction ends; no row when there is none.
select source.name
from ingest.source
where source.name = :name
for update

-- name: enter_end(source_system, at, by, batch_id)
insert into ingest.source_ending (source_system, ended_at, ended_by, batch_id)
values (:source_system, :at, :by, :batch_id)

-- name: enter_resumption(source_system, at, by)
-- One row when it had ended. A recorded clock may have been put back.
update ingest.source_ending
set resumed_at = greatest(:at, source_ending.ended_at), resumed_by = :by
where
    source_ending.source_system = :source_system
    and source_ending.resumed_at is null
returning source_ending.ended_at

-- name: forget_cursor(source_system)
-- What was read until it ended does not stand any more, so the next reading begins anew.
delete from ingest.fetch_cursor
where fetch_cursor.source_system = :source_system

-- name: forget_secret(name)
update ingest.source
set secret_hash = null
where source.name = :name

-- name: set_behind(source_system)
-- Nothing that came before the end is compared with, or mapped again.
update ingest.batch
set is_before_end = true
where
    batch.source_system = :source_system
    and not batch.is_before_end

-- name: set_messages_behind(source_system)
-- No message is known again by one that came before the end.
update ingest.message
set is_before_end = true
where
    message.source_system = :source_system
    and not message.is_before_end

-- name: forget_taken(source_system)
-- What was taken until it ended is read again.
delete from ingest.taken_delivery
where taken_delivery.source_system = :source_system

-- name: forget_rolls_of(source_system)
delete from ingest.roll
where roll.source_system = :source_system

-- name: forget_endings_of(source_system)
delete from ingest.source_ending
where source_ending.source_system = :source_system

-- name: forget_tries_of(source_system)
delete from ingest.fetch_try
where fetch_try.source_system = :source_system

-- name: forget_waivers_of(source_system)
delete from ingest.waiver
where waiver.source_system = :source_system

-- name: forget_totals_of(source_system)
delete from ingest.control_total
where control_total.source_system = :source_system

-- name: forget_comparisons_of(source_system)
delete from ingest.reconciliation
where reconciliation.source_system = :source_system

-- name: forget_accounts_of(source_system)
-- How it names the holders of accounts: under its name another source may come, in which these words mean others.
delete from gate.account_staff
where account_staff.source_system = :source_system

-- name: forget_issues_of(source_system)
-- What was wrong with deliveries that were refused.
delete from ingest.issue
where issue.batch_id in (select batch.id from ingest.batch where batch.source_system = :source_system)

-- name: forget_batches_of(source_system)
delete from ingest.batch
where batch.source_system = :source_system

-- name: forget_source(name)
delete from ingest.source
where source.name = :name
