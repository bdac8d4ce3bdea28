-- name: forget_all_waiting(source_system)
-- Rows of a source that has ended, which waited for what no other source has.
delete from ingest.waiting
where waiting.source_system = :source_system

-- name: forget_all_rules(source_system)
-- By what a source that has ended named what others have; its next delivery enters it anew.
delete from ingest.reference_rule as rule
where rule.source_system = :source_system
