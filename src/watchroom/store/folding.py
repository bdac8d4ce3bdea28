"""Several deliveries as one batch: what a later one says of a key stands over what an earlier one said.

Each delivery is staged as a batch of its own would be, then laid over those before it; the last one takes all of them
along. So the one write compares what stands with what the whole row of deliveries comes to.
"""

from collections.abc import Sequence
from typing import LiteralString

from psycopg import sql

from watchroom.model.catalogue import Entity
from watchroom.store.database import Connection
from watchroom.store.staging import index_staging, staging_columns, staging_of, staging_table

# Rows that were held back say nothing: what stood under their key stays. A column that is kept, too.
_LAY_OVER = """
insert into {fold} ({columns})
select {columns} from {stage} where not held
on conflict (source_key) do update set {assignments};
update {fold} set kept = null where kept is not null;
truncate {stage}
"""
# A key that is only held stays held, so that its record does not end.
_TAKE_ALONG = """
delete from {stage} where not held or exists (select from {fold} as f where f.source_key = {stage}.source_key);
insert into {stage} ({columns}) select {columns} from {fold}
"""


def fold_of(entity: Entity) -> str:
    """The name of the temporary table that holds what the deliveries so far say of an entity."""
    return f"fold_{entity.name}"


def create_folds(connection: Connection, entities: Sequence[Entity]) -> None:
    """Make the empty folds of entities that have staging tables; they end with the transaction."""
    for entity in entities:
        stage, fold = staging_of(entity), fold_of(entity)
        made = sql.SQL("create temporary table {} (like {} including defaults) on commit drop")
        connection.execute(made.format(sql.Identifier(fold), staging_table(stage)))
        connection.execute(index_staging(fold))


def lay_over(connection: Connection, entity: Entity) -> None:
    """Lay what is staged of an entity over what earlier deliveries said; the staging table is empty then."""
    connection.execute(_written(_LAY_OVER, entity))


def take_along(connection: Connection, entity: Entity) -> None:
    """Lay what is staged of an entity over what earlier deliveries said, and stage the whole."""
    held = sql.SQL("create temporary table {} on commit drop as select source_key from {} where held")
    name = sql.Identifier(f"held_{entity.name}")
    stage = staging_table(staging_of(entity))
    connection.execute(held.format(name, stage))
    connection.execute(_written(_LAY_OVER, entity))
    connection.execute(
        sql.SQL("insert into {} (source_key, held) select distinct source_key, true from {}").format(stage, name)
    )
    connection.execute(_written(_TAKE_ALONG, entity))


def _written(text: LiteralString, entity: Entity) -> sql.Composed:
    columns = [column.name for column in staging_columns(entity)]
    laid = [name for name in columns if name not in ("source_key", "kept")]
    fold = sql.Identifier(fold_of(entity))
    staying = sql.SQL("{0} = case when {1} = any(excluded.kept) then {2}.{0} else excluded.{0} end")
    return sql.SQL(text).format(
        fold=fold,
        stage=staging_table(staging_of(entity)),
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        assignments=sql.SQL(", ").join(
            staying.format(sql.Identifier(name), sql.Literal(name), fold)
            if name not in ("file", "row", "held", "unreliable_dates")
            else sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name))
            for name in laid
        ),
    )
