-- Changes are found by where they lie, or lay before: what a unit is told must not cost more as the agency grows.
-- One entity of one place, in order; a row that moved is found under the place that it left as well.

drop index ingest.change_entity;
drop index ingest.change_place;
drop index ingest.change_person;

create index change_unit on ingest.change (unit_code, entity, seq);
create index change_site on ingest.change (site_code, entity, seq);
create index change_unit_before on ingest.change ((before ->> 'unit_code'), entity, seq)
where before ->> 'unit_code' is not null;
create index change_site_before on ingest.change ((before ->> 'site_code'), entity, seq)
where before ->> 'site_code' is not null;
