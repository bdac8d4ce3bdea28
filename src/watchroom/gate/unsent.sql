-- name: lock_owner(account)
-- One row while the account may sign in; it stays locked, so that what is kept for it is counted once.
select account.name
from gate.account
where account.name = :account and account.disabled_at is null
for update

-- name: unsent_of(account, at)
-- The latest first.
select
    unsent_form.id,
    unsent_form.route,
    unsent_form.sealed,
    unsent_form.kept_at,
    unsent_form.ends_at,
    unsent_form.taken_at
from gate.unsent_form
where unsent_form.account = :account and unsent_form.ends_at > :at
order by unsent_form.kept_at desc, unsent_form.id desc

-- name: count_unsent(account, at)
-- One row: how many there are.
select count(*)
from gate.unsent_form
where unsent_form.account = :account and unsent_form.ends_at > :at

-- name: keep_unsent(id, account, route, sealed, at, ends_at)
insert into gate.unsent_form (id, account, route, sealed, kept_at, ends_at)
values (:id, :account, :route, :sealed, :at, :ends_at)

-- name: keep_longer(id, account, ends_at)
update gate.unsent_form set ends_at = greatest(unsent_form.ends_at, :ends_at)
where unsent_form.id = :id and unsent_form.account = :account

-- name: drop_beyond(account, most)
-- One row per form that has to make room.
delete from gate.unsent_form
where
    unsent_form.id in (
        select older.id
        from gate.unsent_form as older
        where older.account = :account
        order by older.kept_at desc, older.id desc
        offset :most
    )
returning unsent_form.route

-- name: take_unsent(id, account, at, taken_before)
-- One row when it is there and nobody is sending it just now.
update gate.unsent_form set taken_at = :at
where
    unsent_form.id = :id
    and unsent_form.account = :account
    and unsent_form.ends_at > :at
    and (unsent_form.taken_at is null or unsent_form.taken_at <= :taken_before)
returning unsent_form.route

-- name: put_back_unsent(id, account)
update gate.unsent_form set taken_at = null
where unsent_form.id = :id and unsent_form.account = :account

-- name: drop_unsent(id, account)
-- One row when it was there.
delete from gate.unsent_form
where unsent_form.id = :id and unsent_form.account = :account
returning unsent_form.route

-- name: forget_unsent(before)
delete from gate.unsent_form where unsent_form.ends_at <= :before

-- name: every_unsent()
-- One row per kept form, whosever it is.
select
    unsent_form.id,
    unsent_form.account,
    unsent_form.route,
    unsent_form.sealed
from gate.unsent_form
order by unsent_form.id asc

-- name: drop_these(forms)
-- Kept forms that may not be kept any longer.
delete from gate.unsent_form
where unsent_form.id = any(:forms::uuid[])
