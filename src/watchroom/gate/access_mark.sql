-- name: of_everybody(machine_now, node_now)
-- One row: another value whenever somebody's access may have become another.
select
    md5(
        concat_ws(
            '|',
            (select policy.policy_hash from gate.policy),
            (select concat_ws(' ', count(*), max(suspension.suspended_at)) from gate.suspension),
            (select concat_ws(' ', count(*), count(restriction.lifted_at)) from gate.restriction),
            (select count(*) from gate.restriction_admits),
            (select concat_ws(' ', count(*), count(kept.lifted_at)) from gate.record_restriction as kept),
            (select concat_ws(' ', count(*), count(account_person.ended_at)) from gate.account_person),
            (select count(account.disabled_at) from gate.account),
            (
                select
                    concat_ws(
                        ' ',
                        count(*),
                        count(opening.closed_at),
                        count(*) filter (where opening.machine_closes_at > :machine_now and opening.closes_at > :node_now)
                    )
                from gate.opening
            ),
            (
                select
                    concat_ws(
                        ' ', count(*), count(case_room.closed_at), count(*) filter (where case_room.closes_at > :node_now)
                    )
                from gate.case_room
            ),
            (select concat_ws(' ', count(*), count(member.left_at)) from gate.case_room_member as member)
        )
    )

-- name: of_account(account, machine_now, node_now)
-- One row: another value whenever the access of this account may have become another.
select
    md5(
        concat_ws(
            '|',
            (select policy.policy_hash from gate.policy),
            (select concat_ws(' ', count(*), max(suspension.suspended_at)) from gate.suspension),
            (select concat_ws(' ', count(*), count(restriction.lifted_at)) from gate.restriction),
            (select count(*) from gate.restriction_admits as admits where admits.account = :account),
            (select concat_ws(' ', count(*), count(kept.lifted_at)) from gate.record_restriction as kept),
            (
                select concat_ws(' ', count(*), count(account_person.ended_at))
                from gate.account_person
                where account_person.account = :account
            ),
            (
                select concat_ws(' ', account.roles, account.organisation, account.sites, account.units, account.clearance)
                from gate.account
                where account.name = :account
            ),
            (
                select string_agg(opening.id::text, ' ' order by opening.id asc)
                from gate.opening
                where
                    opening.account = :account
                    and opening.closed_at is null
                    and opening.machine_closes_at > :machine_now
                    and opening.closes_at > :node_now
            ),
            (
                select string_agg(member.room_id::text, ' ' order by member.room_id asc)
                from gate.case_room_member as member
                inner join gate.case_room on member.room_id = case_room.id
                where
                    member.account = :account
                    and member.left_at is null
                    and case_room.closed_at is null
                    and case_room.closes_at > :node_now
            )
        )
    )
