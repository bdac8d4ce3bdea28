-- name: own_codes()
-- One row per code that somebody has said to be a source's own: the source, the list in whose place it stands, the code.
select
    code_value.source_system,
    code_value.code_list,
    code_value.code
from ingest.code_value
where code_value.state = 'own'
order by code_value.source_system asc, code_value.code_list asc, code_value.code asc
