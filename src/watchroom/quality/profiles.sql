-- name: keep_rows(source_system, seq, entity, rows)
-- Enters how many records of an entity a delivery gives.
insert into ingest.delivery_profile (source_system, seq, entity, number, of)
values (:source_system, :seq, :entity, :rows, :rows)

-- name: take_over(source_system, seq, entities)
-- Enters of these entities what the last delivery of the source before this one had.
insert into ingest.delivery_profile (source_system, seq, entity, field, code, number, of)
select
    earlier.source_system,
    :seq,
    earlier.entity,
    earlier.field,
    earlier.code,
    earlier.number,
    earlier.of
from ingest.delivery_profile as earlier
where
    earlier.source_system = :source_system
    and earlier.entity = any(:entities)
    and earlier.seq = (
        select max(last.seq)
        from ingest.delivery_profile as last
        where last.source_system = :source_system and last.seq < :seq
    )

-- name: forget_deliveries(source_system, at_most)
-- Leaves the last deliveries of a source only.
delete from ingest.delivery_profile as old
where
    old.source_system = :source_system
    and old.seq <= (
        select kept.seq
        from (
            select distinct one.seq
            from ingest.delivery_profile as one
            where one.source_system = :source_system
        ) as kept
        order by kept.seq desc
        offset :at_most
        limit 1
    )

-- name: profiles(source_system)
-- One row per line of the deliveries of a source that are kept.
select
    delivery_profile.seq,
    delivery_profile.entity,
    delivery_profile.field,
    delivery_profile.code,
    delivery_profile.number,
    delivery_profile.of
from ingest.delivery_profile
where delivery_profile.source_system = :source_system

-- name: profiled_sources()
-- One row per source of which a delivery is kept.
select distinct delivery_profile.source_system
from ingest.delivery_profile
order by delivery_profile.source_system asc
