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
    # A case, because the planner takes it for a coin: of an `or` it believes that next to nothing passes.
    return sql.SQL("case when {sequence} is null then true else {seq_from} <= {sequence} end").format(
        sequence=asking.sequence, seq_from=sql.Identifier(alias, "seq_from")
    )


def known_then(alias: str, asking: Asking) -> sql.Composed:
    """Whether a superseded version was the known one then; never, when the present is asked for."""
    # INVARIANT: the first test is on the asking alone, so that the history is not touched when the present is asked.
    return sql.SQL("({sequence} is not null and {seq_from} <= {sequence} and {seq_to} > {sequence})").format(
        sequence=asking.sequence,
        seq_from=sql.Identifier(alias, "seq_from"),
        seq_to=sql.Identifier(alias, "seq_to"),
    )


def versions(entity: Entity, columns: Sequence[str], asking: Asking) -> sql.Composed:
    """A sub-select of the versions known then, every row of them: for counts that are never reduced."""
    return sql.SQL(
        "(select {named} from {source}, {current} as v where {mine} and {now}"
        " union all select {named} from {source}, {history} as v where {mine} and {then_})"
    ).format(
        named=sql.SQL(", ").join(sql.Identifier("v", column) for column in columns),
        source=asking.source,
        mine=asking.is_mine,
        current=current_table(entity),
        history=history_table(entity),
        now=known_now("v", asking),
        then_=known_then("v", asking),
    )


def version_of(entity: Entity, columns: Sequence[str], asking: Asking, *, where: sql.Composable) -> sql.Composed:
    """A lateral sub-select of the versions known then for which `where` holds, on alias `v`; `asking` stands outside.

    INVARIANT: lateral, because a condition from outside does not reach into a UNION of filtered tables otherwise.
    """
    return sql.SQL(
        "lateral (select {named} from {current} as v where {where} and {now}"
        " union all select {named} from {history} as v where {where} and {then_})"
    ).format(
        named=sql.SQL(", ").join(sql.Identifier("v", column) for column in columns),
        current=current_table(entity),
        history=history_table(entity),
        where=where,
        now=known_now("v", asking),
        then_=known_then("v", asking),
    )
