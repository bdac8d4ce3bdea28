-- Whose an erased record was, so that a person can be let back whole; and who is in custody although they were erased.

alter table ingest.tombstone
add column person_ids uuid[] not null default '{}',
add column is_by_time boolean not null default false;
comment on column ingest.tombstone.person_ids is 'Ids of whom the record was about, which say nothing any more: a person is let back with what was theirs alone.';
comment on column ingest.tombstone.is_by_time is 'A rule of retention erased it: whoever comes into custody anew has a record anew, and what was erased stays away.';

alter table ingest.erased_name add column person_id uuid;
alter table ingest.erased_name drop constraint erased_name_pkey;
create unique index erased_name_of on ingest.erased_name (source_system, kind, digest, person_id) nulls not distinct;
create index erased_name_person on ingest.erased_name (person_id);
comment on column ingest.erased_name.person_id is 'Id of the person whose name it is, or whose thing; null: erased before that was kept, and of several people.';

-- Erased before this: a person by themselves, and all of an erasure of one person.
with alone as (
    select
        tombstone.erasure_id,
        (array_agg(tombstone.id))[1] as id
    from ingest.tombstone
    where tombstone.entity = 'person'
    group by tombstone.erasure_id
    having count(*) = 1
),

named as (
    update ingest.erased_name
    set person_id = alone.id
    from alone
    where erased_name.erasure_id = alone.erasure_id
)

update ingest.tombstone
set person_ids = array[case when tombstone.entity = 'person' then tombstone.id else alone.id end]
from (select distinct gone.erasure_id from ingest.tombstone as gone) as every_erasure
left join alone on every_erasure.erasure_id = alone.erasure_id
where
    tombstone.erasure_id = every_erasure.erasure_id
    and (tombstone.entity = 'person' or alone.id is not null);

update ingest.tombstone
set is_by_time = true
from ingest.erasure
where
    tombstone.erasure_id = erasure.id
    and starts_with(erasure.rule, 'retention: ');

create table ingest.unnamed (
    person_id uuid primary key,
    source_system text not null,
    since timestamptz not null
);
comment on table ingest.unnamed is 'Somebody who was erased and whom a source has in custody: their record holds a place and nothing else, and is hidden from everybody.';
comment on column ingest.unnamed.since is 'Node time at which a source first had them in custody after they were erased.';

grant update (lifted_at, lifted_by) on ingest.tombstone to :"loader";
grant delete on ingest.erased_name to :"loader";
grant select, insert on ingest.unnamed to :"loader";
-- A death that a batch tells of is held before anything can erase it.
grant insert on ingest.hold to :"loader";
grant usage on schema ingest to :"app";
grant select (person_id) on ingest.unnamed to :"app";
