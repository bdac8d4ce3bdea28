"""What feeds no longer name: staged for the one write statement, which notes since when and leaves all else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import sql

from watchroom.model.catalogue import NO_LONGER_REPORTED, Entity, FieldKind
from watchroom.store.composing import commas, of
from watchroom.store.database import Connection
from watchroom.store.staging import compared, key_name, references, staging_table
from watchroom.store.tables import names, standing_table

# `t` stands and was named by the last snapshot that named any.
_REPORTED = """
    t.source_system = %(source_system)s and t.{field} is null
"""
_NOT_NAMED = """
    not exists (select from unnest(%(named)s::text[]) as given (key) where given.key = t.source_key)
"""
_COUNTED = """
select count(*), count(*) filter (where {not_named})
from {table} as t
where {reported}
"""
_STAGED = """
insert into {stage} (source_key, {columns}, {field}, kept)
select t.source_key, {values}, %(at)s, {kept}
from {table} as t
{joins}
where
    {reported} and {not_named}
    and not exists (select from {stage} as s where s.source_key = t.source_key)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a snapshot names of an entity.

    Attributes:
        keys: of records.
        source_system: whose keys these are.
        at: instant of the snapshot, timezone-aware.
        is_beside: what is reported stands beside the record.
    """

    keys: Sequence[str]
    source_system: str
    at: datetime
    is_beside: bool = False

    @property
    def parameters(self) -> dict[str, object]:
        """As the statements below take it."""
        return {"named": list(self.keys), "source_system": self.source_system, "at": self.at}


def count_unreported(connection: Connection, entity: Entity, named: Named) -> tuple[int, int]:
    """How many records of a source count as reported, and how many of these a snapshot does not name.

    Args:
        connection: as loader.
        entity: that has the field `NO_LONGER_REPORTED`.
        named: what the snapshot names.
    """
    text = sql.SQL(_COUNTED).format(table=standing_table(entity.name, is_beside=named.is_beside), **_conditions())
    row = connection.execute(text, named.parameters).fetchone()
    return row or (0, 0)


def stage_unreported(connection: Connection, entity: Entity, staged: str, *, named: Named) -> int:
    """Stage what a snapshot does not name as no longer reported; how many rows.

    Args:
        connection: as loader, in the turn of all writers.
        entity: that has the field `NO_LONGER_REPORTED`.
        staged: name of its staging table; what stands there already is named.
        named: what the snapshot names.
    """
    needed = [field for field in entity.fields if field.required]
    pointing = [field for field in references(entity) if field.required]
    columns = [key_name(field) if field.kind is FieldKind.REFERENCE else field.name for field in needed]
    values = [
        sql.Identifier(f"to_{field.name}", "source_key") if field.kind is FieldKind.REFERENCE else of("t", field.name)
        for field in needed
    ]
    joins = [
        sql.SQL("left join {} as {} on {} = {}").format(
            standing_table(field.target or "", is_beside=named.is_beside),
            sql.Identifier(f"to_{field.name}"),
            sql.Identifier(f"to_{field.name}", "id"),
            of("t", field.name),
        )
        for field in pointing
    ]
    kept = [column.name for column in compared(entity) if column.name != NO_LONGER_REPORTED]
    text = sql.SQL(_STAGED).format(
        stage=staging_table(staged),
        table=standing_table(entity.name, is_beside=named.is_beside),
        # A row that lacks what the model asks for is not written, so that is said again.
        columns=names(columns or ["file"]),
        values=commas(values or [sql.SQL("null")]),
        joins=sql.SQL("\n").join(joins),
        kept=sql.Literal(kept),
        **_conditions(),
    )
    return connection.execute(text, named.parameters).rowcount


def _conditions() -> dict[str, sql.Composable]:
    field = sql.Identifier(NO_LONGER_REPORTED)
    return {"field": field, "reported": sql.SQL(_REPORTED).format(field=field), "not_named": sql.SQL(_NOT_NAMED)}
