-- name: people_of_number(number)
-- One row per person whom the record holds, or ever held, under a prison number.
select person.id
from record.person
where person.prison_number = :number
union
select person_history.id
from record.person_history
where person_history.prison_number = :number

-- name: person_of_id(person_id)
-- One row when the record holds, or ever held, that person.
select person.id
from record.person
where person.id = :person_id
union
select person_history.id
from record.person_history
where person_history.id = :person_id
