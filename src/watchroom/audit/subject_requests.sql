-- name: add_request(id, person_id, reference, received_on, opened_by, opened_at, recorded_in)
insert into audit.subject_request (id, person_id, reference, received_on, opened_by, opened_at, recorded_in)
values (:id, :person_id, :reference, :received_on, :opened_by, :opened_at, :recorded_in)

-- name: add_step(request_id, step, upto, done_by, done_at, recorded_in)
insert into audit.subject_step (request_id, step, upto, done_by, done_at, recorded_in)
values (:request_id, :step, :upto, :done_by, :done_at, :recorded_in)

-- name: requests(hidden, before, most)
-- One row per request that is about nobody who is hidden from the officer, the one that came last first; with `before`, of those
-- that come after that one in this order.
select
    subject_request.id,
    subject_request.person_id,
    subject_request.reference,
    subject_request.received_on,
    subject_request.opened_by,
    subject_request.opened_at
from audit.subject_request
where
    subject_request.person_id <> all(:hidden::uuid[])
    and (
        :before::uuid is null
        or (subject_request.received_on, subject_request.id) < (
            select
                last.received_on,
                last.id
            from audit.subject_request as last
            where last.id = :before::uuid and last.person_id <> all(:hidden::uuid[])
        )
    )
order by subject_request.received_on desc, subject_request.id desc
limit :most

-- name: owed_since(hidden)
-- One row per request, about nobody who is hidden from the officer, that has no answer yet: the day on which it came.
select subject_request.received_on
from audit.subject_request
where
    subject_request.person_id <> all(:hidden::uuid[])
    and not exists (
        select from audit.subject_step
        where subject_step.request_id = subject_request.id and subject_step.step = 'answered'
    )
order by subject_request.received_on asc, subject_request.id asc

-- name: request(id)
-- One row: the request of that id.
select
    subject_request.id,
    subject_request.person_id,
    subject_request.reference,
    subject_request.received_on,
    subject_request.opened_by,
    subject_request.opened_at
from audit.subject_request
where subject_request.id = :id

-- name: steps(request_ids)
-- One row per step of these requests, the first one first.
select
    subject_step.request_id,
    subject_step.step,
    subject_step.upto,
    subject_step.done_by,
    subject_step.done_at
from audit.subject_step
where subject_step.request_id = any(:request_ids)
order by subject_step.number asc
