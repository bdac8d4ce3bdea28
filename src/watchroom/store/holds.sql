-- name: propose_holds(at, placed_by, seq)
-- A hold for each person of whose death the record tells, or ever told, and of whom there never was one for a death; of
-- one sealed sequence, of those of whom it says something. Whoever had any part in the report of a death is held.
with candidate as materialized (
    select change.person_id
    from ingest.change
    where change.seq = :seq and change.entity = any('{custody_episode,movement,incident_participant}')
    union
    select change.id
    from ingest.change
    where change.seq = :seq and change.entity = 'person'
    union
    select participant.person_id
    from ingest.change
    inner join record.incident_participant as participant on change.id = participant.incident_id
    where change.seq = :seq and change.entity = 'incident_report'
    union
    select person.id
    from record.person
    where :seq::bigint is null
    union
    select past.id
    from record.person_history as past
    where :seq::bigint is null
),

version as (
    select candidate.person_id
    from candidate
    inner join record.person on candidate.person_id = person.id
    where person.died_on is not null
    union
    select candidate.person_id
    from candidate
    inner join record.person_history as past on candidate.person_id = past.id
    where past.died_on is not null
    union
    select candidate.person_id
    from candidate
    inner join record.custody_episode as episode on candidate.person_id = episode.person_id
    where episode.status_reason_code = 'REL-DEC' or episode.legal_status_code = 'DEAD'
    union
    select candidate.person_id
    from candidate
    inner join record.custody_episode_history as past on candidate.person_id = past.person_id
    where past.status_reason_code = 'REL-DEC' or past.legal_status_code = 'DEAD'
    union
    select candidate.person_id
    from candidate
    inner join record.movement on candidate.person_id = movement.person_id
    where movement.reason_code = 'DEC'
    union
    select candidate.person_id
    from candidate
    inner join record.movement_history as past on candidate.person_id = past.person_id
    where past.reason_code = 'DEC'
    union
    select candidate.person_id
    from candidate
    inner join (
        select
            participant.person_id,
            participant.incident_id,
            participant.role_code,
            participant.outcome_code
        from record.incident_participant as participant
        union all
        select
            past.person_id,
            past.incident_id,
            past.role_code,
            past.outcome_code
        from record.incident_participant_history as past
    ) as part on candidate.person_id = part.person_id
    where
        part.role_code = 'DECEASED'
        or part.outcome_code = 'DEATH'
        or exists (
            select
            from record.incident_report as report
            where report.id = part.incident_id and report.type_code = 'DEATH_PRISONER'
        )
        or exists (
            select
            from record.incident_report_history as past
            where past.id = part.incident_id and past.type_code = 'DEATH_PRISONER'
        )
)

insert into ingest.hold (id, kind, person_id, authority, reason, placed_at, placed_by, is_by_itself)
select
    uuidv7(),
    'death_in_custody',
    version.person_id,
    'the record',
    '',
    :at,
    :placed_by,
    true
from version
where
    not exists (
        select
        from ingest.hold as known
        where known.person_id = version.person_id and known.kind = 'death_in_custody'
    )
returning person_id

-- name: deaths_told(people)
-- One row per record that tells, or told, of the death of one of these people; by the same words as `propose_holds`.
select
    person.id as person_id,
    'person' as entity,
    person.id
from record.person
where person.id = any(:people::uuid[]) and person.died_on is not null
union
select
    past.id,
    'person',
    past.id
from record.person_history as past
where past.id = any(:people::uuid[]) and past.died_on is not null
union
select
    episode.person_id,
    'custody_episode',
    episode.id
from record.custody_episode as episode
where
    episode.person_id = any(:people::uuid[])
    and (episode.status_reason_code = 'REL-DEC' or episode.legal_status_code = 'DEAD')
union
select
    past.person_id,
    'custody_episode',
    past.id
from record.custody_episode_history as past
where
    past.person_id = any(:people::uuid[])
    and (past.status_reason_code = 'REL-DEC' or past.legal_status_code = 'DEAD')
union
select
    movement.person_id,
    'movement',
    movement.id
from record.movement
where movement.person_id = any(:people::uuid[]) and movement.reason_code = 'DEC'
union
select
    past.person_id,
    'movement',
    past.id
from record.movement_history as past
where past.person_id = any(:people::uuid[]) and past.reason_code = 'DEC'
union
select
    part.person_id,
    'incident_participant',
    part.id
from (
    select
        participant.person_id,
        participant.id,
        participant.incident_id,
        participant.role_code,
        participant.outcome_code
    from record.incident_participant as participant
    union all
    select
        past.person_id,
        past.id,
        past.incident_id,
        past.role_code,
        past.outcome_code
    from record.incident_participant_history as past
) as part
where
    part.person_id = any(:people::uuid[])
    and (
        part.role_code = 'DECEASED'
        or part.outcome_code = 'DEATH'
        or exists (
            select
            from record.incident_report as report
            where report.id = part.incident_id and report.type_code = 'DEATH_PRISONER'
        )
        or exists (
            select
            from record.incident_report_history as past
            where past.id = part.incident_id and past.type_code = 'DEATH_PRISONER'
        )
    )
order by person_id asc, entity asc, id asc

-- name: place_hold(id, kind, person_id, entity, record_id, authority, reason, at, placed_by, until_at)
insert into ingest.hold
    (id, kind, person_id, entity, record_id, authority, reason, placed_at, placed_by, until_at)
values
    (:id, :kind, :person_id, :entity, :record_id, :authority, :reason, :at, :placed_by, :until_at)

-- name: lift_hold(id, at, lifted_by, lift_reason)
-- No row where there is no such hold, or it was lifted already.
update ingest.hold
set lifted_at = :at, lifted_by = :lifted_by, lift_reason = :lift_reason
where hold.id = :id and hold.lifted_at is null
returning hold.person_id

-- name: holds(at)
-- One row per hold, those in force first.
select
    hold.id,
    hold.kind,
    hold.person_id,
    hold.entity,
    hold.record_id,
    hold.authority,
    hold.reason,
    hold.placed_at,
    hold.placed_by,
    hold.until_at,
    hold.lifted_at,
    hold.lifted_by,
    hold.lift_reason,
    hold.is_by_itself,
    hold.lifted_at is null and (hold.until_at is null or hold.until_at > :at) as is_in_force
from ingest.hold
order by is_in_force desc, hold.placed_at asc, hold.id asc

-- name: lifted_by(account)
-- One row per hold that an account lifted.
select hold.id
from ingest.hold
where hold.lifted_by = :account

-- name: any_placed()
-- One row: whether anybody placed or lifted a hold.
select
    exists (
        select
        from ingest.hold
        where not hold.is_by_itself or hold.lifted_at is not null
    )

-- name: keep_hold(id, kind, person_id, entity, record_id, authority, at, placed_by, until_at, lifted_at, lifted_by)
-- A hold that the list outside the database holds; whether it was lifted since is said too.
insert into ingest.hold
    (id, kind, person_id, entity, record_id, authority, reason, placed_at, placed_by, until_at, lifted_at, lifted_by)
values
    (:id, :kind, :person_id, :entity, :record_id, :authority, '', :at, :placed_by, :until_at, :lifted_at, :lifted_by)
on conflict (id) do update
    set lifted_at = excluded.lifted_at, lifted_by = excluded.lifted_by
    where hold.lifted_at is null
