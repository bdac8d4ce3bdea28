-- One row per disagreement of a roll with itself or with the one before. Everything is loaded; what was found is said.
select r.source_table, r.source_row, 'ADMITTED_DT' as field, 'after_roll_day' as code
from ROLL as r
where parse_day(r.ADMITTED_DT) > cast(getvariable('extract_at') as date)
union all
-- Nobody grows younger, or two years older between two rolls of one year.
select r.source_table, r.source_row, 'AGE', 'value_jumped'
from ROLL as r
inner join earlier_roll as was on r.INMATEID = was.INMATEID
where parse_number(r.AGE) - parse_number(was.AGE) not between 0 and 1
union all
select r.source_table, r.source_row, 'INMATEID', 'came_back'
from ROLL as r
inner join turn on r.INMATEID = turn.person_key
where turn.is_back
