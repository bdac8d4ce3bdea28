-- name: hold_alone(source_system)
-- One row: whether nobody else fetches from the source; held until the transaction ends.
select pg_try_advisory_xact_lock(hashtext('watchroom fetch'), hashtext(:source_system))

-- name: cursor(source_system)
-- Where the reading of a source stands, and whether its last sealed batch is the one that kept it; no row: nowhere.
select
    fetch_cursor.cursor,
    fetch_cursor.batch_id,
    fetch_cursor.batch_id = (
        select sealed.batch_id
        from ingest.sealed
        where sealed.source_system = :source_system
        order by sealed.seq desc
        limit 1
    )
from ingest.fetch_cursor
where fetch_cursor.source_system = :source_system

-- name: keep_cursor(source_system, batch_id, cursor)
insert into ingest.fetch_cursor (source_system, batch_id, cursor)
values (:source_system, :batch_id, :cursor::jsonb)
on conflict (source_system) do update set batch_id = excluded.batch_id, cursor = excluded.cursor

-- name: move_cursor(source_system, cursor)
-- The batch that kept it stays: nothing has changed since.
update ingest.fetch_cursor
set cursor = :cursor::jsonb
where fetch_cursor.source_system = :source_system

-- name: taken(source_system, marks)
-- One row per mark or digest under which a delivery was taken.
select taken_delivery.sha256
from ingest.taken_delivery
where
    taken_delivery.source_system = :source_system
    and taken_delivery.sha256 = any(:marks)

-- name: refused(source_system, marks)
-- One row per mark or digest under which a delivery was refused.
select
    refused_delivery.sha256,
    refused_delivery.code,
    refused_delivery.is_passed_over
from ingest.refused_delivery
where
    refused_delivery.source_system = :source_system
    and refused_delivery.sha256 = any(:marks)

-- name: superseded(source_system)
-- One row per name under which a refused delivery stands in whose place a later one was taken.
select distinct refused_delivery.name
from ingest.refused_delivery
where
    refused_delivery.source_system = :source_system
    and refused_delivery.superseded_by is not null
    and refused_delivery.name <> ''

-- name: keep_refused(source_system, sha256, name, batch_id, code, is_passed_over)
insert into ingest.refused_delivery (source_system, sha256, name, batch_id, code, is_passed_over)
values (:source_system, :sha256, :name, :batch_id, :code, :is_passed_over)
on conflict (source_system, sha256) do update set
    name = excluded.name,
    batch_id = excluded.batch_id,
    code = excluded.code,
    is_passed_over = excluded.is_passed_over

-- name: supersede(source_system, marks, batch_id)
-- The refused deliveries in whose place a batch was taken.
update ingest.refused_delivery
set superseded_by = :batch_id
where
    refused_delivery.source_system = :source_system
    and refused_delivery.sha256 = any(:marks)

-- name: forget_refused(source_system)
-- What was refused is worth another look: the record is another now.
delete from ingest.refused_delivery
where refused_delivery.source_system = :source_system

-- name: keep_taken(source_system, sha256, batch_id)
insert into ingest.taken_delivery (source_system, sha256, batch_id)
values (:source_system, :sha256, :batch_id)
on conflict (source_system, sha256) do nothing

-- name: keep_mark(source_system, mark, sha256)
-- The mark of a delivery that was taken before under another one.
insert into ingest.taken_delivery (source_system, sha256, batch_id)
select
    taken_delivery.source_system,
    :mark,
    taken_delivery.batch_id
from ingest.taken_delivery
where
    taken_delivery.source_system = :source_system
    and taken_delivery.sha256 = :sha256
on conflict (source_system, sha256) do nothing

-- name: files_of_batch(batch_id)
-- One row per file of a batch, and how many of its rows were erased one by one where they are kept.
select
    file.name,
    holder.rows_erased
from ingest.file
inner join ingest.file as holder on holder.id = coalesce(file.same_as, file.id)
where file.batch_id = :batch_id
order by file.name asc

-- name: enter_try(source_system, began_at, ended_at, machine_at, outcome, code, message, is_confirmed, byte_count, sha256, batch_id, failures, next_at)
insert into ingest.fetch_try
    (source_system, began_at, ended_at, machine_at, outcome, code, message, is_confirmed, byte_count, sha256, batch_id,
    failures, next_at)
values
    (:source_system, :began_at, :ended_at, :machine_at, :outcome, :code, :message, :is_confirmed, :byte_count, :sha256,
    :batch_id, :failures, :next_at)

-- name: forget_tries(source_system, kept)
-- All but the last tries of a source.
delete from ingest.fetch_try
where
    fetch_try.source_system = :source_system
    and fetch_try.id <= (
        select last.id
        from ingest.fetch_try as last
        where last.source_system = :source_system
        order by last.id desc
        offset :kept
        limit 1
    )

-- name: last_failures(source_system)
-- How many tries of a source failed in a row; no row: there was none.
select fetch_try.failures
from ingest.fetch_try
where fetch_try.source_system = :source_system
order by fetch_try.id desc
limit 1

-- name: last_tries()
-- One row per source that was ever fetched from: its last try.
select
    last.source_system,
    last.outcome,
    last.code,
    last.message,
    last.failures,
    last.began_at,
    last.next_at
from ingest.source
cross join lateral (
    select
        fetch_try.source_system,
        fetch_try.outcome,
        fetch_try.code,
        fetch_try.message,
        fetch_try.failures,
        fetch_try.began_at,
        fetch_try.next_at
    from ingest.fetch_try
    where fetch_try.source_system = source.name
    order by fetch_try.id desc
    limit 1
) as last
order by source.name asc

-- name: last_heard()
-- One row per source that ever gave or confirmed anything: when it last did.
select
    source.name as source_system,
    heard.ended_at
from ingest.source
cross join lateral (
    select fetch_try.ended_at
    from ingest.fetch_try
    where
        fetch_try.source_system = source.name
        and (fetch_try.outcome in ('taken', 'refused') or fetch_try.is_confirmed)
    order by fetch_try.ended_at desc
    limit 1
) as heard
order by source.name asc

-- name: source_ages()
-- One row per source: its last sealed batch, of when that is, and whether a later one was refused.
select
    source.name as source_system,
    last.sealed_at as last_sealed_at,
    greatest(
        batch.as_at,
        (
            select max(heard.began_at)
            from ingest.fetch_try as heard
            where
                heard.source_system = source.name
                and heard.is_confirmed
        )
    ) as extract_as_at,
    source.expected_every_seconds,
    (
        select max(late.finished_at)
        from ingest.batch as late
        where
            late.source_system = source.name
            and late.status = 'refused'
            and not late.is_set_aside
            and (batch.id is null or late.machine_started_at > batch.machine_started_at)
    ) as refused_at,
    batch.finished_at as loaded_at,
    batch.dated_by,
    source_ending.ended_at,
    (
        select
            case
                when
                    past.resumed_at is null
                    or coalesce(last.seq < gone.seq, last.sealed_at <= past.ended_at, true)
                    then past.ended_at
            end
        from ingest.source_ending as past
        left join ingest.batch as gone on past.batch_id = gone.id
        where past.source_system = source.name
        order by past.id desc
        limit 1
    ) as away_at
from ingest.source
left join ingest.source_ending on source.name = source_ending.source_system and source_ending.resumed_at is null
left join lateral (
    select
        sealed.seq,
        sealed.batch_id,
        sealed.sealed_at
    from ingest.sealed
    where sealed.source_system = source.name
    order by sealed.seq desc
    limit 1
) as last on true
left join ingest.batch on last.batch_id = batch.id
order by source.name asc
