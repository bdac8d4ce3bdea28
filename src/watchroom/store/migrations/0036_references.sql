-- References beyond a source: by which identifiers a source names what others have, and rows that wait for it (ADR 42).

create table ingest.reference_rule (
    source_system text not null,
    agency_code text not null,
    target text not null,
    by_field text,
    makes boolean not null,
    entities text[] not null,
    is_settled boolean not null default false,
    primary key (source_system, target),
    check (by_field is not null or not makes)
);
comment on table ingest.reference_rule is 'By which field a source names rows of an entity that other sources of its agency have.';
comment on column ingest.reference_rule.by_field is 'Null: it names them by id, as staff do.';
comment on column ingest.reference_rule.makes is 'Its own rows of the entity are stand-ins: each ends when another source has the thing.';
comment on column ingest.reference_rule.entities is 'Entities of the source whose rows may name such rows.';
comment on column ingest.reference_rule.is_settled is 'What stood before the rule was there has been looked through.';

create table ingest.waiting (
    source_system text not null,
    entity text not null,
    source_key text not null,
    batch_id uuid not null,
    forms text[] not null,
    row jsonb not null,
    primary key (source_system, entity, source_key)
);
create index waiting_forms on ingest.waiting using gin (forms);
comment on table ingest.waiting is 'One row as it was staged that names what no source of the agency has, or several have; it is taken when one has it.';
comment on column ingest.waiting.batch_id is 'Of the delivery that gave it.';
comment on column ingest.waiting.forms is 'The identifiers that are not found, in the form in which they are compared.';

-- Those of a node that was made before: their people are looked through with the next batch.
insert into ingest.reference_rule (source_system, agency_code, target, by_field, makes, entities)
select
    source.name,
    source.agency_code,
    'person',
    case when source.kind <> 'staff' then 'prison_number' end,
    source.kind <> 'staff',
    case when source.kind = 'staff' then '{case_note,outbox_item}'::text[] else '{alert,movement}'::text[] end
from ingest.source
where source.kind = 'staff' or source.mapping = 'hmpps_event';

grant select, insert, update, delete on ingest.reference_rule, ingest.waiting to :"loader";
grant maintain on ingest.waiting to :"loader";
grant usage on schema gate to :"loader";
grant select (person_id, lifted_at) on gate.restriction to :"loader";
