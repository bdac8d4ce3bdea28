-- One row per disagreement between rows of the extract. Everything is loaded; what was found is said.
-- One prison number for two persons.
select o.source_table, o.source_row, 'NOMS_NUMBER' as field, 'conflicting_value' as code
from OFFENDER as o
where o.NOMS_NUMBER in (
    select o.NOMS_NUMBER
    from OFFENDER as o
    inner join known on o.OFFENDER_ID = known.person_key
    where not known.is_deleted
    group by o.NOMS_NUMBER
    having count(*) > 1
)
union all
-- A mark without a row that restricts, or a row without a mark; either restricts.
select o.source_table, o.source_row, 'CURRENT_RESTRICTION', 'conflicting_value'
from OFFENDER as o
where is_marked(o.CURRENT_RESTRICTION) <> (
    o.OFFENDER_ID in (select r.OFFENDER_ID from RESTRICTION as r where not is_over(r.RESTRICTION_END_DATE))
)
union all
select o.source_table, o.source_row, 'CURRENT_EXCLUSION', 'conflicting_value'
from OFFENDER as o
where is_marked(o.CURRENT_EXCLUSION) <> (
    o.OFFENDER_ID in (select e.OFFENDER_ID from EXCLUSION as e where not is_over(e.EXCLUSION_END_DATE))
)
union all
select r.source_table, r.source_row, 'DEREGISTERED', 'conflicting_value'
from REGISTRATION as r
left join deregistered on r.REGISTRATION_ID = deregistered.registration_key
where parse_flag(r.DEREGISTERED) <> (deregistered.id is not null)
union all
select d.source_table, d.source_row, 'OFFENDER_ID', 'conflicting_value'
from DISPOSAL as d
inner join event_of on d.EVENT_ID = event_of.event_key
where d.OFFENDER_ID <> event_of.person_key
union all
select m.source_table, m.source_row, 'OFFENDER_ID', 'conflicting_value'
from MAIN_OFFENCE as m
inner join event_of on m.EVENT_ID = event_of.event_key
where m.OFFENDER_ID <> event_of.person_key
union all
select c.source_table, c.source_row, 'OFFENDER_ID', 'conflicting_value'
from COURT_APPEARANCE as c
inner join event_of on c.EVENT_ID = event_of.event_key
where c.OFFENDER_ID <> event_of.person_key
union all
select c.source_table, c.source_row, 'OFFENDER_ID', 'conflicting_value'
from LIC_CONDITION as c
inner join sentenced on c.DISPOSAL_ID = sentenced.disposal_key
where c.OFFENDER_ID <> sentenced.person_key
