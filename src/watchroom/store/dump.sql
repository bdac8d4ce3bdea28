-- name: columns_to_dump(schemas)
-- One row per column whose value is kept, not computed, of a table that survives a crash.
select
    n.nspname,
    c.relname,
    a.attname,
    format_type(a.atttypid, a.atttypmod)
from pg_attribute as a
inner join pg_class as c on a.attrelid = c.oid
inner join pg_namespace as n on c.relnamespace = n.oid
where
    n.nspname = any(:schemas)
    and c.relkind = 'r'
    and c.relpersistence = 'p'
    and a.attnum > 0
    and not a.attisdropped
    and a.attgenerated = ''
order by n.nspname asc, c.relname asc, a.attnum asc

-- name: references_to_heed(schemas)
-- One row per foreign key: a table and the one whose rows must be there before its own.
select
    child_schema.nspname,
    child.relname,
    parent_schema.nspname,
    parent.relname
from pg_constraint as k
inner join pg_class as child on k.conrelid = child.oid
inner join pg_namespace as child_schema on child.relnamespace = child_schema.oid
inner join pg_class as parent on k.confrelid = parent.oid
inner join pg_namespace as parent_schema on parent.relnamespace = parent_schema.oid
where
    k.contype = 'f'
    and child_schema.nspname = any(:schemas)
    and k.conrelid <> k.confrelid
order by child_schema.nspname asc, child.relname asc, parent_schema.nspname asc, parent.relname asc

-- name: counters_to_dump(schemas)
-- One row per sequence that numbers a column; the last value is null when none was given out yet.
select
    n.nspname,
    c.relname,
    a.attname,
    pg_sequence_last_value(s.oid::regclass)
from pg_depend as d
inner join pg_class as s on d.objid = s.oid and s.relkind = 'S'
inner join pg_class as c on d.refobjid = c.oid
inner join pg_namespace as n on c.relnamespace = n.oid
inner join pg_attribute as a on a.attrelid = c.oid and a.attnum = d.refobjsubid
where
    n.nspname = any(:schemas)
    and d.classid = 'pg_class'::regclass
    and d.refclassid = 'pg_class'::regclass
    and d.deptype in ('a', 'i')
order by n.nspname asc, c.relname asc, a.attname asc

-- name: set_counter(table_name, column_name, last_value)
-- The next number comes after the last one that was given out.
select setval(pg_get_serial_sequence(:table_name, :column_name), :last_value)

-- name: migrations_dumped()
-- One row per numbered migration that made the tables what they are.
select
    migration.name,
    migration.digest
from store.migration
order by migration.name asc

-- name: role_exists(role_name)
-- One row if the server knows the role.
select 1 as found
from pg_roles
where pg_roles.rolname = :role_name
