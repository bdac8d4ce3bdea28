-- name: bad_number(now)
-- One row per source: rows of its last batch that were held back, without those that somebody decided to live with.
select distinct on (batch.source_system)
    batch.source_system,
    (
        (batch.totals #>> '{rows,quarantined}')::bigint
        - coalesce(
            (
                select sum(quarantine.row_count)
                from ingest.quarantine
                where
                    quarantine.batch_id = batch.id
                    and coalesce(
                        (
                            select not waiver.is_lifted and (waiver.until is null or waiver.until > :now)
                            from ingest.waiver
                            where
                                waiver.source_system = quarantine.source_system
                                and waiver.table_name = quarantine.table_name
                                and waiver.code = quarantine.code
                            order by waiver.id desc
                            limit 1
                        ),
                        false
                    )
            ),
            0
        )
    )::bigint as number
from ingest.batch
where batch.seq is not null
order by batch.source_system, batch.seq desc

-- name: counted_number()
-- One row per source: rows of its last batch that were read.
select distinct on (batch.source_system)
    batch.source_system,
    (batch.totals #>> '{rows,read}')::bigint as number
from ingest.batch
where batch.seq is not null
order by batch.source_system, batch.seq desc
