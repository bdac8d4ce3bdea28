"""What a table or a column takes with it when it goes: nothing that a legal hold keeps, and all that was told of it."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import sql

from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Catalogue
from watchroom.store.about import naming, touching
from watchroom.store.database import Connection
from watchroom.store.table_changes import Change, ChangeKind
from watchroom.store.tables import HISTORY_SUFFIX, table_name

_QUERIES = load_queries("watchroom.store", "dropping.sql")
LOSING = frozenset({ChangeKind.TABLE_DROPPED, ChangeKind.COLUMN_DROPPED, ChangeKind.TYPE_CHANGED})
"""Changes after which something that stood stands no longer."""
# INVARIANT: as in `store.holds`, what is about a person and does not say about whom counts as held by every hold of a
# person. So does what no model knows any more, since nobody can say whom it is about.
_HELD = """
with going as materialized (select distinct t.id from {table} as t where {lost}),
named as materialized (
    select going.id, touched.person_id
    from going
    left join ({touching}) as touched on touched.entity = {entity} and touched.id = going.id
)
select count(*)
from ingest.hold
where
    hold.lifted_at is null
    and (hold.until_at is null or hold.until_at > %(at)s)
    and (
        hold.entity = {entity} and exists (select from going where going.id = coalesce(hold.record_id, going.id))
        or hold.person_id in (select named.person_id from named)
        or hold.person_id is not null and {may_be_personal} and exists (
            select from named group by named.id having count(named.person_id) = 0
        )
    )
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """From where a change of the tables is judged.

    Attributes:
        model: in force, which knows whom the records that stand are about.
        at: node time, timezone-aware: holds that are in force then keep what they cover.
    """

    model: Catalogue
    at: datetime


def entity_of(table: str, standing: frozenset[str]) -> str:
    """The entity whose versions a table holds.

    Args:
        table: name in schema `record`.
        standing: names of all that stand there.
    """
    current = table.removesuffix(HISTORY_SUFFIX)
    return current if current in standing else table


def holds_over(connection: Connection, change: Change, *, entity: str, seen_from: Standpoint) -> int:
    """How many legal holds in force cover something that a change would take away, as owner.

    Args:
        connection: its transaction sees what stands.
        change: one of `LOSING`.
        entity: whose table it is.
        seen_from: see there.
    """
    known = seen_from.model.entities.get(entity)
    query = sql.SQL(_HELD).format(
        table=table_name(change.table),
        lost=sql.SQL("{} is not null").format(sql.Identifier("t", change.column)) if change.column else sql.SQL("true"),
        touching=touching(seen_from.model, [entity]),
        entity=sql.Literal(entity),
        may_be_personal=sql.Literal(known is None or bool(naming(known))),
    )
    row = connection.execute(query, {"at": seen_from.at}).fetchone()
    return int(row[0]) if row else 0


def keep_holds_still(connection: Connection) -> None:
    """Have nobody place or lift a hold before the transaction of the connection ends, as owner."""
    connection.execute(_QUERIES["keep_holds_still"].text)


def forget_told(connection: Connection, change: Change, *, entity: str) -> None:
    """Delete what was told of what a change takes away, and the keys that would give its records their ids back."""
    if change.column:
        connection.execute(_QUERIES["forget_values"].text, {"entity": entity, "field": change.column})
    else:
        connection.execute(_QUERIES["forget_changes"].text, {"entity": entity})
        connection.execute(_QUERIES["forget_keys"].text, {"entity": entity})
