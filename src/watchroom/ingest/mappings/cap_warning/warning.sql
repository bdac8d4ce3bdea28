-- One row per block of a warning, which is one language or one hazard; of a warning without any, one. Then what is noted
-- on earlier ones that a message ends: on those that are known, and on those that have not come (yet).
select
    coalesce(i.source_table, a.source_table) as source_table,
    coalesce(i.source_row, a.source_row) as source_row,
    case when coalesce(i.NUMBER, '1') = '1' then told.warning_key else concat_ws(',', told.warning_key, i.NUMBER) end
        as source_key,
    a.OBJECT_REALNESS as realness,
    case when a.SCOPE <> 'Public' then a.OBJECT_HANDLING end as sharing_restriction,
    if(a.SCOPE in ('Public', 'Restricted'), 'false', 'true') as is_restricted,
    a.IDENTIFIER as identifier,
    a.SENDER as sender,
    a.SENT as sent_at,
    a.STATUS as status_source_value,
    a.MSG_TYPE as message_type_source_value,
    a.SCOPE as scope_source_value,
    json_extract_string(i.CATEGORIES, '$[0]') as category_read_as,
    array_to_string(json_extract_string(i.CATEGORIES, '$[*]'), ', ') as category_source_value,
    i.EVENT as event,
    json_extract_string(i.RESPONSE_TYPES, '$[0]') as response_type_read_as,
    array_to_string(json_extract_string(i.RESPONSE_TYPES, '$[*]'), ', ') as response_type_source_value,
    i.URGENCY as urgency_source_value,
    i.SEVERITY as severity_source_value,
    i.CERTAINTY as certainty_source_value,
    i.EFFECTIVE as effective_at,
    i.ONSET as onset_at,
    i.EXPIRES as expires_at,
    i.LANGUAGE as language,
    i.HEADLINE as headline,
    i.DESCRIPTION as description,
    i.INSTRUCTION as instruction,
    i.WEB as web_address,
    i.CONTACT as contact,
    a.REFERENCES as replaced_identifiers,
    ended.by_sent as ended_at,
    ended.by_identifier as ended_by_identifier,
    ended.by_type as ended_by_type_source_value,
    false as leaves_rest
from ALERT as a
inner join told on a.source_row = told.source_row
left join ALERT_INFO as i on told.alert_key = i.ALERT_KEY and told.message = i.OBJECT_MESSAGE
left join ended on told.warning_key = ended.warning_key and a.OBJECT_REALNESS = ended.realness
union all
select
    ending.source_table,
    ending.source_row,
    coalesce(known_warning.source_key, ending.warning_key),
    ending.realness,
    null,
    -- For whom one is that has not come, nobody knows.
    coalesce(known_warning.is_restricted, 'true'),
    split_part(ending.reference, ',', 2),
    split_part(ending.reference, ',', 1),
    split_part(ending.reference, ',', 3),
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    ended.by_sent,
    ended.by_identifier,
    ended.by_type,
    true
from ending
inner join ended on ending.warning_key = ended.warning_key and ending.realness = ended.realness
left join known_warning
    on
        split_part(ending.reference, ',', 1) = known_warning.sender
        and split_part(ending.reference, ',', 2) = known_warning.identifier
        and offset_point(split_part(ending.reference, ',', 3)) = known_point(known_warning.sent_at)
where
    ending.is_own
    and coalesce(known_warning.realness = ending.realness, true)
    and ending.warning_key not in (select told.warning_key from told)
qualify row_number() over (
    partition by coalesce(known_warning.source_key, ending.warning_key) order by ending.source_row
) = 1
