-- name: open_room(id, case_reference, opens_at, closes_at, opened_at, opened_by)
-- One row: the id of the room; none when the case has one that nobody has closed.
insert into gate.case_room (id, case_reference, opens_at, closes_at, opened_at, opened_by)
values (:id, :case_reference, :opens_at, :closes_at, :opened_at, :opened_by)
on conflict (case_reference) where closed_at is null do nothing
returning case_room.id

-- name: end_past_rooms(case_reference, now, closed_at)
-- A room whose time is over makes way for another one of its case; nobody has closed it.
update gate.case_room
set closed_at = :closed_at
where case_room.case_reference = :case_reference and case_room.closed_at is null and case_room.closes_at <= :now

-- name: room_of(case_reference)
-- One row: the room of a case that nobody has closed, and until when it is open.
select
    case_room.id,
    case_room.closes_at
from gate.case_room
where case_room.case_reference = :case_reference and case_room.closed_at is null

-- name: account_of(organisation, account)
-- One row when there is such an account of that organisation here.
select 1
from gate.account
where account.name = :account and account.organisation = :organisation

-- name: admit_member(room_id, organisation, account, admitted_at, admitted_by)
-- One row when they were not in it.
insert into gate.case_room_member (room_id, organisation, account, admitted_at, admitted_by)
values (:room_id, :organisation, :account, :admitted_at, :admitted_by)
on conflict (room_id, organisation, account) do update
set admitted_at = excluded.admitted_at, admitted_by = excluded.admitted_by, left_at = null
where case_room_member.left_at is not null
returning case_room_member.account

-- name: leave_room(room_id, organisation, account, left_at)
-- One row when they were in it.
update gate.case_room_member
set left_at = :left_at
where
    case_room_member.room_id = :room_id
    and case_room_member.organisation = :organisation
    and case_room_member.account = :account
    and case_room_member.left_at is null
returning case_room_member.account

-- name: close_room(room_id, closed_at, closed_by)
update gate.case_room
set closed_at = :closed_at, closed_by = :closed_by
where case_room.id = :room_id and case_room.closed_at is null
