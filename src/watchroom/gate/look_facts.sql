-- name: find_stays()
-- Where those who were looked at were in custody, by when the record knew of it.
create temporary table stay on commit drop as
select
    v.person_id,
    v.site_code,
    v.unit_code,
    v.known_from,
    v.known_to
from (
    select
        e.person_id,
        e.site_code,
        e.unit_code,
        e.recorded_from as known_from,
        'infinity'::timestamptz as known_to
    from record.custody_episode as e
    where e.is_active
    union all
    select
        h.person_id,
        h.site_code,
        h.unit_code,
        h.recorded_from,
        h.recorded_to
    from record.custody_episode_history as h
    where h.is_active
) as v
where v.person_id in (select pair.person_id from pg_temp.pair);
create index on pg_temp.stay (person_id);
analyze pg_temp.stay

-- name: find_relations(margin_minutes)
-- For each look the latest instant, up to it, at which the record knew of a relation: the person was on a unit of the
-- account, at an establishment of an account without units, where its rota put it then, or had it as key worker.
create temporary table relation on commit drop as
select
    r.index,
    r.person_id,
    max(r.last_at) as last_at,
    bool_or(r.is_here) as is_here
from (
    select
        look.index,
        look.person_id,
        case
            when
                stay.unit_code = any(staff.units)
                or (cardinality(staff.units) = 0 and stay.site_code = any(staff.sites))
                then least(stay.known_to, look.at)
            when
                stay.known_to > look.at
                and exists (
                    select
                    from pg_temp.shift
                    where
                        shift.account = look.account
                        and shift.site_code = stay.site_code
                        and (shift.unit_code is null or shift.unit_code = stay.unit_code)
                        and look.at >= shift.from_at - make_interval(mins => :margin_minutes)
                        and look.at < shift.to_at + make_interval(mins => :margin_minutes)
                )
                then look.at
        end as last_at,
        stay.known_to > look.at
        and (
            stay.site_code = any(staff.sites)
            or exists (select from unnest(staff.units) as unit (path) where split_part(unit.path, '-', 1) = stay.site_code)
        ) as is_here
    from pg_temp.look
    inner join pg_temp.staff on look.account = staff.account
    inner join pg_temp.stay on look.person_id = stay.person_id and look.at >= stay.known_from
    union all
    select
        look.index,
        look.person_id,
        least(k.known_to, look.at),
        false
    from pg_temp.look
    inner join pg_temp.staff_name on look.account = staff_name.account
    inner join (
        select
            w.person_id,
            w.source_system,
            w.staff_reference,
            w.recorded_from as known_from,
            'infinity'::timestamptz as known_to
        from record.key_worker as w
        where w.is_active
        union all
        select
            h.person_id,
            h.source_system,
            h.staff_reference,
            h.recorded_from,
            h.recorded_to
        from record.key_worker_history as h
        where h.is_active
    ) as k
        on
            look.person_id = k.person_id
            and staff_name.source_system = k.source_system
            and staff_name.staff_reference = k.staff_reference
            and look.at >= k.known_from
) as r
group by r.index, r.person_id;
analyze pg_temp.relation

-- name: find_names()
-- Pairs with one family name in common: of the account by a source of staff, by its own person, or by a mark; of the
-- person looked at by the present name or any other one. How many people of the record carry it now.
create temporary table own_name on commit drop as
select distinct
    s.account,
    store.name_key(s.word) as name_key
from (
    select
        staff_name.account,
        (regexp_match(w.staff_name, '(\S+)\s*$'))[1] as word
    from pg_temp.staff_name
    inner join record.key_worker as w
        on staff_name.source_system = w.source_system and staff_name.staff_reference = w.staff_reference
    union all
    select
        party.account,
        p.family_name
    from pg_temp.party
    inner join record.person as p on party.person_id = p.id
    where party.relation = 'self'
) as s
where s.word is not null;
create temporary table looked_name on commit drop as
select
    n.person_id,
    store.name_key(n.family_name) as name_key,
    bool_or(n.is_present) as is_present
from (
    select
        p.id as person_id,
        p.family_name,
        true as is_present
    from record.person as p
    union all
    select
        h.id,
        h.family_name,
        false
    from record.person_history as h
    union all
    select
        o.person_id,
        o.family_name,
        false
    from record.person_name as o
) as n
where n.person_id in (select pair.person_id from pg_temp.pair) and store.name_key(n.family_name) <> ''
group by n.person_id, store.name_key(n.family_name);
analyze pg_temp.looked_name;
create temporary table namesake on commit drop as
select
    pair.account,
    pair.person_id,
    looked_name.name_key,
    looked_name.is_present
from pg_temp.pair
inner join pg_temp.looked_name on pair.person_id = looked_name.person_id
where
    exists (
        select
        from pg_temp.own_name
        where own_name.account = pair.account and own_name.name_key = looked_name.name_key
    )
    or exists (
        select
        from pg_temp.mark
        where
            mark.account = pair.account
            and mark.kind = 'family_name'
            and mark.hash = sha256(mark.salt || convert_to(looked_name.name_key, 'UTF8'))
    );
create temporary table carriers on commit drop as
select
    store.name_key(p.family_name) as name_key,
    count(*) as number
from record.person as p
where store.name_key(p.family_name) in (select namesake.name_key from pg_temp.namesake)
group by store.name_key(p.family_name)

-- name: find_neighbours()
-- Pairs with one postcode in common: of the account by a mark or its own person.
create temporary table looked_postcode on commit drop as
select distinct
    a.person_id,
    store.postcode_key(a.postal_code) as postcode_key
