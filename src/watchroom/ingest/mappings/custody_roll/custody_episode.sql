-- One row per person of the roll, and one per earlier time in custody that the roll no longer reports.
select
    r.source_table,
    r.source_row,
    turn.episode_key as source_key,
    turn.first_at as valid_from,
    turn.last_at as valid_to,
    r.INMATEID as person_key,
    turn.status as status_source_value,
    turn.is_active,
    r.ADMITTED_DT as begun_at,
    r.INMATE_STATUS_CODE as legal_status_source_value,
    r.CUSTODY_LEVEL as category_source_value
from ROLL as r
inner join turn on r.INMATEID = turn.person_key and turn.is_standing
union all
select
    turn.source_table,
    turn.source_row,
    turn.episode_key,
    turn.first_at,
    turn.last_at,
    turn.person_key,
    turn.status,
    turn.is_active,
    turn.begun_at,
    turn.legal_status,
    turn.category
from turn
where not turn.is_standing
