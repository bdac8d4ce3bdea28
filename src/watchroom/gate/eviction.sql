-- name: audiences_to_leave(used, most, made_before, app)
-- One row per audience that may be dropped unless a read holds it, those that no read can enter any more first. `used`
-- are those that the asking process used lately, the last used first; of others is known only when they were made.
with standing as (
    select
        audience.hash,
        audience.role_name,
        audience.schema_name,
        audience.policy_hash,
        audience.definition,
        audience.made_at,
        used.place,
        exists (select 1 from gate.policy where policy.policy_hash <> audience.policy_hash)
        or exists (
            select 1
            from pg_auth_members as membership
            inner join pg_roles as granted on membership.roleid = granted.oid
            inner join pg_roles as member on membership.member = member.oid
            where granted.rolname = audience.role_name and member.rolname = :app
        ) as is_past_use
    from gate.audience
    left join unnest(:used::text[]) with ordinality as used (hash, place) on audience.hash = used.hash
),
ranked as (
    select
        standing.hash,
        standing.role_name,
        standing.schema_name,
        standing.policy_hash,
        standing.definition,
        standing.made_at,
        standing.place,
        standing.is_past_use,
        row_number() over (
            order by standing.is_past_use asc, standing.place asc nulls last, standing.made_at desc, standing.hash asc
        ) as rank
    from standing
)
select
    ranked.hash,
    ranked.role_name,
    ranked.schema_name,
    ranked.policy_hash || ' ' || (ranked.definition ->> 'organisation') || ' ' || (ranked.definition ->> 'purpose')
from ranked
where
    ranked.is_past_use
    or ranked.rank > :most
    or (ranked.place is null and ranked.made_at < :made_before::timestamptz)
order by ranked.is_past_use desc, ranked.rank desc

-- name: hold_for_the_end(audience, footing)
-- One row: whether nobody makes audiences on that footing just now, and no read is in the audience. Waits for nobody.
select
    pg_try_advisory_xact_lock(hashtextextended(:footing, 20260724))
    and pg_try_advisory_xact_lock(hashtextextended(:audience, 20261128)) as is_held

-- name: leave_audiences(audience)
delete from gate.audience
where audience.hash = :audience
