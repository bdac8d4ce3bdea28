-- name: rules_of(agency_code)
-- One row per entity of which a source of the agency names rows of other sources.
select
    rule.source_system,
    rule.target,
    rule.by_field,
    rule.makes,
    rule.entities,
    rule.is_settled
from ingest.reference_rule as rule
where rule.agency_code = :agency_code
order by rule.source_system asc, rule.target asc

-- name: keep_rule(source_system, agency_code, target, by_field, makes, entities)
-- The rule of a source for an entity; what stood before it is to be looked through.
insert into ingest.reference_rule (source_system, agency_code, target, by_field, makes, entities)
values (:source_system, :agency_code, :target, :by_field, :makes, :entities)
on conflict (source_system, target) do update
set
    agency_code = excluded.agency_code,
    by_field = excluded.by_field,
    makes = excluded.makes,
    entities = excluded.entities,
    is_settled = false

-- name: forget_rules(source_system, targets)
-- The rules that the mapping of a source has no longer.
delete from ingest.reference_rule as rule
where rule.source_system = :source_system and rule.target <> all(:targets::text[])

-- name: settle_rules(agency_code)
-- What stood before the rules of an agency has been looked through.
update ingest.reference_rule as rule
set is_settled = true
where rule.agency_code = :agency_code and not rule.is_settled

-- name: forget_waiting(source_system, entity)
-- Rows that wait and that their source no longer gives.
delete from ingest.waiting
where waiting.source_system = :source_system and waiting.entity = :entity

-- name: waiting_for(forms)
-- One row per source, entity and batch of which rows wait for one of these identifiers, the earliest batch first.
select
    waiting.source_system,
    waiting.entity,
    waiting.batch_id
from ingest.waiting
where waiting.forms && :forms::text[]
group by waiting.source_system, waiting.entity, waiting.batch_id
order by waiting.batch_id asc, waiting.source_system asc, waiting.entity asc

-- name: forget_noted()
-- What was found wrong with the rows of the batch, once it was told.
delete from pg_temp.noted

-- name: found_forms()
-- The identifiers by which exactly one row is found by now.
select coalesce(array_agg(found.form), '{}')
from pg_temp.found
