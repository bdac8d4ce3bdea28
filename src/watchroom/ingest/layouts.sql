-- name: last_layout(source_system)
-- One row per column of the last sealed delivery of the source of which the layout was kept.
select
    layout.table_name,
    layout.column_name,
    layout.place,
    layout.row_count,
    layout.filled,
    layout.style,
    layout.shape
from ingest.layout
where layout.batch_id = (
    select batch.id
    from ingest.batch
    where
        batch.source_system = :source_system
        and batch.seq is not null
        and exists (select from ingest.layout as kept where kept.batch_id = batch.id)
    order by batch.seq desc
    limit 1
)
order by
    layout.table_name asc,
    layout.place asc

-- name: keep_layout(batch_id, tables, columns, places, rows, filled, styles, shapes)
-- The layout of a batch.
insert into ingest.layout (batch_id, table_name, column_name, place, row_count, filled, style, shape)
select
    :batch_id,
    given.table_name,
    given.column_name,
    given.place,
    given.row_count,
    given.filled,
    given.style,
    given.shape
from unnest(
    :tables::text[], :columns::text[], :places::bigint[], :rows::bigint[], :filled::bigint[], :styles::text[], :shapes::text[]
) as given (table_name, column_name, place, row_count, filled, style, shape)

-- name: forget_layouts(source_system, keep)
-- Layouts of all but so many of the last deliveries of the source.
delete from ingest.layout
where layout.batch_id in (
    select batch.id
    from ingest.batch
    where
        batch.source_system = :source_system
        and batch.seq is not null
    order by batch.seq desc
    offset :keep
)

-- name: standing_drift(source_system)
-- One row per drift that stands, of one source or of all, and per field that it is about.
select
    drift.source_system,
    drift.table_name,
    drift.column_name,
    drift.entity,
    drift.field,
    drift.what,
    drift.was,
    drift.since
from ingest.drift
where
    drift.ended_at is null
    and coalesce(drift.source_system = :source_system, :source_system::text is null)
order by
    drift.source_system asc,
    drift.table_name asc,
    drift.column_name asc,
    drift.what asc,
    drift.entity asc,
    drift.field asc

-- name: end_drift(source_system, table_name, column_name, what, at)
-- The column is as it was.
update ingest.drift
set ended_at = :at
where
    drift.ended_at is null
    and drift.source_system = :source_system
    and drift.table_name = :table_name
    and drift.column_name = :column_name
    and drift.what = :what

-- name: begin_drift(source_system, batch_id, at, tables, columns, entities, fields, what, was)
-- Drifts that begin with a batch, each field once; one that stands already goes on since it began.
insert into ingest.drift (source_system, table_name, column_name, entity, field, what, was, since, since_batch)
select
    :source_system,
    given.table_name,
    given.column_name,
    given.entity,
    given.field,
    given.what,
    given.was,
    :at,
    :batch_id
from unnest(:tables::text[], :columns::text[], :entities::text[], :fields::text[], :what::text[], :was::text[])
    as given (table_name, column_name, entity, field, what, was)
on conflict do nothing
