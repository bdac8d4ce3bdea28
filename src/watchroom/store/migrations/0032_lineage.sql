-- Lineage: which table a file is, which columns of a source are behind which fields, and the issues of one row.

alter table ingest.file add column table_name text;
comment on column ingest.file.table_name is 'The source''s table that it is, as its mapping names it.';

create table ingest.column_use (
    lineage text not null,
    table_name text not null,
    column_name text not null,
    entity text not null,
    field text not null,
    is_given boolean not null,
    sensitivity text,
    primary key (lineage, table_name, column_name, entity, field)
);
comment on table ingest.column_use is 'One column of a table whose rows become records of an entity, and one field that it is behind.';
comment on column ingest.column_use.lineage is 'Digest of the column lineage that says so; see ingest.batch.';
comment on column ingest.column_use.column_name is 'In capitals; empty: no column is behind the field, the mapping itself gives it.';
comment on column ingest.column_use.is_given is 'Its value is the field''s, or goes into it; otherwise it only decides about it.';
comment on column ingest.column_use.sensitivity is 'Of the field; null: it is none of the model''s own fields.';

alter table ingest.batch add column lineage text;
comment on column ingest.batch.lineage is 'Digest of the column lineage of the mapping that made it; null: it is not known.';

alter table ingest.issue add column holds boolean not null default false;
comment on column ingest.issue.holds is 'The row is held back for it: no record came of it. Of issues from before this it is not known.';

create index issue_row on ingest.issue (batch_id, file, row) where row is not null;
create index issue_held on ingest.issue (batch_id, file, row) where holds;

grant select, insert on ingest.column_use to :"loader";
