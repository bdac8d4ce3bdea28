-- name: lock_footing(footing)
-- One maker of the audiences of a footing at a time, in all processes; and nobody makes while somebody suspends.
select pg_advisory_xact_lock(hashtextextended(:footing, 20260724))

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

-- name: schema_id(schema)
-- One row: the object id of a schema.
select n.oid::bigint
from pg_namespace as n
where n.nspname = :schema

-- name: unseen_relations(schema, role)
-- One row per view of an audience that its role may not read.
select c.relname
from pg_class as c
inner join pg_namespace as n on c.relnamespace = n.oid
where n.nspname = :schema and c.relkind = 'v' and not has_table_privilege(:role, c.oid, 'select')

-- name: uncalled_functions(schema, reader)
-- One row per function of an audience that the login of reads may not call.
select p.proname
from pg_proc as p
inner join pg_namespace as n on p.pronamespace = n.oid
where n.nspname = :schema and not has_function_privilege(:reader, p.oid, 'execute')

-- name: enter_audience(audience, role, schema, policy_hash, definition, made_at)
insert into gate.audience (hash, role_name, schema_name, policy_hash, definition, made_at)
values (:audience, :role, :schema, :policy_hash, :definition, :made_at)
on conflict (hash) do nothing

-- name: suspended(policy_hash, organisation, roles, purpose)
-- One row: whether the footing is suspended, for these roles or for some of them, or stands on a policy not in force;
-- and at which turn the openings are.
select
    exists (
        select 1
        from gate.suspension
        where
            suspension.policy_hash = :policy_hash
            and suspension.organisation = :organisation
            and suspension.purpose = :purpose
            and suspension.roles <@ :roles::text[]
    )
    or exists (select 1 from gate.policy where policy.policy_hash <> :policy_hash) as is_suspended,
    opening_turn.turn
from gate.opening_turn

-- name: suspend(policy_hash, organisation, roles, purpose, suspended_at)
insert into gate.suspension (policy_hash, organisation, roles, purpose, suspended_at)
values (:policy_hash, :organisation, :roles, :purpose, :suspended_at)
on conflict (policy_hash, organisation, roles, purpose) do nothing

-- name: audiences_on(policy_hash, organisation, roles, purpose)
-- One row per audience that stands for these roles, or for these among others.
select
    audience.role_name,
    audience.schema_name
from gate.audience
inner join pg_namespace on audience.schema_name = pg_namespace.nspname
inner join pg_roles on audience.role_name = pg_roles.rolname
where
    audience.policy_hash = :policy_hash
    and audience.definition ->> 'organisation' = :organisation
    and audience.definition ->> 'purpose' = :purpose
    and audience.definition -> 'roles' @> to_jsonb(:roles::text[])
order by audience.hash asc

-- name: make_secret(secret, made_at)
-- What pseudonyms are made with; whoever comes second keeps that of the first.
insert into gate.pseudonym_secret (secret, made_at)
values (:secret::bytea, :made_at::timestamptz)
on conflict do nothing
