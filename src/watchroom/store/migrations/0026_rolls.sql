-- Rolls: what became of each snapshot that a source delivered, and by how much one may be shorter than the last.

alter table ingest.source add column shrinks_percent bigint not null default 10 check (shrinks_percent between 0 and 100);
comment on column ingest.source.shrinks_percent is 'A roll that lacks more of the last one than this share is held.';

create table ingest.roll (
    batch_id uuid primary key references ingest.batch (id),
    source_system text not null,
    day date not null,
    sha256 text not null,
    fingerprint text not null,
    row_count bigint not null,
    verdict text not null check (verdict in ('taken', 'stale', 'held'))
);
create index roll_source on ingest.roll (source_system, day);
comment on table ingest.roll is 'One snapshot of who stands in a roll, and what became of it.';
comment on column ingest.roll.day is 'The day that it is of, by the source''s own calendar.';
comment on column ingest.roll.fingerprint is 'Of its rows in no order; the same: the same rows.';

grant select, insert on ingest.roll to :"loader";
