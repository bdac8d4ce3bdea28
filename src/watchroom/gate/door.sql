-- name: open_reading()
-- It waits for a batch that has its date and is being committed (`seal`), and for nothing longer: the lock is given back
-- before it looks, and whoever holds it has ended or was ended by then. The transaction then sees one state of the record, however many questions it asks.
set local lock_timeout = '5s';
lock table ingest.dating in row share mode;
commit;
begin isolation level repeatable read

-- name: last_sealed()
-- The last sealed sequence of that state and its instant; no row: nothing is known.
select
    sealed.seq,
    sealed.sealed_at
from ingest.sealed
order by sealed.seq desc
limit 1

-- name: hear_of_revokes()
-- No row: looking the name up is what matters; nothing but a name that everyone may look up.
select from pg_catalog.pg_database where false

-- name: leave_audience()
-- Be the app again.
set local role none

-- name: frame_reading(search_path, workers, statement, lock, idle)
-- One row: how this transaction reads, until it ends. Times in milliseconds.
select
    set_config('search_path', :search_path::text, true),
    set_config('statement_timeout', :statement::text, true),
    set_config('lock_timeout', :lock::text, true),
    set_config('idle_in_transaction_session_timeout', :idle::text, true),
    set_config('max_parallel_workers_per_gather', :workers::text, true),
    set_config('watchroom.backend', pg_backend_pid()::text, true),
    set_config('jit', 'off', true),
    set_config('enable_nestloop', 'off', true),
    set_config('plan_cache_mode', 'force_generic_plan', true)

-- name: note_asking(audience, asker, organisation, sites, units, as_of_seq, as_of_at, node_now, today)
-- The facts about the asker, for this transaction alone.
insert into gate.asking (
    backend_pid, xact, audience, asker, organisation, sites, units, as_of_seq, as_of_at, node_now, today
) values (
    pg_backend_pid(), pg_current_xact_id(), :audience::text, :asker::text, :organisation::text,
    :sites::text[], :units::text[],
    :as_of_seq::bigint, :as_of_at::timestamptz, :node_now::timestamptz, :today::date
)
on conflict (backend_pid) do update set
    hidden_people = case when asking.xact = excluded.xact then asking.hidden_people end,
    hidden_cases = case when asking.xact = excluded.xact then asking.hidden_cases end,
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
    today = excluded.today

-- name: note_hidden(asker, organisation)
-- Whom no row may name to this asker, and which cases are theirs, worked out once for this transaction: those whom an
-- exclusion hides from all, those who are restricted and do not admit them, their own person and kin.
with own as (
    select account_person.person_id
    from gate.account_person
    inner join gate.account on account_person.account = account.name
    where account.name = :asker and account.organisation = :organisation and account_person.ended_at is null
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
                and account.name = :asker
                and account.organisation = :organisation
        )
),
hidden as (
    select hidden_people.id from hidden_people
    union all
    select restricted.person_id from restricted
    union all
    select own.person_id from own
)
update gate.asking
set
    hidden_people = (select coalesce(array_agg(distinct hidden.id order by hidden.id), '{}') from hidden),
    hidden_cases = case
        when exists (select from own)
            then (select coalesce(array_agg(distinct own_cases.id order by own_cases.id), '{}') from own_cases)
        else '{}'
    end
where asking.backend_pid = pg_backend_pid()

-- name: note_people(facts)
-- The people to whom the asker has a relation, worked out once for this transaction, as far as a clause names it.
with found as (
    select
        own_people.fact,
        array_agg(distinct own_people.id order by own_people.id) as ids
    from own_people
    group by own_people.fact
)
update gate.asking
set
    my_caseload = case
        when 'my_caseload' = any(:facts::text[])
            then coalesce((select found.ids from found where found.fact = 'my_caseload'), '{}')
    end,
    my_people_in_custody = case
        when 'my_people_in_custody' = any(:facts::text[])
            then coalesce((select found.ids from found where found.fact = 'my_people_in_custody'), '{}')
    end,
    my_recent_people = case
        when 'my_recent_people' = any(:facts::text[])
            then coalesce((select found.ids from found where found.fact = 'my_recent_people'), '{}')
    end
where asking.backend_pid = pg_backend_pid()

-- name: note_rooms()
-- The cases whose room is open, by the node's clock, and of which the asker is a member, worked out once for this read.
update gate.asking
set
    my_case_rooms = (
        select coalesce(array_agg(distinct case_room.case_reference order by case_room.case_reference), '{}')
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
where asking.backend_pid = pg_backend_pid()

-- name: become_audience(role)
-- From here on nothing can be read but what the audience sees.
select set_config('role', :role::text, true)
