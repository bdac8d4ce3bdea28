-- name: take_migration_lock()
-- One migration at a time; the number is of no meaning.
select pg_advisory_xact_lock(20260724)

-- name: make_ledger()
-- One row per numbered migration that this database ran.
create table if not exists store.migration (
    name text primary key,
    digest text not null,
    applied_at timestamptz not null default clock_timestamp()
)

-- name: ledger()
-- One row per migration.
select
    migration.name,
    migration.digest
from store.migration

-- name: enter_migration(name, digest)
insert into store.migration (name, digest) values (:name, :digest)

-- name: standing_columns()
-- One row per column of a table of the record.
select
    c.relname,
    a.attname,
    format_type(a.atttypid, a.atttypmod),
    a.attnotnull
from pg_attribute as a
inner join pg_class as c on a.attrelid = c.oid
inner join pg_namespace as n on c.relnamespace = n.oid
where
    n.nspname = 'record'
    and c.relkind = 'r'
    and a.attnum > 0
    and not a.attisdropped

-- name: standing_indexes_of(tables)
-- One row per index of these tables of the record that can be used.
select c.relname
from pg_index as i
inner join pg_class as c on i.indexrelid = c.oid
inner join pg_class as t on i.indrelid = t.oid
inner join pg_namespace as n on t.relnamespace = n.oid
where n.nspname = 'record' and i.indisvalid and t.relname = any(:tables)

-- name: filled_tables()
-- One row per table of the record that has a file with something in it; one that had rows and lost them is among them.
select c.relname
from pg_class as c
inner join pg_namespace as n on c.relnamespace = n.oid
where n.nspname = 'record' and c.relkind = 'r' and pg_relation_size(c.oid) > 0

-- name: standing_indexes()
-- One row per index of a table of the record that can be used; one whose making was cut off cannot.
select
    t.relname,
    c.relname
from pg_index as i
inner join pg_class as c on i.indexrelid = c.oid
inner join pg_class as t on i.indrelid = t.oid
inner join pg_namespace as n on t.relnamespace = n.oid
where n.nspname = 'record' and i.indisvalid
