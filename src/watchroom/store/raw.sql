-- name: enter_file(batch_id, name, table_name, sha256, header, row_count, bad_rows)
-- One row: the file's id, and the earlier file of the same source that holds the same rows.
insert into ingest.file (batch_id, name, table_name, sha256, header, row_count, bad_rows, same_as)
select
    :batch_id,
    :name,
    :table_name,
    :sha256,
    :header::text[],
    :row_count,
    :bad_rows,
    (
        select earlier.id
        from ingest.file as earlier
        inner join ingest.batch on earlier.batch_id = batch.id
        where
            earlier.sha256 = :sha256
            and earlier.same_as is null
            and earlier.erased_at is null
            and earlier.row_count = :row_count
            and earlier.header = :header::text[]
            and batch.source_system = (select this.source_system from ingest.batch as this where this.id = :batch_id)
        order by earlier.id asc
        limit 1
    )
returning id, same_as

-- name: keep_again(batch_id, of)
-- The files of a batch once more, for a batch that is made of the same rows.
insert into ingest.file (batch_id, name, table_name, sha256, header, row_count, bad_rows, same_as, erased_at)
select
    :batch_id,
    file.name,
    file.table_name,
    file.sha256,
    file.header,
    file.row_count,
    file.bad_rows,
    coalesce(file.same_as, file.id),
    file.erased_at
from ingest.file
where file.batch_id = :of
order by file.id asc

-- name: copy_rows_in()
copy ingest.raw_row (file_id, row, fields) from stdin

-- name: file(batch_id, name)
-- One row per file of that name: which file holds its rows, its columns, and when they were erased.
select
    coalesce(file.same_as, file.id),
    file.header,
    file.erased_at
from ingest.file
where
    file.batch_id = :batch_id
    and file.name = :name

-- name: mark_erased(batch_id, machine_at)
-- The files of a batch, and the later files that rest on their rows.
update ingest.file
set erased_at = :machine_at
where
    file.erased_at is null
    and (
        file.batch_id = :batch_id
        or file.same_as in (select held.id from ingest.file as held where held.batch_id = :batch_id)
    )

-- name: erase_rows(batch_id)
delete from ingest.raw_row
using ingest.file
where
    raw_row.file_id = file.id
    and file.batch_id = :batch_id

-- name: erase_messages(batch_id, machine_at)
-- The messages of a batch as they came; that they came, and by which key, stays known.
update ingest.message
set content = null, erased_at = :machine_at
where
    message.batch_id = :batch_id
    and message.erased_at is null
