-- name: somebody_with_a_need()
-- One row: somebody of whom the asker is told that there is a need of care, and not which.
select care_need.person_id
from care_need
order by care_need.person_id asc
limit 1
