-- One row per feature with what its properties say; those that a feed does not have are null.
create table said as
select
    p.OBJECT_MESSAGE as message,
    p.FEATURE_KEY as feature_key,
    max(p.VALUE) filter (where p.NAME = 'guid') as guid,
    max(p.VALUE) filter (where p.NAME = 'title') as title,
    max(p.VALUE) filter (where p.NAME = 'type') as type,
    max(p.VALUE) filter (where p.NAME = 'status') as status,
    max(p.VALUE) filter (where p.NAME = 'alert-level') as alert_level,
    max(p.VALUE) filter (where p.NAME = 'location') as location,
    max(p.VALUE) filter (where p.NAME = 'council-area') as council_area,
    max(p.VALUE) filter (where p.NAME = 'size') as size,
    max(p.VALUE) filter (where p.NAME = 'responsible-agency') as agency,
    max(p.VALUE) filter (where p.NAME = 'pub-date') as published,
    max(p.VALUE) filter (where p.NAME = 'updated') as updated
from FEATURE_PROPERTY as p
group by
    p.OBJECT_MESSAGE,
    p.FEATURE_KEY;

-- One row per feature: the key by which its incident is known, which stays the same from snapshot to snapshot.
create table named as
select
    f.source_row,
    coalesce(f.ID, said.guid) as incident_key,
    said.*
from FEATURE as f
left join said on f.OBJECT_KEY = said.feature_key and f.OBJECT_MESSAGE = said.message;

-- One row per incident: the last word on it in the delivery, unless what is known already is newer.
create table newest as
select named.*
from named
left join known_incident as known on named.incident_key = known.source_key
where
    named.incident_key is not null
    and not coalesce(offset_point(named.updated) < try_cast(known.updated_at as timestamptz), false)
qualify row_number() over (
    partition by named.incident_key order by offset_point(named.updated) desc nulls last, named.source_row desc
) = 1
