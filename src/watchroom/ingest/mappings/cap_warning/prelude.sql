-- One row per warning of the delivery; one that stands in several messages is the same in each (its key is the sender's).
create table told as
select
    a.source_table,
    a.source_row,
    a.OBJECT_MESSAGE as message,
    a.OBJECT_KEY as alert_key,
    key_of_warning(a.SENDER, a.IDENTIFIER, a.SENT) as warning_key
from ALERT as a
qualify row_number() over (partition by a.OBJECT_KEY order by a.source_row) = 1;

-- One row per earlier warning that a message names as replaced or taken back. Only its own sender may end a warning.
create table ending as
select
    named.*,
    key_of_warning(
        split_part(named.reference, ',', 1), split_part(named.reference, ',', 2), split_part(named.reference, ',', 3)
    ) as warning_key,
    split_part(named.reference, ',', 1) = named.by_sender as is_own
from (
    select
        a.source_table,
        a.source_row,
        a.OBJECT_REALNESS as realness,
        a.IDENTIFIER as by_identifier,
        a.SENDER as by_sender,
        a.SENT as by_sent,
        a.MSG_TYPE as by_type,
        unnest(json_extract_string(a.OBJECT_SUPERSEDES, '$[*]')) as reference
    from ALERT as a
    inner join told on a.source_row = told.source_row
    where a.OBJECT_VERB in ('supersede', 'withdraw')
) as named;

-- One row per warning and kind of world that is known to have ended: by the first message that ended it, whether that is
-- in this delivery or was there before. An exercise ends nothing that is real.
create table ended as
select
    every.warning_key,
    every.realness,
    min_by(every.by_identifier, (every.by_point, every.by_identifier)) as by_identifier,
    min_by(every.by_type, (every.by_point, every.by_identifier)) as by_type,
    min_by(every.by_sent, (every.by_point, every.by_identifier)) as by_sent
from (
    select
        ending.warning_key,
        ending.realness,
        ending.by_identifier,
        ending.by_type,
        ending.by_sent,
        offset_point(ending.by_sent) as by_point
    from ending
    where ending.is_own
    union all
    select
        key_of_warning(known_warning.sender, known_warning.identifier, known_warning.sent_at),
        known_warning.realness,
        known_warning.ended_by_identifier,
        known_warning.ended_by_type_source_value,
        known_warning.ended_at,
        known_point(known_warning.ended_at)
    from known_warning
    where known_warning.ended_by_identifier is not null
) as every
group by
    every.warning_key,
    every.realness
