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


def known_now(alias: str, asking: Asking) -> sql.Composed:
    """Whether a row of the current table was known then."""
    return sql.SQL("({sequence} is null or {seq_from} <= {sequence})").format(
        sequence=asking.sequence, seq_from=sql.Identifier(alias, "seq_from")
    )


def known_then(alias: str, asking: Asking) -> sql.Composed:
    """Whether a superseded version was the known one then; never, when the present is asked for."""
    # INVARIANT: the first test names no column, so that the planner drops the whole branch at run time.
    return sql.SQL("({sequence} is not null and {seq_from} <= {sequence} and {seq_to} > {sequence})").format(
        sequence=asking.sequence,
        seq_from=sql.Identifier(alias, "seq_from"),
        seq_to=sql.Identifier(alias, "seq_to"),
    )


def versions(entity: Entity, columns: Sequence[str], asking: Asking) -> sql.Composed:
    """A sub-select of the versions known then, every row of them: for counts that are never reduced."""
    return sql.SQL(
        "(select {named} from {current} as v where {now} union all select {named} from {history} as v where {then_})"
    ).format(
        named=sql.SQL(", ").join(sql.Identifier("v", column) for column in columns),
        current=current_table(entity),
        history=history_table(entity),
        now=known_now("v", asking),
        then_=known_then("v", asking),
    )
