-- name: make_await_batch()
-- It waits for a batch that has its date and is being committed (`seal`), and keeps no lock: that of a part of a
-- transaction which is undone is given back at once.
create function {schema}.await_batch() returns void
language plpgsql security definer set search_path = pg_catalog
as $$
begin
    lock table ingest.dating in row share mode;
    raise exception using errcode = 'WR001';
exception when sqlstate 'WR001' then
    return;
end
$$

-- name: make_begin_reading()
-- One row: the last sealed sequence and its instant, null when nothing is known; this transaction, for which facts are
-- vouched; at which turn the openings are, null where the audience may be given nothing, as `suspended` tells it.
-- INVARIANT: from here to its end the read holds the audience, and whoever drops audiences asks for the same lock. It
-- waits for nobody: an audience that is being dropped is as good as gone.
create function {schema}.begin_reading(
    out seq bigint, out sealed_at timestamptz, out xact text, out turn uuid
)
language plpgsql security definer set search_path = pg_catalog
as $$
begin
    if not pg_try_advisory_xact_lock_shared(hashtextextended({audience}, 20261128)) then
        raise exception 'the audience is being dropped' using errcode = 'WR002';
    end if;
    xact = pg_current_xact_id()::text;
    select opening_turn.turn
    into begin_reading.turn
    from gate.opening_turn
    where
        not exists (
            select from gate.suspension
            where
                suspension.policy_hash = {policy_hash}
                and suspension.organisation = {organisation}
                and suspension.purpose = {purpose}
                and suspension.roles <@ {roles}::text[]
        )
        and not exists (select from gate.policy where policy.policy_hash <> {policy_hash});
    select
        sealed.seq,
        sealed.sealed_at
    into begin_reading.seq, begin_reading.sealed_at
    from ingest.sealed
    order by sealed.seq desc
    limit 1;
end
$$

-- name: make_sequence_at()
-- The last sequence sealed at or before an instant; 0 when nothing was.
create function {schema}.sequence_at(instant timestamptz) returns bigint
language sql stable security definer set search_path = pg_catalog
return coalesce((
    select sealed.seq
    from ingest.sealed
    where sealed.sealed_at <= instant
    order by sealed.sealed_at desc, sealed.seq desc
    limit 1
), 0)

-- name: make_enter()
-- The facts about the asker, for this transaction and audience alone, and how it reads until it ends.
-- INVARIANT: whoever can call it is not believed. What is written was vouched for by the node's process for exactly
-- this transaction, whose number the server chose and never gives twice; sent again in it, it says the same again.
-- Whom and which records no row may name to this asker is worked out once for a transaction: those whom an exclusion hides
-- from all, those who are restricted and do not admit them, their own person and kin; records that are kept and not used
-- and do not admit them, and cases of theirs.
-- It gives, where the facts ask for that, the names of the entities of which a row of a place changed after a sequence, as
-- far as the audience is told of their changes; else null. By the same indexes as the change feed, and each with `limit`, so
-- that no look goes further than the first row. It is not told to whoever cannot have the facts vouched for: it is of all
-- rows, also of those that are hidden from the asker.
create function {schema}.enter(facts text, voucher bytea) returns text[]
language plpgsql security definer set search_path = pg_catalog
as $$
declare
    inner_key bytea;
    outer_key bytea;
    given jsonb;
    is_first boolean;
    is_in_record boolean;
    sought jsonb;
    changed text[];
