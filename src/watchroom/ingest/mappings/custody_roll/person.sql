-- One row per person of the roll; it gives no name and no date of birth.
select
    r.source_table,
    r.source_row,
    r.INMATEID as source_key,
    r.INMATEID as prison_number,
    r.GENDER as sex_source_value
from ROLL as r
