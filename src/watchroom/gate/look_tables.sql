-- name: make_tables()
-- What the looks are compared with; gone at the end of the transaction.
create temporary table look (
    index bigint, at timestamptz, account text, person_id uuid, act text, shown bigint, machine_at timestamptz
) on commit drop;
create temporary table staff (account text, sites text[], units text[]) on commit drop;
create temporary table shift (
    account text, from_at timestamptz, to_at timestamptz, site_code text, unit_code text
) on commit drop;
create temporary table mark (account text, kind text, salt bytea, hash bytea) on commit drop;
create temporary table staff_name (account text, source_system text, staff_reference text) on commit drop;
create temporary table party (account text, person_id uuid, relation text) on commit drop;
create temporary table restricted (person_id uuid, account text, since timestamptz) on commit drop

-- name: copy_staff()
-- One row per account: where it is assigned.
copy (
    select
        account.name,
        account.sites,
        account.units
    from gate.account
) to stdout

-- name: copy_shift()
-- One row per shift of the rota.
copy (
    select
        rota.account,
        rota.from_at,
        rota.to_at,
        rota.site_code,
        rota.unit_code
    from gate.rota
) to stdout

-- name: copy_mark()
-- One row per mark of an account.
copy (
    select
        account_mark.account,
        account_mark.kind,
        account_mark.salt,
        account_mark.hash
    from gate.account_mark
) to stdout

-- name: copy_staff_name()
-- One row per name that a source has for the holder of an account.
copy (
    select
        account_staff.account,
        account_staff.source_system,
        account_staff.staff_reference
    from gate.account_staff
) to stdout

-- name: copy_party()
-- One row per person of the record who is the holder of an account, or kin.
copy (
    select
        account_person.account,
        account_person.person_id,
        account_person.relation
    from gate.account_person
    where account_person.ended_at is null
) to stdout

-- name: copy_restricted()
-- One row per account that is admitted to a restricted person, or one without an account where nobody is; since when, by
-- the clock of the machine.
copy (
    select
        restriction.person_id,
        restriction_admits.account,
        restriction.entered_at
    from gate.restriction
    left join gate.restriction_admits on restriction.id = restriction_admits.restriction_id
    where restriction.lifted_at is null
) to stdout

-- name: fill_look()
copy pg_temp.look from stdin

-- name: fill_staff()
copy pg_temp.staff from stdin

-- name: fill_shift()
copy pg_temp.shift from stdin

-- name: fill_mark()
copy pg_temp.mark from stdin

-- name: fill_staff_name()
copy pg_temp.staff_name from stdin

-- name: fill_party()
copy pg_temp.party from stdin

-- name: fill_restricted()
copy pg_temp.restricted from stdin

-- name: settle_looks()
-- Only accounts of this node look; the pairs of who looked at whom are what most facts are about.
delete from pg_temp.look as gone
where not exists (select from pg_temp.staff where staff.account = gone.account);
create temporary table pair on commit drop as
select distinct
    look.account,
    look.person_id
from pg_temp.look;
analyze pg_temp.look;
analyze pg_temp.pair;
analyze pg_temp.shift
