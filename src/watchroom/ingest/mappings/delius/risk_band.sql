-- One row per OGRS_ASSESSMENT row. The score never leaves this query: what is kept is the band of the score over two
-- years, by the bands in which probation speaks of it (0 to 49, 50 to 74, 75 to 89, 90 and more).
select
    a.source_table,
    a.source_row,
    a.OGRS_ASSESSMENT_ID as source_key,
    event_of.site_code,
    event_of.unit_code,
    coalesce(event_of.is_restricted, true) as is_restricted,
    coalesce(event_of.person_key, 'event ' || a.EVENT_ID) as person_key,
    'OGRS' as tool_source_value,
    case
        when parse_number(a.OGRS3_SCORE_2) >= 90 then 'VERY_HIGH'
        when parse_number(a.OGRS3_SCORE_2) >= 75 then 'HIGH'
        when parse_number(a.OGRS3_SCORE_2) >= 50 then 'MEDIUM'
        when parse_number(a.OGRS3_SCORE_2) >= 0 then 'LOW'
    end as band_source_value,
    a.ASSESSMENT_DATE as assessed_on
from OGRS_ASSESSMENT as a
left join event_of on a.EVENT_ID = event_of.event_key
where parse_flag(a.SOFT_DELETED) is distinct from true and event_of.is_deleted is distinct from true
