-- name: vouching()
-- One row: the two keys.
select
    vouching.inner_key,
    vouching.outer_key
from gate.vouching
