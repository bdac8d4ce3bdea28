-- What was refused of a watched folder, so that it does not keep later ones waiting; tries are looked up by index.

create table ingest.refused_delivery (
    source_system text not null references ingest.source (name),
    sha256 text not null,
    name text not null,
    batch_id uuid not null references ingest.batch (id),
    code text not null,
    is_passed_over boolean not null,
    superseded_by uuid references ingest.batch (id),
    primary key (source_system, sha256)
);
comment on table ingest.refused_delivery is 'One delivery that was fetched and refused, so that it is not tried again by itself.';
comment on column ingest.refused_delivery.sha256 is 'Of the names and bytes of its files, or by which it is known at its place.';
comment on column ingest.refused_delivery.name is 'What it is called at its place; empty: several come under that name one after the other.';
comment on column ingest.refused_delivery.is_passed_over is 'It is a roll that says nothing new or cannot be trusted: the next one is taken.';
comment on column ingest.refused_delivery.superseded_by is 'The later whole delivery that was taken in its place; null: none was.';

create index fetch_try_heard on ingest.fetch_try (source_system, ended_at)
where outcome in ('taken', 'refused') or is_confirmed;
create index fetch_try_confirmed on ingest.fetch_try (source_system, began_at) where is_confirmed;

grant select, insert, update, delete on ingest.refused_delivery to :"loader";
