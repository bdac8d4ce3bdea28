-- What the choice of a post reads, through the gate.

-- name: roll_by_unit()
-- One row per unit of the asker's establishments, whole for everyone. A cell gives no more places than its maximum.
select
    roll.site_code,
    roll.unit_code,
    sum(roll.on_roll)::bigint as on_roll,
    sum(roll.in_now)::bigint as in_now,
    sum(roll.out_now)::bigint as out_now,
    sum(roll.no_cell)::bigint as no_cell,
    sum(roll.places)::bigint as places
from roll
where roll.counted = 'place'
group by roll.site_code, roll.unit_code
order by roll.site_code asc nulls last, roll.unit_code asc nulls last
