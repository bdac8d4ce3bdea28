-- name: may_close()
-- One row: whether this login may change who uses the catalogues of the server; only a superuser may.
select r.rolsuper from pg_roles as r where r.rolname = current_user

-- name: name_staff(staff)
-- For `close_catalogues`, which cannot be given a parameter.
select set_config('watchroom.staff', :staff, true)

-- name: close_catalogues()
-- What every role may use unless it is said otherwise goes over to the staff: each function that is not a plain
-- computation, each catalogue, the language of nameless blocks. Left to everybody is what the views of audiences and
-- the questions of pages are made of: what is immutable, what stands behind an operator, a cast or the text of a type,
-- and the names below. Of the catalogues `pg_database` is left: by looking it up a read hears that something was revoked.
do $$
declare
    staff constant text := current_setting('watchroom.staff');
    -- Everybody, and the staff of a node that had this database before: what it holds was everybody's once.
    former constant oid[] := array(select r.oid from pg_catalog.pg_roles as r where r.rolname ~ '^wr_[0-9a-f]{8}_staff$')
        || 0::oid;
    closed text;
begin
    set local search_path = pg_catalog;
    with
    supporting as (
        select o.oprcode::oid as oid from pg_operator as o
        union select c.castfunc from pg_cast as c
        union select a.amproc::oid from pg_amproc as a
        union
        select unnest(array[t.typinput, t.typoutput, t.typreceive, t.typsend, t.typmodin, t.typmodout])::oid
        from pg_type as t
    )
    select string_agg(p.oid::regprocedure::text, ', ') into closed
    from pg_proc as p
    where
        p.pronamespace = 'pg_catalog'::regnamespace
        and p.provolatile <> 'i'
        and not (p.provolatile = 's' and (
            p.oid in (select supporting.oid from supporting)
            or p.proname in (
                'age', 'array_to_string', 'concat', 'concat_ws', 'current_setting', 'date_part', 'date_trunc',
                'extract', 'format', 'generate_series', 'json_agg', 'json_build_object', 'jsonb_agg',
                'jsonb_build_object', 'length', 'overlaps', 'pg_current_snapshot', 'timestamptz',
                'timezone', 'to_char', 'to_date', 'to_jsonb', 'to_timestamp'
            )
        ))
        and exists (
            select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as one
            where one.grantee = any (former)
        );
    if closed is not null then
        execute format('revoke all on routine %s from public', closed);
        execute format('grant execute on routine %s to %I', closed, staff);
    end if;

    select string_agg(c.oid::regclass::text, ', ') into closed
    from pg_class as c
    where
        c.relnamespace = 'pg_catalog'::regnamespace
        and c.relkind in ('r', 'v')
        and c.relname <> 'pg_database'
        and (
            exists (select from aclexplode(c.relacl) as one where one.grantee = any (former))
            or exists (
                select from pg_attribute as a, aclexplode(a.attacl) as one
                where a.attrelid = c.oid and one.grantee = any (former)
            )
        );
    if closed is not null then
        execute format('revoke all on table %s from public', closed);
        execute format('grant select on table %s to %I', closed, staff);
    end if;

    revoke usage on schema information_schema from public;
    execute format('grant usage on schema information_schema to %I', staff);
    revoke usage on language plpgsql from public;
    execute format('grant usage on language plpgsql to %I', staff);
end
$$
