-- name: add_account(name, roles, organisation, sites, units, clearance, password_hash, is_demo, at)
-- One row when the account was added; none when the name is taken.
insert into gate.account (
    name, roles, organisation, sites, units, clearance, password_hash, is_demo, created_at, password_set_at
) values (:name, :roles, :organisation, :sites, :units, :clearance, :password_hash, :is_demo, :at, :at)
on conflict (name) do nothing
returning name

-- name: account(name)
-- One row: the account.
select
    account.name,
    account.roles,
    account.organisation,
    account.sites,
    account.units,
    account.clearance,
    account.password_hash,
    account.is_demo,
    account.failures,
    account.locked_until,
    account.disabled_at
from gate.account
where account.name = :name

-- name: lock_account(name)
-- One row: the account, which nobody else changes until the end of the transaction.
select
    account.name,
    account.roles,
    account.organisation,
    account.sites,
    account.units,
    account.clearance,
    account.password_hash,
    account.is_demo,
    account.failures,
    account.locked_until,
    account.disabled_at
from gate.account
where account.name = :name
for update

-- name: accounts()
-- One row per account.
select
    account.name,
    account.roles,
    account.organisation,
    account.sites,
    account.units,
    account.clearance,
    account.is_demo,
    account.locked_until,
    account.disabled_at
from gate.account
order by account.name asc

-- name: note_failure(name, failures, locked_until)
update gate.account set failures = :failures, locked_until = :locked_until where name = :name

-- name: note_success(name, password_hash)
update gate.account set failures = 0, locked_until = null, password_hash = :password_hash where name = :name

-- name: set_password(name, password_hash, at)
update gate.account
set password_hash = :password_hash, password_set_at = :at, failures = 0, locked_until = null
where name = :name
returning name

-- name: disable_account(name, at)
update gate.account set disabled_at = coalesce(disabled_at, :at) where name = :name returning name

-- name: end_sessions(name, at)
update gate.session set signed_out_at = :at where account = :name and signed_out_at is null

-- name: know_staff(name, source_system, staff_reference, at, by)
-- One row when there is such an account.
with known as (
    select account.name
    from gate.account
    where account.name = :name
),
entered as (
    insert into gate.account_staff (account, source_system, staff_reference, entered_at, entered_by)
    select known.name, :source_system, :staff_reference, :at, :by
    from known
    on conflict (account, source_system, staff_reference) do nothing
)
select known.name
from known

-- name: forget_unsent_of(name)
delete from gate.unsent_form where unsent_form.account = :name
