-- name: lock_logins()
-- One process at a time; the number is of no meaning.
select pg_advisory_xact_lock(20260726)

-- name: login_exists(login)
-- One row if the server knows the role.
select 1 as found
from pg_roles
where pg_roles.rolname = :login

-- name: may_connect(login)
-- One row: this database, and whether the login may connect to it.
select
    current_database() as name,
    has_database_privilege(:login, current_database(), 'connect') as may_connect
