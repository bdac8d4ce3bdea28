-- name: bad()
-- One row per person.
select
    person.id as key,
    person.source_system
from record.person
where
    person.prison_number in (
        select other.prison_number
        from record.person as other
        group by other.source_system, other.prison_number
        having count(other.id) > 1
    )

-- name: counted()
select
    person.id as key,
    person.source_system
from record.person
