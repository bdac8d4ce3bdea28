-- name: decided(source_system, day)
-- One row per value of which something is decided that holds on that day: of such decisions the one that was made last.
select
    latest.code_list,
    latest.source_value,
    latest.code
from (
    select distinct on (code_value.id)
        code_value.id,
        code_value.code_list,
        code_value.source_value,
        code_decision.code,
        code_decision.state
    from ingest.code_value
    inner join ingest.code_decision on code_value.id = code_decision.value_id
    where
        code_value.source_system = :source_system
        and code_decision.valid_from <= :day
    order by
        code_value.id asc,
        code_decision.id desc
) as latest
where latest.state <> 'open'
order by latest.id asc

-- name: decisions_of(id)
-- One row per decision of a value, the last one first.
select
    code_decision.state,
    code_decision.code,
    code_decision.reason,
    code_decision.valid_from,
    code_decision.decided_at,
    code_decision.decided_by
from ingest.code_decision
where code_decision.value_id = :id
order by code_decision.id desc

-- name: enter_values(source_system, batch_id, at, lists, fields, values, rows)
-- Values that a delivery gave and that are in no code list, each of a list once.
insert into ingest.code_value
    (source_system, code_list, source_value, fields, first_seen_at, last_seen_at, last_batch, row_count)
select
    :source_system,
    given.list,
    given.value,
    array_agg(distinct given.field order by given.field),
    :at,
    :at,
    :batch_id,
    sum(given.rows)
from unnest(:lists::text[], :fields::text[], :values::text[], :rows::bigint[]) as given (list, field, value, rows)
group by
    given.list,
    given.value
on conflict (source_system, code_list, md5(source_value)) do update
    set
        fields = array(
            select distinct named.field
            from unnest(code_value.fields || excluded.fields) as named (field)
            order by named.field
        ),
        last_seen_at = excluded.last_seen_at,
        last_batch = excluded.last_batch,
        row_count = excluded.row_count

-- name: code_values(source_system, id)
-- One row per value that was in no code list, those that nobody has decided of first; of one source or of all, or one.
select
    code_value.id,
    code_value.source_system,
    code_value.code_list,
    code_value.source_value,
    code_value.fields,
    code_value.first_seen_at,
    code_value.last_seen_at,
    code_value.row_count,
    code_value.state,
    code_value.code,
    code_value.reason,
    code_value.valid_from,
    code_value.decided_at,
    code_value.decided_by
from ingest.code_value
where
    coalesce(code_value.source_system = :source_system, :source_system::text is null)
    and coalesce(code_value.id = :id, :id::bigint is null)
order by
    (code_value.state = 'open') desc,
    code_value.row_count desc,
    code_value.id asc

-- name: code_value(source_system, code_list, value, id)
-- The value of that text, or of that number in the list; no row where there is none.
select
    code_value.id,
    code_value.source_value
from ingest.code_value
where
    code_value.source_system = :source_system
    and code_value.code_list = :code_list
    and (code_value.source_value = :value or code_value.id = :id)
order by
    (code_value.source_value = :value) desc
limit 1

-- name: enter_decision(id, state, code, reason, valid_from, at, by, batch_id)
insert into ingest.code_decision (value_id, state, code, reason, valid_from, decided_at, decided_by, batch_id)
values (:id, :state, :code, :reason, :valid_from, :at, :by, :batch_id)

-- name: mark_decided(id, state, code, reason, valid_from, at, by)
update ingest.code_value
set
    state = :state,
    code = :code,
    reason = :reason,
    valid_from = case when :state <> 'open' then :valid_from::date end,
    decided_at = case when :state <> 'open' then :at::timestamptz end,
    decided_by = case when :state <> 'open' then :by end
where code_value.id = :id
