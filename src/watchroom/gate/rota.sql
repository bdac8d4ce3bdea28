-- name: account_of(name)
-- One row when there is such an account.
select account.name
from gate.account
where account.name = :name

-- name: enter_shift(account, from_at, to_at, site_code, unit_code, at, by)
insert into gate.rota (account, from_at, to_at, site_code, unit_code, entered_at, entered_by)
values (:account, :from_at, :to_at, :site_code, :unit_code, :at, :by)

-- name: drop_shifts(account, from_at, to_at)
-- The shifts that overlap a new one: the later word holds.
delete from gate.rota
where
    rota.account = :account
    and rota.from_at < :to_at
    and rota.to_at > :from_at

-- name: enter_mark(account, kind, salt, word, at, by)
-- One row when the word has a key; nothing but the salted hash of that is kept.
insert into gate.account_mark (account, kind, salt, hash, entered_at, entered_by)
select
    :account,
    :kind,
    :salt,
    sha256(:salt || convert_to(marked.key, 'UTF8')),
    :at,
    :by
from (
    select case
        when :kind = 'postcode' then store.postcode_key(:word)
        else store.name_key(:word)
    end as key
) as marked
where marked.key <> ''
returning account_mark.account

-- name: drop_marks(account)
delete from gate.account_mark
where account_mark.account = :account
