-- name: add_request(id, person_id, reference, received_on, opened_by, opened_at, recorded_in)
insert into audit.subject_request (id, person_id, reference, received_on, opened_by, opened_at, recorded_in)
values (:id, :person_id, :reference, :received_on, :opened_by, :opened_at, :recorded_in)

-- name: add_step(request_id, step, upto, done_by, done_at, recorded_in)
insert into audit.subject_step (request_id, step, upto, done_by, done_at, recorded_in)
values (:request_id, :step, :upto, :done_by, :done_at, :recorded_in)

-- name: requests()
-- One row per request, the one that came last first.
select
    subject_request.id,
    subject_request.person_id,
    subject_request.reference,
    subject_request.received_on,
    subject_request.opened_by,
    subject_request.opened_at
from audit.subject_request
order by subject_request.received_on desc, subject_request.id desc

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
