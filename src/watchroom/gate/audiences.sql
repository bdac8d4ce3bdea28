-- name: lock_audience(audience)
-- One maker of an audience at a time, in all processes.
select pg_advisory_xact_lock(hashtextextended(:audience, 20260724))

-- name: role_exists(role)
-- One row if the server knows the role.
select 1 from pg_roles where rolname = :role

-- name: standing_relations(schema)
-- One row per view of an audience.
select
    c.relname,
    c.oid::bigint
from pg_class as c
inner join pg_namespace as n on c.relnamespace = n.oid
where n.nspname = :schema and c.relkind = 'v'

-- name: enter_audience(audience, role, schema, policy_hash, definition, made_at)
insert into gate.audience (hash, role_name, schema_name, policy_hash, definition, made_at)
values (:audience, :role, :schema, :policy_hash, :definition, :made_at)
on conflict (hash) do nothing

-- name: suspend_audience(audience, suspended_at)
update gate.audience set suspended_at = :suspended_at where hash = :audience
