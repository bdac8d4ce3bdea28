-- What somebody has asked to be shown of one person, and what was decided. Kept for ever; nothing of it is a record.

create table gate.request (
    id uuid primary key,
    asked_by text not null references gate.account (name),
    organisation text not null,
    digest text not null,
    name text not null,
    person_id uuid not null,
    site_code text not null,
    purpose text not null,
    reason text not null check (reason in ('care', 'safety', 'move', 'review', 'other')),
    words text not null,
    asked_at timestamptz not null,
    answer_by timestamptz not null check (answer_by > asked_at),
    machine_asked_at timestamptz not null,
    machine_answer_by timestamptz not null check (machine_answer_by > machine_asked_at),
    decision text check (decision in ('given', 'refused')),
    decided_by text references gate.account (name) check (decided_by <> asked_by),
    decided_at timestamptz,
    answer text,
    opening_id uuid references gate.opening (id),
    withdrawn_at timestamptz,
    check ((decision is null) = (decided_by is null)),
    check ((decision is null) = (decided_at is null)),
    check ((decision is null) = (answer is null)),
    check ((decision is not distinct from 'given') = (opening_id is not null)),
    check (decision is null or withdrawn_at is null)
);
create index request_of_account on gate.request (asked_by, asked_at);
create index request_undecided on gate.request (name) where decision is null and withdrawn_at is null;
comment on table gate.request is 'Something that somebody asks to be shown of one person, for a time. No audience may read it.';
comment on column gate.request.digest is 'Of the agreement under which it was asked; under another text it is given to nobody.';
comment on column gate.request.name is 'What is asked for, as `PRISON-CHARTER.1#request-medical-alert`.';
comment on column gate.request.site_code is 'Establishment of the person when it was asked, as the asker may see it.';
comment on column gate.request.words is 'Free words of the asker, for whoever decides; may be empty.';
comment on column gate.request.answer is 'Free words of whoever decided, for the asker; may be empty.';
comment on column gate.request.asked_at is 'Instant of the node; `machine_` is that of the machine, and it waits by both clocks or not at all.';
comment on column gate.request.withdrawn_at is 'Instant of the node.';

grant select on gate.request to :"app";
grant select, insert, update on gate.request to :"migrator";
