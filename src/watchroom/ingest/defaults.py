"""A default that moves with each extract is no news.

A source that fills in its own instant where nobody entered a date gives another value each time. What stood first
stays, marked unreliable as it is, so that a delivery changes only what changed in the world.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from psycopg import sql

from watchroom.model.catalogue import Entity, Field, FieldKind
from watchroom.store.database import Connection
from watchroom.store.staging import staging_table
from watchroom.store.tables import table_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What a source fills in where it knows no date.

    Attributes:
        source_system: whose keys these are.
        instants: that it filled in, timezone-aware.
        zone: in which it writes times.
    """

    source_system: str
    instants: Sequence[datetime]
    zone: str


def keep_standing_defaults(connection: Connection, entity: Entity, staged: str, *, defaults: Defaults) -> int:
    """Put the standing value in place of a staged default where that is an unreliable date already; how many rows.

    Args:
        connection: as loader, in the transaction of the batch.
        entity: of the catalogue.
        staged: its filled staging table.
        defaults: of the source.
    """
    fields = [field for field in entity.fields if field.default_instant]
    if not fields or not defaults.instants:
        return 0
    moved = [_moved(field) for field in fields]
    statement = sql.SQL(
        "update {stage} as s set {values} from {table} as t"
        " where t.source_system = %(source_system)s and t.source_key = s.source_key and ({moved})"
    ).format(
        stage=staging_table(staged),
        table=table_name(entity.name),
        values=sql.SQL(", ").join(
            sql.SQL("{0} = case when {1} then t.{0} else s.{0} end").format(sql.Identifier(field.name), condition)
            for field, condition in zip(fields, moved, strict=True)
        ),
        moved=sql.SQL(" or ").join(moved),
    )
    days = [instant.astimezone(ZoneInfo(defaults.zone)).date() for instant in defaults.instants]
    parameters = {"source_system": defaults.source_system, "instants": list(defaults.instants), "days": days}
    return connection.execute(statement, parameters).rowcount


def _moved(field: Field) -> sql.Composed:
    defaults = sql.SQL("%(days)s::date[]" if field.kind is FieldKind.DATE else "%(instants)s::timestamptz[]")
    return sql.SQL(
        "(s.{column} = any({defaults}) and {name} = any(s.unreliable_dates) and {name} = any(t.unreliable_dates))"
    ).format(column=sql.Identifier(field.name), name=sql.Literal(field.name), defaults=defaults)
