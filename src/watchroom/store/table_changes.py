"""What is to be done for a table to have its shape: each change, what it costs, and the statement that makes it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from psycopg import sql

from watchroom.model.catalogue import Column
from watchroom.store.composing import commas
from watchroom.store.tables import (
    RECORD,
    Index,
    SchemaDriftError,
    Shape,
    Standing,
    definition,
    form_of,
    names,
    table_name,
)


class ChangeKind(StrEnum):
    """What is done to a table."""

    TABLE_ADDED = "table_added"
    COLUMN_ADDED = "column_added"
    INDEX_ADDED = "index_added"
    NO_LONGER_REQUIRED = "no_longer_required"
    TABLE_DROPPED = "table_dropped"
    COLUMN_DROPPED = "column_dropped"
    TYPE_CHANGED = "type_changed"
    NOW_REQUIRED = "now_required"
    REQUIRED_ADDED = "required_added"


ADDITIVE = frozenset(
    {ChangeKind.TABLE_ADDED, ChangeKind.COLUMN_ADDED, ChangeKind.INDEX_ADDED, ChangeKind.NO_LONGER_REQUIRED}
)

_OF_AGENCY = re.compile(r"[a-z][a-z0-9]{1,9}_x_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of one table.

    Attributes:
        kind: what is done.
        table: name in schema `record`.
        column: whose change it is; empty: of the table.
        statement: that makes it.
        is_new: the table is made at the same time, so that nobody uses it yet.
        index: that is added.
        drift: what to say where nothing but additions is made.
    """

    kind: ChangeKind
    table: str
    statement: sql.Composed
    column: str = ""
    is_new: bool = False
    index: Index | None = None
    drift: str = ""

    @property
    def is_additive(self) -> bool:
        """Nothing is lost by it, and no row is read or written for it."""
        return self.kind in ADDITIVE

    @property
    def is_of_agency(self) -> bool:
        """It concerns a table or a column of an agency's own."""
        return is_of_agency(self.table) or is_of_agency(self.column)


def is_of_agency(name: str) -> bool:
    """Whether a table or a column is named as those that an agency adds."""
    return _OF_AGENCY.match(name) is not None


def changes(shape: Shape, standing: Standing | None) -> Iterator[Change]:
    """The changes that bring a table to its shape; none when it has it.

    Args:
        shape: what should be.
        standing: what is; None: no such table.
    """
    is_new = standing is None
    if standing is None:
        yield Change(kind=ChangeKind.TABLE_ADDED, table=shape.table, statement=_create(shape), is_new=True)
    else:
        yield from _strangers(shape, standing)
        for column in shape.columns:
            yield from _grown(shape, column, standing)
    present = frozenset[str]() if standing is None else standing.indexes
    # An entity that nobody has filled gets its late indexes when somebody does: `first_rows`.
    is_filled = standing is not None and (standing.has_rows or any(one.name in present for one in _late(shape)))
    for index in shape.indexes:
        if index.name not in present and (is_filled or not index.is_late):
            statement = create_index(index)
            yield Change(
                kind=ChangeKind.INDEX_ADDED, table=shape.table, statement=statement, is_new=is_new, index=index
            )


def additions(shape: Shape, standing: Standing | None) -> Iterator[sql.Composed]:
    """The statements that bring a table to its shape; none when it has it.

    Raises:
        SchemaDriftError: a column of ours has another type or is not in the model, or a required one cannot be added.
    """
    for change in changes(shape, standing):
        if not change.is_additive and change.is_of_agency:
            # What an agency left out of its model goes when it asks for it; until then it stands unused.
            continue
        if not change.is_additive:
            raise SchemaDriftError(f"{change.drift}; write a numbered migration")
        yield change.statement


def dropped_tables(standing: Mapping[str, Standing], shapes: frozenset[str]) -> Iterator[Change]:
    """The tables that the model has no longer.

    Args:
        standing: what is, by name of the table.
        shapes: names of the tables that should be.
    """
    for table in sorted(standing.keys() - shapes):
        statement = sql.SQL("drop table {} cascade").format(table_name(table))
        yield Change(kind=ChangeKind.TABLE_DROPPED, table=table, statement=statement)


