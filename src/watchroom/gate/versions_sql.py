"""The versions of an entity's rows that were known at the asked instant, before any clause is applied."""

from collections.abc import Sequence

from psycopg import sql

from watchroom.gate.asking import Asking
from watchroom.gate.exclusion_sql import RECORD
from watchroom.model.catalogue import Entity


def current_table(entity: Entity) -> sql.Identifier:
    """The table of what stands."""
    return sql.Identifier(RECORD, entity.name)


def history_table(entity: Entity) -> sql.Identifier:
    """The table of superseded versions."""
    return sql.Identifier(RECORD, f"{entity.name}_history")


def known_now(alias: str, asking: Asking) -> sql.Composable:
    """Whether a row of the current table was known then.

    `+ 0`, so that no index is searched for it: nearly every row was, and yet the planner reckons with a third of them
    and reads a whole table of thousands for the sixty of a wing.
    """
    return asking.was_sealed(sql.SQL("({} + 0)").format(sql.Identifier(alias, "seq_from")))


def known_then(alias: str, asking: Asking) -> sql.Composed:
    """Whether a superseded version was the known one then; for the views of the past only."""
    return sql.SQL("({seq_from} <= {sequence} and {seq_to} > {sequence})").format(
        sequence=asking.sequence,
        seq_from=sql.Identifier(alias, "seq_from"),
        seq_to=sql.Identifier(alias, "seq_to"),
    )


def versions(entity: Entity, columns: Sequence[str], asking: Asking) -> sql.Composed:
    """A sub-select of the versions known then, every row of them: for counts that are never reduced."""
    text = sql.SQL("select {named} from {source}, {table} as v where {mine} and {known}")
    named = sql.SQL(", ").join(sql.Identifier("v", column) for column in columns)
    return sql.SQL("({})").format(
        sql.SQL(" union all ").join(
            text.format(named=named, source=asking.source, mine=asking.is_mine, table=table, known=known)
            for table, known in _tables(entity, asking)
        )
    )


def version_of(entity: Entity, columns: Sequence[str], asking: Asking, *, where: sql.Composable) -> sql.Composed:
    """A lateral sub-select of the versions known then for which `where` holds, on alias `v`; `asking` stands outside.

    INVARIANT: lateral, because a condition from outside does not reach into a UNION of filtered tables otherwise.
    """
    text = sql.SQL("select {named} from {table} as v where {where} and {known}")
    named = sql.SQL(", ").join(sql.Identifier("v", column) for column in columns)
    return sql.SQL("lateral ({})").format(
        sql.SQL(" union all ").join(
            text.format(named=named, table=table, where=where, known=known) for table, known in _tables(entity, asking)
        )
    )


def lookup_of(entity: Entity, columns: Sequence[str], asking: Asking, *, where: sql.Composable) -> sql.Composed:
    """As `version_of`, where `where` asks by a key: for askers of few places each row stays a lookup in an index.

    Flattened, it becomes a hash of the whole table: what sixty people cost would grow with the agency.
    """
    found = version_of(entity, columns, asking, where=where)
    return (
        found
        if asking.is_apart
        else sql.SQL("lateral (select looked_up.* from {} as looked_up offset 0)").format(found)
    )


def _tables(entity: Entity, asking: Asking) -> list[tuple[sql.Identifier, sql.Composable]]:
    """Where the versions stand that are known at the asked instant, each with what tells them; the present is whole."""
    now = [(current_table(entity), known_now("v", asking))]
    return [*now, (history_table(entity), known_then("v", asking))] if asking.is_past else now
