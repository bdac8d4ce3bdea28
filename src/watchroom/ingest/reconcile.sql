-- name: enter_reconciliation(id, source_system, at, seq)
insert into ingest.reconciliation (id, source_system, at, seq)
values (:id, :source_system, :at, :seq)

-- name: enter_reconciled(run_id, entities, in_source, in_record, only_source, only_record, differing, fields)
-- One row per entity of a comparison.
insert into ingest.reconciled
    (run_id, entity, in_source, in_record, only_source, only_record, differing, fields)
select
    :run_id,
    found.entity,
    found.in_source,
    found.in_record,
    found.only_source,
    found.only_record,
    found.differing,
    found.fields::jsonb
from unnest(
    :entities::text[],
    :in_source::bigint[],
    :in_record::bigint[],
    :only_source::bigint[],
    :only_record::bigint[],
    :differing::bigint[],
    :fields::text[]
) as found (entity, in_source, in_record, only_source, only_record, differing, fields)

-- name: mark_repaired(id, batch_id)
update ingest.reconciliation
set repaired_by = :batch_id
where reconciliation.id = :id

-- name: earlier(source_system, most)
-- One row per comparison of a source, the latest first.
select
    reconciliation.at,
    coalesce(sum(reconciled.only_source), 0)::bigint,
    coalesce(sum(reconciled.only_record), 0)::bigint,
    coalesce(sum(reconciled.differing), 0)::bigint,
    reconciliation.repaired_by
from ingest.reconciliation
left join ingest.reconciled on reconciliation.id = reconciled.run_id
where reconciliation.source_system = :source_system
group by reconciliation.id
order by reconciliation.at desc, reconciliation.id desc
limit :most
