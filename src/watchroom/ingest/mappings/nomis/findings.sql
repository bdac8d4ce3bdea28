-- One row per disagreement between rows of the extract. Everything is loaded; what was found is said.
select o.source_table, o.source_row, 'ROOT_OFFENDER_ID' as field, 'reference_missing' as code
from OFFENDERS as o
where o.ROOT_OFFENDER_ID not in (select OFFENDER_ID from OFFENDERS)
union all
-- One person under two prison numbers.
select o.source_table, o.source_row, 'OFFENDER_ID_DISPLAY', 'conflicting_value'
from OFFENDERS as o
inner join offender on o.OFFENDER_ID = offender.offender_key
inner join name_in_use on offender.person_key = name_in_use.person_key
inner join OFFENDERS as in_use on name_in_use.offender_key = in_use.OFFENDER_ID
where o.OFFENDER_ID_DISPLAY <> in_use.OFFENDER_ID_DISPLAY
union all
-- One prison number for two persons.
select o.source_table, o.source_row, 'OFFENDER_ID_DISPLAY', 'conflicting_value'
from OFFENDERS as o
inner join offender on o.OFFENDER_ID = offender.offender_key
where o.OFFENDER_ID_DISPLAY in (
    select o.OFFENDER_ID_DISPLAY
    from OFFENDERS as o
    inner join offender on o.OFFENDER_ID = offender.offender_key
    group by o.OFFENDER_ID_DISPLAY
    having count(distinct offender.person_key) > 1
)
union all
select b.source_table, b.source_row, 'ROOT_OFFENDER_ID', 'conflicting_value'
from OFFENDER_BOOKINGS as b
inner join booking on b.OFFENDER_BOOK_ID = booking.booking_key
where b.ROOT_OFFENDER_ID <> booking.person_key
union all
-- A cell of another establishment than the one that holds the person.
select b.source_table, b.source_row, 'LIVING_UNIT_ID', 'conflicting_value'
from OFFENDER_BOOKINGS as b
inner join place on b.LIVING_UNIT_ID = place.location_key
where place.site_code <> b.AGY_LOC_ID
union all
-- More than one booking in force for a person.
select b.source_table, b.source_row, 'ACTIVE_FLAG', 'conflicting_value'
from OFFENDER_BOOKINGS as b
inner join booking on b.OFFENDER_BOOK_ID = booking.booking_key
where booking.is_active and not booking.is_current
union all
select m.source_table, m.source_row, 'MOVEMENT_DATE', 'conflicting_value'
from OFFENDER_EXTERNAL_MOVEMENTS as m
where parse_day(m.MOVEMENT_DATE) <> parse_day(m.MOVEMENT_TIME)
union all
select c.source_table, c.source_row, 'EVENT_DATE', 'conflicting_value'
from COURT_EVENTS as c
where parse_day(c.EVENT_DATE) <> parse_day(c.START_TIME)
union all
select e.source_table, e.source_row, 'EVENT_DATE', 'conflicting_value'
from OFFENDER_IND_SCHEDULES as e
where parse_day(e.EVENT_DATE) <> parse_day(e.START_TIME)
union all
select v.source_table, v.source_row, 'VISIT_DATE', 'conflicting_value'
from OFFENDER_VISITS as v
where parse_day(v.VISIT_DATE) <> parse_day(v.START_TIME)
