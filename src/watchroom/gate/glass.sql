-- name: lock_openings()
-- One change of the openings at a time, in all processes.
select opening_turn.turn from gate.opening_turn for update

-- name: is_broken(account, organisation, name, now, machine_now)
-- One row where that glass is broken by somebody already.
select opening.id
from gate.opening
where
    opening.account = :account
    and opening.organisation = :organisation
    and opening.name = :name
    and opening.closed_at is null
    and opening.closes_at > :now
    and opening.machine_closes_at > :machine_now

-- name: enter_glass(opening_id, reason, incident, second_account, review_by, recorded_in)
insert into gate.glass (opening_id, reason, incident, second_account, review_by, recorded_in)
values (:opening_id, :reason, :incident, :second_account, :review_by, :recorded_in)

-- name: who_is_told(roles, organisations, sites, asker)
-- One row per account that is to be told: of those roles, and of those establishments where it has any.
select account.name
from gate.account
where
    account.disabled_at is null
    and account.roles && :roles::text[]
    and account.organisation = any(:organisations::text[])
    and (account.sites = '{}' or account.sites && :sites::text[])
    and account.name <> :asker
order by account.name asc

-- name: tell(opening_id, account, roles, sites)
-- Puts it into the inbox of an account, for as long as it is one that would be told.
insert into gate.glass_told (opening_id, account, roles, sites)
values (:opening_id, :account, :roles, :sites)

-- name: enter_glass_review(opening_id, outcome, reviewed_by, reviewed_at)
-- One row where it had not been reviewed.
insert into gate.glass_review (opening_id, outcome, reviewed_by, reviewed_at)
values (:opening_id, :outcome, :reviewed_by, :reviewed_at)
on conflict (opening_id) do nothing
returning opening_id

-- name: count_unreviewed(account, is_owner)
-- One row: how many broken glasses that nobody has reviewed somebody was told of, or may review.
select count(*)
from gate.glass
inner join gate.opening on glass.opening_id = opening.id
where
    not exists (select from gate.glass_review as review where review.opening_id = glass.opening_id)
    and (
        exists (
            select from gate.glass_told as told
            inner join gate.account on told.account = account.name
            where
                told.opening_id = glass.opening_id
                and told.account = :account
                -- As `who_is_told` asked then.
                and account.disabled_at is null
                and account.roles && told.roles
                and (account.sites = '{}' or account.sites && told.sites)
        )
        or (:is_owner and opening.account <> :account and glass.second_account is distinct from :account)
    )

-- name: listed_glasses(account, is_owner, is_own, machine_now, after, most)
-- One row per broken glass that somebody may know of, as `is_owner` of each, as `is_own` of their own alone: those whose
-- review is late first, then those that nobody has reviewed, then the rest, each the latest first. With `after`, those
-- that come after that one, which must be one of theirs.
with listed as (
    select
        opening.id,
        case
            when review.opening_id is not null then 2
            when glass.review_by < :machine_now then 0
            else 1
        end as turn
    from gate.glass
    inner join gate.opening on glass.opening_id = opening.id
    left join gate.glass_review as review on glass.opening_id = review.opening_id
    where
        opening.account = :account
        or (
            not :is_own
            and (
                :is_owner
                or exists (
                    select from gate.glass_told as told
                    inner join gate.account on told.account = account.name
                    where
                        told.opening_id = glass.opening_id
                        and told.account = :account
                        -- As `who_is_told` asked then.
                        and account.disabled_at is null
                        and account.roles && told.roles
                        and (account.sites = '{}' or account.sites && told.sites)
                )
            )
        )
)

select listed.id
from listed
where
    :after::uuid is null
    or exists (
        select from listed as last
        where
            last.id = :after::uuid
            and (listed.turn > last.turn or (listed.turn = last.turn and listed.id < last.id))
    )
order by listed.turn asc, listed.id desc
limit :most

-- name: broken_glasses(opening_ids, since, account, organisation)
-- One row per glass that was broken, the latest first: those; those of an account since a machine instant; or of anybody
-- since then, and all that nobody has reviewed.
select
    opening.id,
    opening.account,
    opening.organisation,
    opening.digest,
    opening.name,
    opening.opened_at,
    opening.closes_at,
    opening.machine_opened_at,
    opening.machine_closes_at,
    opening.closed_at,
    glass.reason,
    glass.incident,
    glass.second_account,
    glass.review_by,
    glass.recorded_in,
    review.outcome,
    review.reviewed_by,
    review.reviewed_at,
    array(
        select told.account from gate.glass_told as told
        where told.opening_id = opening.id
        order by told.account
    ) as told
from gate.glass
inner join gate.opening on glass.opening_id = opening.id
left join gate.glass_review as review on glass.opening_id = review.opening_id
where
    glass.opening_id = any(:opening_ids::uuid[])
    or (
        opening.machine_opened_at > :since::timestamptz
        and (
            :account::text is null
            or (opening.account = :account::text and opening.organisation = :organisation::text)
        )
    )
    or (:since::timestamptz is not null and :account::text is null and review.opening_id is null)
order by opening.machine_opened_at desc, opening.id desc
