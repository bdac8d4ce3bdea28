-- Who may not be named today, worked out once per read; and changes found by entity, in order.

alter table gate.asking add column hidden_people uuid[], drop column clearances;
comment on column gate.asking.hidden_people is 'Persons whom an exclusion hides today, sorted; null: not worked out, nobody is shown.';

create index change_entity on ingest.change (entity, seq);
drop index ingest.change_seq;
