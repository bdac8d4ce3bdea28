-- Whoever looks whether an entry is in the log takes a turn, so that nothing that is on its way to it arrives later.

alter table audit.frontier add column turn bigint not null default 0;
comment on column audit.frontier.turn is 'How often somebody waited for all writers; a batch that was made before is not written after.';
