-- name: make_held()
-- Keys of which a row was held back and nothing was written.
create temporary table beside_held (entity text not null, source_key text not null, primary key (entity, source_key))
on commit drop

-- name: keep_files(batch_id, files)
-- Files once more, for a batch that is made of their rows, by their number so that each has a name of its own.
insert into ingest.file (batch_id, name, table_name, sha256, header, row_count, bad_rows, same_as, erased_at)
select
    :batch_id,
    file.id || '/' || file.name,
    file.table_name,
    file.sha256,
    file.header,
    file.row_count,
    file.bad_rows,
    coalesce(file.same_as, file.id),
    file.erased_at
from ingest.file
where file.id = any(:files::bigint[])
order by file.id asc
