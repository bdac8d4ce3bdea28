-- One row per meal. Where the person is, and whether they are hidden, is not the kitchen's to say.
select
    m.source_table,
    m.source_row,
    m.MEAL_ID as source_key,
    m.PRISON_NUMBER as person_key,
    m.MEAL as kind_source_value,
    m.SERVED as served_at,
    m.OUTCOME as outcome_source_value,
    m.REMARK as note
from MEALS as m
