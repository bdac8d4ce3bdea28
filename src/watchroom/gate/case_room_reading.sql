-- name: cases_about(people)
-- One row per case to which something is, or ever was, brought about one of these people.
select case_contribution.case_reference
from record.case_contribution
where case_contribution.person_id = any(:people::uuid[])
union
select case_contribution_history.case_reference
from record.case_contribution_history
where case_contribution_history.person_id = any(:people::uuid[])

-- name: rooms(now, hidden, is_open, after, most)
-- One row per room of a case that is not hidden, those that are open first, of each kind the latest first; with how many
-- are in it. `after` and `is_open` are of the last row that was shown before; null: from the beginning.
with ranked as (
    select
        case_room.id,
        case_room.case_reference,
        case_room.opens_at,
        case_room.closes_at,
        case_room.opened_at,
        case_room.opened_by,
        case_room.closed_at,
        case_room.closed_by,
        case_room.closed_at is null and case_room.closes_at > :now as is_open
    from gate.case_room
    where not case_room.case_reference = any(:hidden::text[])
)
select
    ranked.id,
    ranked.case_reference,
    ranked.opens_at,
    ranked.closes_at,
    ranked.opened_at,
    ranked.opened_by,
    ranked.closed_at,
    ranked.closed_by,
    ranked.is_open,
    (
        select count(*)
        from gate.case_room_member as member
        where member.room_id = ranked.id and member.left_at is null
    ) as members
from ranked
where :after::uuid is null or (ranked.is_open, ranked.id) < (:is_open::boolean, :after::uuid)
order by ranked.is_open desc, ranked.id desc
limit :most

-- name: room(id, now, hidden)
-- One row, as `rooms` gives it; none: there is no such room, or its case is hidden.
select
    case_room.id,
    case_room.case_reference,
    case_room.opens_at,
    case_room.closes_at,
    case_room.opened_at,
    case_room.opened_by,
    case_room.closed_at,
    case_room.closed_by,
    case_room.closed_at is null and case_room.closes_at > :now as is_open,
    (
        select count(*)
        from gate.case_room_member as member
        where member.room_id = case_room.id and member.left_at is null
    ) as members
from gate.case_room
where case_room.id = :id and not case_room.case_reference = any(:hidden::text[])

-- name: members(room_id, begin, most)
-- So many rows, from a place on: one per account that is or was in a room, those that are first; of an account of this
-- node its roles, and whether it may sign in; null: it is no account of this node.
select
    member.organisation,
    member.account,
    member.admitted_at,
    member.admitted_by,
    member.left_at,
    account.roles,
    account.disabled_at is not null as is_disabled
from gate.case_room_member as member
left join gate.account on member.account = account.name and member.organisation = account.organisation
where member.room_id = :room_id
order by member.left_at is not null, member.organisation, member.account
offset :begin
limit :most

-- name: count_members(room_id)
-- One row: how many accounts are in a room, and how many were.
select
    count(*) filter (where member.left_at is null),
    count(*) filter (where member.left_at is not null)
from gate.case_room_member as member
where member.room_id = :room_id
