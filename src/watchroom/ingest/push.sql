-- name: set_secret(name, secret_hash)
update ingest.source
set secret_hash = :secret_hash
where source.name = :name

-- name: secret_of(name)
-- No row when there is no source of that name that pushes.
select source.secret_hash
from ingest.source
where
    source.name = :name
    and source.kind = 'push'
    and source.secret_hash is not null
