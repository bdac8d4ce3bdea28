-- name: last_deliveries(source_system, at_most)
-- One row per delivery of the source that was taken since it last ended, and per roll that was passed over; the last
-- ones first. A re-run is none, nor is a part of a delivery of which more was to come.
select
    batch.delivery_digest,
    batch.id,
    coalesce(roll.verdict = 'held', false)
from ingest.batch
left join ingest.roll on batch.id = roll.batch_id
where
    batch.source_system = :source_system
    and batch.rerun_of is null
    and not batch.is_before_end
    and batch.delivery_digest is distinct from 'part'
    and (batch.seq is not null or roll.verdict in ('stale', 'held'))
order by batch.machine_started_at desc, batch.id desc
limit :at_most