begin
    select
        vouching.inner_key,
        vouching.outer_key
    into strict inner_key, outer_key
    from gate.vouching;
    -- Compared by digests, so that the time it takes tells nothing of the right one.
    if sha256(outer_key || voucher) is distinct from
        sha256(outer_key || sha256(outer_key || sha256(inner_key || convert_to(facts, 'UTF8'))))
    then
        raise exception 'the facts are not vouched for' using errcode = 'insufficient_privilege';
    end if;
    given = facts::jsonb;
    if (given ->> 'audience', given ->> 'xact') is distinct from ({audience}, pg_current_xact_id()::text) then
        raise exception 'the facts are of another read' using errcode = 'insufficient_privilege';
    end if;
    -- INVARIANT: the process knows the very views that are here, and not those of an audience of the same name that was
    -- dropped since. An audience of the past is entered without a beginning of its own, so it is held here as well.
    if
        not pg_try_advisory_xact_lock_shared(hashtextextended({audience}, 20261128))
        or (given ->> 'made_as')::bigint is distinct from to_regnamespace({schema_text})::oid::bigint
    then
        raise exception 'the audience was made again' using errcode = 'WR002';
    end if;

    perform
        set_config('statement_timeout', given ->> 'statement', true),
        set_config('lock_timeout', given ->> 'lock', true),
        set_config('idle_in_transaction_session_timeout', given ->> 'idle', true),
        set_config('max_parallel_workers_per_gather', {workers}, true),
        set_config('watchroom.backend', pg_backend_pid()::text, true),
        set_config('jit', 'off', true),
        set_config('enable_nestloop', 'off', true),
        set_config('plan_cache_mode', 'force_generic_plan', true);

    insert into gate.asking (
        backend_pid, xact, audience, asker, organisation, sites, units, as_of_seq, as_of_at, node_now, today,
        opened_names, opened_people
    ) values (
        pg_backend_pid(), pg_current_xact_id(), {audience}, given ->> 'asker', given ->> 'organisation',
        array(select jsonb_array_elements_text(given -> 'sites')),
        array(select jsonb_array_elements_text(given -> 'units')),
        (given ->> 'as_of_seq')::bigint, (given ->> 'as_of_at')::timestamptz,
        (given ->> 'node_now')::timestamptz, (given ->> 'today')::date,
        array(select jsonb_array_elements_text(given -> 'opened_names')),
        array(select jsonb_array_elements_text(given -> 'opened_people')::uuid)
    )
    on conflict (backend_pid) do update set
        hidden_people = case when asking.xact = excluded.xact then asking.hidden_people end,
        hidden_records = case when asking.xact = excluded.xact then asking.hidden_records end,
        xact = excluded.xact,
        audience = excluded.audience,
        my_caseload = case when asking.xact = excluded.xact then asking.my_caseload end,
        my_people_in_custody = case when asking.xact = excluded.xact then asking.my_people_in_custody end,
        my_recent_people = case when asking.xact = excluded.xact then asking.my_recent_people end,
        my_case_rooms = case when asking.xact = excluded.xact then asking.my_case_rooms end,
        asker = excluded.asker,
        organisation = excluded.organisation,
        sites = excluded.sites,
        units = excluded.units,
        as_of_seq = excluded.as_of_seq,
        as_of_at = excluded.as_of_at,
        node_now = excluded.node_now,
        today = excluded.today,
        opened_names = excluded.opened_names,
        opened_people = excluded.opened_people
    returning asking.hidden_people is null into is_first;

    sought = given -> 'changed';
    if sought is not null then
        select coalesce(array_agg(told.entity order by told.entity), array[]::text[])
        into changed
        from unnest({told}::text[]) as told(entity)
        where
            coalesce(
                (
                    select true from ingest.change as moved
                    where
                        moved.unit_code = sought ->> 'unit_code'
                        and moved.entity = told.entity
                        and moved.seq > (sought ->> 'after')::bigint
                    limit 1
                ),
                (
                    select true from ingest.change as moved
                    where
                        moved.before ->> 'unit_code' = sought ->> 'unit_code'
                        and moved.entity = told.entity
                        and moved.seq > (sought ->> 'after')::bigint
                    limit 1
                ),
                case when sought -> 'of_site' @> to_jsonb(told.entity) then (
                    select true from ingest.change as moved
                    where
                        moved.site_code = sought ->> 'site_code'
                        and moved.entity = told.entity
                        and moved.seq > (sought ->> 'after')::bigint
                    limit 1
                ) end,
                case when sought -> 'of_site' @> to_jsonb(told.entity) then (
                    select true from ingest.change as moved
                    where
                        moved.before ->> 'site_code' = sought ->> 'site_code'
                        and moved.entity = told.entity
                        and moved.seq > (sought ->> 'after')::bigint
                    limit 1
                ) end,
                false
            );
    end if;
    if not is_first then
        return changed;
    end if;

    with own as (
        select account_person.person_id
        from gate.account_person
        inner join gate.account on account_person.account = account.name
        where
            account.name = given ->> 'asker'
            and account.organisation = given ->> 'organisation'
            and account_person.ended_at is null
    ),
    restricted as (
        select restriction.person_id
        from gate.restriction
        where
            restriction.lifted_at is null
            and not exists (
                select from gate.restriction_admits
                inner join gate.account on restriction_admits.account = account.name
                where
                    restriction_admits.restriction_id = restriction.id
                    and account.name = given ->> 'asker'
                    and account.organisation = given ->> 'organisation'
            )
    ),
    hidden as (
        select hidden_people.id from {schema}.hidden_people
        union all
        select restricted.person_id from restricted
        union all
        select unnamed.person_id from ingest.unnamed
        union all
        select own.person_id from own
    )
    update gate.asking
    set
        hidden_people = (
            select coalesce(array_agg(distinct hidden.id order by hidden.id), array[]::uuid[]) from hidden
        ),
        hidden_records = (
            select coalesce(array_agg(distinct closed.id order by closed.id), array[]::uuid[])
            from (
                select record_restriction.record_id as id
                from gate.record_restriction
                where
                    record_restriction.lifted_at is null
                    and not exists (
                        select from gate.record_restriction_admits as admits
                        inner join gate.account on admits.account = account.name
                        where
                            admits.restriction_id = record_restriction.id
                            and account.name = given ->> 'asker'
                            and account.organisation = given ->> 'organisation'
                    )
            ) as closed
        )
    where asking.backend_pid = pg_backend_pid()
    returning exists (select from own) into is_in_record;

    -- Apart, because the plan is large: whoever is not in the record has no cases, and does not wait for it.
    if is_in_record then
        update gate.asking
        set
            hidden_records = (
                select coalesce(array_agg(distinct closed.id order by closed.id), array[]::uuid[])
                from (
                    select unnest(asking.hidden_records) as id
                    union all
                    select own_cases.id
                    from {schema}.own_cases
                ) as closed
            )
        where asking.backend_pid = pg_backend_pid();
    end if;

    -- The people to whom the asker has a relation, as far as a clause names it.
    if cardinality({people}::text[]) > 0 then
        with mine as (
            select
                own_people.fact,
                array_agg(distinct own_people.id order by own_people.id) as ids
            from {schema}.own_people
            group by own_people.fact
        )
        update gate.asking
        set
            my_caseload = case
                when 'my_caseload' = any({people}::text[])
                    then coalesce((select mine.ids from mine where mine.fact = 'my_caseload'), array[]::uuid[])
            end,
            my_people_in_custody = case
                when 'my_people_in_custody' = any({people}::text[])
                    then coalesce((select mine.ids from mine where mine.fact = 'my_people_in_custody'), array[]::uuid[])
            end,
            my_recent_people = case
                when 'my_recent_people' = any({people}::text[])
                    then coalesce((select mine.ids from mine where mine.fact = 'my_recent_people'), array[]::uuid[])
            end
        where asking.backend_pid = pg_backend_pid();
    end if;

    -- The cases whose room is open, by the node's clock, and of which the asker is a member.
    if {asks_rooms} then
        update gate.asking
        set
            my_case_rooms = (
                select coalesce(
                    array_agg(distinct case_room.case_reference order by case_room.case_reference), array[]::text[]
                )
                from gate.case_room
                inner join gate.case_room_member on case_room.id = case_room_member.room_id
                where
                    case_room_member.account = asking.asker
                    and case_room_member.organisation = asking.organisation
                    and case_room_member.left_at is null
                    and case_room.closed_at is null
                    and case_room.opens_at <= asking.node_now
                    and asking.node_now < case_room.closes_at
            )
        where asking.backend_pid = pg_backend_pid();
    end if;
    return changed;
end
$$

-- name: begin_reading()
-- What a connection may have kept of the read before is gone. Then it waits for a batch that is being committed, and for
-- nothing longer; the transaction after that sees one state of the record, however many questions it asks.
-- All in one journey.
begin;
reset session authorization;
reset role;
reset all;
close all;
unlisten *;
set local lock_timeout = '5s';
select {schema}.await_batch();
commit;
begin isolation level repeatable read;
select
    begun.seq,
    begun.sealed_at,
    begun.xact,
    begun.turn
from {schema}.begin_reading() as begun
