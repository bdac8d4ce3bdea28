-- What was asked for, and what became of it.

-- name: requests(id, account, organisation, names, sites, person_id, stands_at, oldest, before, most)
-- One row per request, the latest first: that one, those of an account, those of these names at these sites, those about
-- a person; with `stands_at`, a machine instant, those alone that can still be decided or that are open then. An id
-- follows the machine time at which it was made, so it is the order, and `before` and `oldest` are places in it.
select
    request.id,
    request.asked_by,
    request.organisation,
    request.digest,
    request.name,
    request.person_id,
    request.site_code,
    request.purpose,
    request.reason,
    request.words,
    request.asked_at,
    request.answer_by,
    request.machine_asked_at,
    request.machine_answer_by,
    request.decision,
    request.decided_by,
    request.decided_at,
    request.answer,
    request.withdrawn_at,
    request.opening_id,
    opening.opened_at,
    opening.closes_at,
    opening.machine_opened_at,
    opening.machine_closes_at,
    opening.closed_at,
    opening.closed_by,
    request.words_erased_at,
    request.answer_erased_at
from gate.request
left join gate.opening on request.opening_id = opening.id
where
    (:id::uuid is null or request.id = :id::uuid)
    and (
        :account::text is null
        or (request.asked_by = :account::text and request.organisation = :organisation::text)
    )
    and (
        :names::text[] is null
        or (
            request.name = any(:names::text[])
            and request.site_code = any(:sites::text[])
        )
    )
    and (:person_id::uuid is null or request.person_id = :person_id::uuid)
    and (
        :stands_at::timestamptz is null
        or (
            request.withdrawn_at is null
            and (
                (request.decision is null and request.machine_answer_by > :stands_at::timestamptz)
                or (opening.closed_at is null and opening.machine_closes_at > :stands_at::timestamptz)
            )
        )
    )
    and (:oldest::uuid is null or request.id >= :oldest::uuid)
    and (:before::uuid is null or request.id < :before::uuid)
order by request.id desc
limit :most::bigint

-- name: lock_request(id)
-- One row where there is such a request; whoever else decides on it waits.
select request.id
from gate.request
where request.id = :id
for update

-- name: lock_requests()
-- Whoever asks waits for whoever asks: so nobody asks for the same twice at once. To read them needs no lock.
lock table gate.request in share row exclusive mode

-- name: enter_request(id, asked_by, organisation, digest, name, person_id, site_code, purpose, reason, words, asked_at, answer_by, machine_asked_at, machine_answer_by)
insert into gate.request (
    id, asked_by, organisation, digest, name, person_id, site_code, purpose, reason, words, asked_at, answer_by,
    machine_asked_at, machine_answer_by
) values (
    :id, :asked_by, :organisation, :digest, :name, :person_id, :site_code, :purpose, :reason, :words, :asked_at,
    :answer_by, :machine_asked_at, :machine_answer_by
)

-- name: decide_request(id, decision, decided_by, decided_at, answer, opening_id)
update gate.request
set
    decision = :decision,
    decided_by = :decided_by,
    decided_at = :decided_at,
    answer = :answer,
    opening_id = :opening_id
where request.id = :id and request.decision is null and request.withdrawn_at is null

-- name: withdraw_request(id, withdrawn_at)
update gate.request
set withdrawn_at = :withdrawn_at
where request.id = :id and request.decision is null and request.withdrawn_at is null

-- name: count_waiting(names, sites, account, organisation, now, machine_now)
-- One row: how many requests wait for somebody. Not counted is whom they may not meet in the record: nobody learns from
-- a number that somebody has asked about a person who is restricted, or is their own kin.
select count(*)
from gate.request
where
    request.name = any(:names::text[])
    and request.site_code = any(:sites::text[])
    and request.decision is null
    and request.withdrawn_at is null
    and (request.asked_by <> :account or request.organisation <> :organisation)
    and request.asked_at <= :now
    and request.answer_by > :now
    and request.machine_asked_at <= :machine_now
    and request.machine_answer_by > :machine_now
    and not exists (
        select from gate.account_person
        where
            account_person.account = :account
            and account_person.person_id = request.person_id
            and account_person.ended_at is null
    )
    and not exists (
        select from gate.restriction
        where
            restriction.person_id = request.person_id
            and restriction.lifted_at is null
            and not exists (
                select from gate.restriction_admits
                where restriction_admits.restriction_id = restriction.id and restriction_admits.account = :account
            )
    )
