-- What was decided of a value that is in no code list can be taken back: it waits again, and who did it stays told.

alter table ingest.code_decision drop constraint code_decision_state_check;
alter table ingest.code_decision
    add constraint code_decision_state_check check (state in ('open', 'mapped', 'own', 'ignored'));
