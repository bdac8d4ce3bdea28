-- name: of_everybody()
-- One row: another value whenever somebody's access may have become another.
select
    md5(
        concat_ws(
            '|',
            (select policy.policy_hash from gate.policy),
            (select concat_ws(' ', count(*), max(suspension.suspended_at)) from gate.suspension),
            (select concat_ws(' ', count(*), count(restriction.lifted_at)) from gate.restriction),
            (select count(*) from gate.restriction_admits),
            (select concat_ws(' ', count(*), count(account_person.ended_at)) from gate.account_person),
            (select count(account.disabled_at) from gate.account)
        )
    )

-- name: of_account(account)
-- One row: another value whenever the access of this account may have become another.
select
    md5(
        concat_ws(
            '|',
            (select policy.policy_hash from gate.policy),
            (select concat_ws(' ', count(*), max(suspension.suspended_at)) from gate.suspension),
            (select concat_ws(' ', count(*), count(restriction.lifted_at)) from gate.restriction),
            (select count(*) from gate.restriction_admits as admits where admits.account = :account),
            (
                select concat_ws(' ', count(*), count(account_person.ended_at))
                from gate.account_person
                where account_person.account = :account
            ),
            (
                select concat_ws(' ', account.roles, account.organisation, account.sites, account.units, account.clearance)
                from gate.account
                where account.name = :account
            )
        )
    )
