-- One row per admission that the roll shows: a time in custody that is new in it, with an admission not seen before.
select
    r.source_table,
    r.source_row,
    turn.episode_key as source_key,
    r.INMATEID as person_key,
    turn.episode_key,
    r.ADMITTED_DT as moved_at,
    'ADM' as kind_source_value,
    'IN' as direction_source_value
from ROLL as r
inner join turn on r.INMATEID = turn.person_key
where turn.is_admitted
