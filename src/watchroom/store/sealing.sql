-- name: sequence_at(instant)
-- The last sequence sealed at or before an instant; 0 when nothing was.
select coalesce((
    select sealed.seq
    from ingest.sealed
    where sealed.sealed_at <= :instant
    order by sealed.sealed_at desc, sealed.seq desc
    limit 1
), 0)

-- name: take_sealing_lock()
-- One writer at a time; the number is of no meaning.
select pg_advisory_xact_lock(20260725)

-- name: take_dating_lock()
-- Nobody begins to read before this transaction has ended, so it must end: whoever takes the lock and then does nothing
-- is ended sooner than a reader gives up (`begin_reading`). Dumps of the database are not in the way.
set local idle_in_transaction_session_timeout = '3s';
set local statement_timeout = '30s';
lock table ingest.dating in exclusive mode

-- name: last_sealed(at)
-- One row, also when nothing is sealed yet; and whether nothing but batches of that very instant was sealed since it.
select
    coalesce(last.seq, 0),
    last.sealed_at,
    current_setting('transaction_isolation'),
    coalesce(
        exists (select from ingest.sealed as same where same.sealed_at = :at)
        and last.sealed_at - :at = (
            select count(*) - 1
            from ingest.sealed as since
            where since.sealed_at >= :at
        ) * interval '1 microsecond',
        false
    )
from (select 1) as always
left join (
    select
        sealed.seq,
        sealed.sealed_at
    from ingest.sealed
    order by sealed.seq desc
    limit 1
) as last on true

-- name: seal(seq, at, batch_id, source_system, machine_at)
insert into ingest.sealed (seq, sealed_at, batch_id, source_system, machine_at)
values (:seq, :at, :batch_id, :source_system, :machine_at)

-- name: last_sequence()
-- One row: the last sequence that was sealed; 0: nothing was.
select coalesce(max(sealed.seq), 0)
from ingest.sealed
