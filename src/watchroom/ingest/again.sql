-- name: kept_batch(source_system)
-- What stands of a source: its last sealed batch since it last ended, the delivery that it is of, and the mapping that
-- made it.
select
    coalesce(batch.rerun_of, batch.id),
    batch.id,
    batch.seq,
    batch.as_at,
    batch.dated_by,
    batch.machine_started_at,
    batch.is_full,
    coalesce(batch.delivery, ''),
    batch.delivery_digest,
    batch.mapping,
    batch.mapping_version,
    batch.mapping_digest
from ingest.sealed
inner join ingest.batch on sealed.batch_id = batch.id
where
    sealed.source_system = :source_system
    and not batch.is_before_end
order by sealed.seq desc
limit 1

-- name: bring_back(source_system)
-- What came before the source last ended counts again, and is mapped again with what came since.
update ingest.batch
set is_before_end = false
where
    batch.source_system = :source_system
    and batch.is_before_end

-- name: kept_files(batch_id)
-- One row per file of a batch: which file holds its rows, how many there were and how many of them are still there.
select
    file.name,
    file.sha256,
    file.header,
    file.bad_rows,
    file.row_count,
    file.erased_at is not null,
    coalesce(file.same_as, file.id),
    (select count(*) from ingest.raw_row where raw_row.file_id = coalesce(file.same_as, file.id))
from ingest.file
where file.batch_id = :batch_id
order by file.id asc

-- name: kept_rolls(source_system)
-- One row per roll of a source that was taken since it last ended, the earliest first: its batch and instant, and its
-- file as in `kept_files` with whether all its rows were erased.
select
    roll.batch_id,
    batch.as_at,
    file.name,
    file.sha256,
    file.header,
    file.bad_rows,
    file.row_count,
    file.erased_at is not null,
    coalesce(file.same_as, file.id),
    (select count(*) from ingest.raw_row where raw_row.file_id = coalesce(file.same_as, file.id))
from ingest.roll
inner join ingest.batch on roll.batch_id = batch.id
inner join ingest.file on roll.batch_id = file.batch_id
where
    roll.source_system = :source_system
    and roll.verdict = 'taken'
    and not batch.is_before_end
order by batch.seq asc

-- name: kept_parts(source_system)
-- One row per delivery of a source of parts that was taken since it last ended, the earliest first.
select
    batch.id,
    batch.as_at,
    batch.dated_by,
    batch.is_full,
    coalesce(batch.delivery, '')
from ingest.batch
where
    batch.source_system = :source_system
    and batch.seq is not null
    and batch.rerun_of is null
    and not batch.is_before_end
order by batch.seq asc

-- name: kept_part_files(source_system)
-- One row per file of those deliveries: its batch and number, and it as in `kept_files`. Rows about whoever was erased do
-- not count: nothing of them could stand.
select
    file.batch_id,
    file.id,
    file.name,
    file.sha256,
    file.header,
    file.bad_rows,
    file.row_count - holder.rows_erased,
    file.erased_at is not null,
    holder.id,
    (select count(*) from ingest.raw_row where raw_row.file_id = holder.id)
from ingest.file
inner join ingest.batch on file.batch_id = batch.id
inner join ingest.file as holder on coalesce(file.same_as, file.id) = holder.id
where
    batch.source_system = :source_system
    and batch.seq is not null
    and batch.rerun_of is null
    and not batch.is_before_end
order by file.id asc

-- name: keep_rolls_again(batch_id, source_system)
-- The files of all rolls of a source once more, for a batch that is made of them; of one name the last.
insert into ingest.file (batch_id, name, table_name, sha256, header, row_count, bad_rows, same_as, erased_at)
select
    :batch_id,
    latest.name,
    latest.table_name,
    latest.sha256,
    latest.header,
    latest.row_count,
    latest.bad_rows,
    latest.holder,
    latest.erased_at
from (
    select distinct on (file.name)
        file.name,
        file.table_name,
        file.sha256,
        file.header,
        file.row_count,
        file.bad_rows,
        coalesce(file.same_as, file.id) as holder,
        file.erased_at,
        batch.seq
    from ingest.roll
    inner join ingest.batch on roll.batch_id = batch.id
    inner join ingest.file on roll.batch_id = file.batch_id
    where
        roll.source_system = :source_system
        and roll.verdict = 'taken'
        and not batch.is_before_end
    order by file.name asc, batch.seq desc
) as latest
order by latest.seq asc

-- name: kept_faults(batch_id, codes)
-- One row per fault of a batch of one of those codes.
select
    issue.file,
    issue.row,
    issue.field,
    issue.code,
    issue.message
from ingest.issue
where
    issue.batch_id = :batch_id
    and issue.code = any(:codes)
    and issue.file is not null
order by issue.file asc, issue.row asc nulls last, issue.field asc nulls last, issue.id asc

-- name: not_delivered(batch_id)
-- One row per file that a delivery lacked though its mapping took it.
select distinct issue.file
from ingest.issue
where
    issue.batch_id = :batch_id
    and issue.code = 'missing_file'
    and issue.file is not null
order by issue.file asc

-- name: changed_fields(seq)
-- One row per entity and column that rows of a batch changed, with how many.
select
    change.entity,
    changed.field,
    count(*)
from ingest.change
cross join lateral unnest(change.changed_fields) as changed (field)
where
    change.seq = :seq
    and change.op = 'changed'
group by change.entity, changed.field
order by change.entity asc, changed.field asc
