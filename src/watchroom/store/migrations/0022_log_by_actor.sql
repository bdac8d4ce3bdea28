-- Indexes by which the log is read at the pages of one's own work and of a broken glass, however long it is.

-- Keys of a header are sorted and quotes inside a value escaped, so the first such text is the actor's key and value.
create index entry_of_actor on audit.entry (substring(header from '("actor":"([^"\\]|\\.)*")'), index);
create index entry_of_export on audit.entry (index) where position('"act":"export"' in header) > 0;
create index entry_of_subject_access on audit.entry (index) where position('"entity":"subject_access"' in header) > 0;
create index body_of_opening on audit.body (index)
where position('"opened":"' in body) > 0 or position('"opening":"' in body) > 0;