def create_index(index: Index, *, concurrently: bool = False) -> sql.Composed:
    """The statement that makes an index; `concurrently`: outside of a transaction, and no writer waits for it."""
    kind = sql.SQL("unique index") if index.unique else sql.SQL("index")
    how = sql.SQL(" concurrently") if concurrently else sql.SQL("")
    where = sql.SQL(" where {}").format(sql.SQL(index.where)) if index.where is not None else sql.SQL("")
    held = commas(map(form_of, map(sql.Identifier, index.columns))) if index.is_of_form else names(index.columns)
    return sql.SQL("create {}{} {} on {} ({}){}").format(
        kind, how, sql.Identifier(index.name), table_name(index.table), held, where
    )


def _late(shape: Shape) -> Iterator[Index]:
    return (index for index in shape.indexes if index.is_late)


def _create(shape: Shape) -> sql.Composed:
    parts = [definition(column) for column in shape.columns]
    constraint = sql.Identifier(f"{shape.table}_pkey")
    parts.append(sql.SQL("constraint {} primary key ({})").format(constraint, names(shape.key)))
    return sql.SQL("create table {} ({})").format(table_name(shape.table), sql.SQL(", ").join(parts))


def _strangers(shape: Shape, standing: Standing) -> Iterator[Change]:
    strangers = sorted(set(standing.columns) - {column.name for column in shape.columns})
    for column in strangers:
        yield Change(
            kind=ChangeKind.COLUMN_DROPPED,
            table=shape.table,
            column=column,
            # What audiences were shown of it goes with it; they are derived, and made again without it.
            statement=_alter(shape, sql.SQL("drop column {} cascade"), column),
            drift=f"table `{RECORD}.{shape.table}` has columns that the model does not know: {strangers}",
        )


def _grown(shape: Shape, column: Column, standing: Standing) -> Iterator[Change]:
    present = standing.columns.get(column.name)
    if present is None:
        is_open = not (column.not_null and standing.has_rows)
        yield Change(
            kind=ChangeKind.COLUMN_ADDED if is_open else ChangeKind.REQUIRED_ADDED,
            table=shape.table,
            column=column.name,
            statement=sql.SQL("alter table {} add column {}").format(table_name(shape.table), definition(column)),
            drift=f"column `{column.name}` of `{RECORD}.{shape.table}` is required and the table has rows",
        )
    elif present != (column.sql_type, column.not_null) and column.name not in shape.key:
        yield _changed(shape, column, present)


def _changed(shape: Shape, column: Column, present: tuple[str, bool]) -> Change:
    sql_type, not_null = present
    drift = (
        f"column `{column.name}` of `{RECORD}.{shape.table}` is `{sql_type}` {_null(not_null)}, "
        f"the model says `{column.sql_type}` {_null(column.not_null)}"
    )
    if sql_type != column.sql_type:
        kind = ChangeKind.TYPE_CHANGED
        statement = sql.SQL("alter table {} drop column {} cascade, add column {}").format(
            table_name(shape.table), sql.Identifier(column.name), definition(column)
        )
    else:
        kind = ChangeKind.NOW_REQUIRED if column.not_null else ChangeKind.NO_LONGER_REQUIRED
        how = sql.SQL("alter column {} set not null" if column.not_null else "alter column {} drop not null")
        statement = _alter(shape, how, column.name)
    return Change(kind=kind, table=shape.table, column=column.name, statement=statement, drift=drift)


def _alter(shape: Shape, what: sql.SQL, column: str) -> sql.Composed:
    return sql.SQL("alter table {} ").format(table_name(shape.table)) + what.format(sql.Identifier(column))


def _null(not_null: bool) -> str:  # noqa: FBT001  one word of a sentence
    return "not null" if not_null else "null"
