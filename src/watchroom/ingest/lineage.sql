-- name: tell_lineage(batch_id, lineage)
-- One row: whether what that lineage says is entered already.
update ingest.batch
set lineage = :lineage
where batch.id = :batch_id
returning exists (select from ingest.column_use where column_use.lineage = :lineage)

-- name: enter_uses(lineage, tables, columns, entities, fields, given, sensitivities)
-- Enters what a lineage says, each column and field once.
insert into ingest.column_use (lineage, table_name, column_name, entity, field, is_given, sensitivity)
select
    :lineage,
    used.table_name,
    used.column_name,
    used.entity,
    used.field,
    used.is_given,
    used.sensitivity
from unnest(
    :tables::text[], :columns::text[], :entities::text[], :fields::text[], :given::boolean[], :sensitivities::text[]
) as used (table_name, column_name, entity, field, is_given, sensitivity)
on conflict do nothing