from (
    select
        n.person_id,
        n.postal_code
    from record.address as n
    union all
    select
        h.person_id,
        h.postal_code
    from record.address_history as h
) as a
where
    a.person_id in (select pair.person_id from pg_temp.pair union all select party.person_id from pg_temp.party)
    and store.postcode_key(a.postal_code) <> '';
create temporary table neighbour on commit drop as
select distinct
    pair.account,
    pair.person_id
from pg_temp.pair
inner join pg_temp.looked_postcode on pair.person_id = looked_postcode.person_id
where
    exists (
        select
        from pg_temp.mark
        where
            mark.account = pair.account
            and mark.kind = 'postcode'
            and mark.hash = sha256(mark.salt || convert_to(looked_postcode.postcode_key, 'UTF8'))
    )
    or exists (
        select
        from pg_temp.party
        inner join pg_temp.looked_postcode as own on party.person_id = own.person_id
        where
            party.account = pair.account
            and party.relation = 'self'
            and own.postcode_key = looked_postcode.postcode_key
    )

-- name: find_news(news_hours)
-- Looks at somebody of whom something happened shortly before: an incident, a move, an alert.
create temporary table newsworthy on commit drop as
select distinct
    look.index,
    look.person_id
from pg_temp.look
inner join (
    select
        m.person_id,
        m.moved_at as at
    from record.movement as m
    union all
    select
        i.person_id,
        r.occurred_at
    from record.incident_participant as i
    inner join record.incident_report as r on i.incident_id = r.id
    union all
    select
        a.person_id,
        a.recorded_from
    from record.alert as a
    where a.active_from >= a.recorded_from::date - 1
) as n
    on
        look.person_id = n.person_id
        and n.at <= look.at
        and n.at >= look.at - make_interval(hours => :news_hours)

-- name: find_bursts(burst_people, burst_times)
-- Each ten minutes of an account in which it looked at many different people, with its own usual number: the median of
-- all its ten minutes with a look.
create temporary table spell on commit drop as
select
    look.account,
    date_bin('10 minutes', look.at, 'epoch') as begun,
    count(distinct look.person_id) as people
from pg_temp.look
group by look.account, date_bin('10 minutes', look.at, 'epoch');
create temporary table burst on commit drop as
select
    spell.account,
    spell.begun,
    spell.people,
    usual.people as usual
from pg_temp.spell
inner join (
    select
        each.account,
        percentile_disc(0.5) within group (order by each.people) as people
    from pg_temp.spell as each
    group by each.account
) as usual on spell.account = usual.account
where spell.people >= :burst_people and spell.people >= :burst_times * usual.people

-- name: count_looks()
-- One row: how many looks there are, after those of nobody of this node were left out.
select count(*)
from pg_temp.look

-- name: looks_with_facts(grace_hours, margin_minutes)
-- One row per look of which any fact could stand out; the others are those at people to whom the account had a relation.
select
    look.index,
    look.at,
    look.account,
    look.person_id,
    look.shown > 0 as was_shown,
    cardinality(staff.sites) + cardinality(staff.units) > 0 as has_place,
    relation.last_at,
    coalesce(relation.is_here, false) as is_here,
    newsworthy.index is not null as has_news,
    namesake.is_present as is_present_name,
    carriers.number as carriers,
    neighbour.account is not null as is_neighbour,
    party.account is not null as is_colleague,
    coalesce(restricted.is_kept, false) as is_restricted,
    rota.is_known as has_rota,
    rota.is_on as is_on_rota,
    burst.people as burst_people,
    burst.usual as burst_usual
from pg_temp.look
inner join pg_temp.staff on look.account = staff.account
left join pg_temp.relation on look.index = relation.index and look.person_id = relation.person_id
left join pg_temp.newsworthy on look.index = newsworthy.index and look.person_id = newsworthy.person_id
left join (
    select
        n.account,
        n.person_id,
        bool_or(n.is_present) as is_present,
        min(n.name_key) as name_key
    from pg_temp.namesake as n
    group by n.account, n.person_id
) as namesake on look.account = namesake.account and look.person_id = namesake.person_id
left join pg_temp.carriers on namesake.name_key = carriers.name_key
left join pg_temp.neighbour on look.account = neighbour.account and look.person_id = neighbour.person_id
left join (
    select
        p.person_id,
        min(p.account) as account
    from pg_temp.party as p
    group by p.person_id
) as party on look.person_id = party.person_id
left join lateral (
    select bool_and(r.account is distinct from look.account) as is_kept
    from pg_temp.restricted as r
    -- Whoever looked before the person was hidden did what a clause allowed: it is no look at a hidden person.
    where r.person_id = look.person_id and r.since <= look.machine_at
) as restricted on true
left join lateral (
    select
        count(*) > 0 as is_known,
        coalesce(
            bool_or(
                look.at >= s.from_at - make_interval(mins => :margin_minutes)
                and look.at < s.to_at + make_interval(mins => :margin_minutes)
            ),
            false
        ) as is_on
    from pg_temp.shift as s
    where
        s.account = look.account
        and s.from_at between look.at - interval '4 days' and look.at + interval '4 days'
) as rota on true
left join pg_temp.burst
    on look.account = burst.account and date_bin('10 minutes', look.at, 'epoch') = burst.begun
where
    relation.last_at is null
    or relation.last_at < look.at - make_interval(hours => :grace_hours)
    or namesake.account is not null
    or neighbour.account is not null
    or party.account is not null
    or restricted.is_kept
    or (rota.is_known and not rota.is_on)
    or burst.account is not null
order by look.index asc, look.person_id asc
