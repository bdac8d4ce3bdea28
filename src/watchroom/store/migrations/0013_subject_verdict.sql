-- What an officer decided of each entry of the log that names a person who asked: told to them, withheld, or neither
-- confirmed nor denied. Only added to; the latest verdict on an entry holds.

create table audit.subject_verdict (
    number bigint generated always as identity primary key,
    person_id uuid not null,
    entry_index bigint not null check (entry_index >= 0),
    verdict text not null check (verdict in ('released', 'withheld', 'neither')),
    ground text check (
        ground in ('inquiry', 'crime', 'public_security', 'national_security', 'rights_of_others')
    ),
    reason text not null check (reason <> ''),
    decided_by text not null,
    decided_at timestamptz not null default clock_timestamp(),
    recorded_in bigint not null check (recorded_in >= 0),
    check ((verdict = 'released') = (ground is null))
);
create index on audit.subject_verdict (person_id, entry_index, number);
comment on table audit.subject_verdict is 'A verdict of an officer on one entry of the log, for the person it names.';
comment on column audit.subject_verdict.ground is 'Which letter of s.45(4) DPA 2018; none where it is released.';
comment on column audit.subject_verdict.reason is 'The officer''s own words; kept apart from what is released.';
comment on column audit.subject_verdict.decided_at is 'Machine time.';
comment on column audit.subject_verdict.recorded_in is 'Index of the entry of the log that records the verdict.';

grant select, insert on audit.subject_verdict to :"audit";
