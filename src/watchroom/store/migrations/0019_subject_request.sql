-- People who asked who has looked at them, the drafts that officers drew for them, and the answers that were given.
-- Whom a request is about stands here as an id of the record and nothing else. Only added to.

create table audit.subject_request (
    id uuid primary key,
    person_id uuid not null,
    reference text not null check (reference ~ '^[A-Za-z0-9/._-]{1,30}$'),
    received_on date not null,
    opened_by text not null,
    opened_at timestamptz not null,
    recorded_in bigint not null check (recorded_in >= 0)
);
create index on audit.subject_request (received_on, id);
comment on table audit.subject_request is 'One request of a person for who has looked at them.';
comment on column audit.subject_request.reference is 'The agency''s own, as REQ-2026-014; it names nobody.';
comment on column audit.subject_request.received_on is 'Day of the node on which it came; the answer is due a month after.';
comment on column audit.subject_request.opened_at is 'Instant of the node''s clock.';
comment on column audit.subject_request.recorded_in is 'Index of the entry of the log that records it.';

create table audit.subject_step (
    number bigint generated always as identity primary key,
    request_id uuid not null references audit.subject_request (id),
    step text not null check (step in ('drawn', 'answered')),
    upto bigint not null check (upto >= 0),
    done_by text not null,
    done_at timestamptz not null,
    recorded_in bigint not null check (recorded_in >= 0)
);
create index on audit.subject_step (request_id, number);
comment on table audit.subject_step is 'A draft of an answer was drawn, or an answer was given.';
comment on column audit.subject_step.upto is 'Entries of the log below this index were looked through.';
comment on column audit.subject_step.done_at is 'Instant of the node''s clock.';
comment on column audit.subject_step.recorded_in is 'Index of the entry of the log that records the step.';

grant select, insert on audit.subject_request, audit.subject_step to :"audit";
