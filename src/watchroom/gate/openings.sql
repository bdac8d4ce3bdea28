-- name: open_now(machine_now)
-- One row per opening that nobody has closed and whose time is not over; the turn at which that is so, even for none.
select
    turned.turn,
    opening.id,
    opening.account,
    opening.organisation,
    opening.digest,
    opening.name,
    opening.person_id,
    opening.opened_at,
    opening.closes_at,
    opening.machine_opened_at,
    opening.machine_closes_at
from gate.opening_turn as turned
left join gate.opening as opening on opening.closed_at is null and opening.machine_closes_at > :machine_now
order by opening.opened_at asc, opening.id asc

-- name: enter_opening(id, account, organisation, digest, name, person_id, opened_at, closes_at, machine_opened_at, machine_closes_at)
insert into gate.opening (
    id, account, organisation, digest, name, person_id, opened_at, closes_at, machine_opened_at, machine_closes_at
) values (
    :id, :account, :organisation, :digest, :name, :person_id, :opened_at, :closes_at, :machine_opened_at,
    :machine_closes_at
)

-- name: close_opening(id, closed_at, closed_by)
-- One row where it was not closed before: its id.
update gate.opening
set closed_at = :closed_at, closed_by = :closed_by
where opening.id = :id and opening.closed_at is null
returning opening.id

-- name: turn_openings(turn)
-- After each change, in its transaction: every process compares it at its next read.
update gate.opening_turn set turn = :turn
