-- One row per message that would end a warning of another sender, and per block whose kind is in no list of the standard.
select ending.source_table, ending.source_row, 'REFERENCES' as field, 'not_its_sender' as code
from ending
where not ending.is_own
union all
select i.source_table, i.source_row, 'CATEGORIES', 'unmapped_code'
from ALERT_INFO as i
where
    i.CATEGORIES is not null
    and not exists (
        select 1
        from crosswalk
        where
            crosswalk.list = 'warning_category'
            and crosswalk.source_value = json_extract_string(i.CATEGORIES, '$[0]')
    )
