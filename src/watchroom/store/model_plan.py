"""What another model would change in the tables of the record, and making it so without holding the writers up."""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, LiteralString

import psycopg
from psycopg import sql

from watchroom.kernel.errors import WatchroomError
from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Catalogue
from watchroom.store.database import Connection, Database
from watchroom.store.dropping import LOSING, Standpoint, entity_of, forget_told, holds_over, keep_holds_still
from watchroom.store.roles import Principal
from watchroom.store.schema import standing_tables
from watchroom.store.table_changes import Change, ChangeKind, changes, create_index, dropped_tables, is_of_agency
from watchroom.store.tables import Shape, Standing, grants_and_comments, shapes, table_name

_QUERIES = load_queries("watchroom.store", "schema.sql")
# A writer that queues behind a waiting change waits for no longer than this, and then has the table to itself.
LOCK_TIMEOUT: Final[LiteralString] = "100ms"
ATTEMPTS: Final = 60
_PAUSE: Final = 0.05
_LONGEST_PAUSE: Final = 0.5
_COUNTED_VALUES = frozenset({ChangeKind.COLUMN_DROPPED, ChangeKind.TYPE_CHANGED})


class TablesBusyError(WatchroomError):
    """The tables were in use for so long that a change of them would have held others up."""


class NotPossibleError(WatchroomError):
    """A change that would leave rows without what they must have, or that is not the agency's to make."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One change, with what it concerns.

    Attributes:
        change: what is done.
        rows: that the table holds.
        lost: rows of a dropped table, or values of a dropped column or of one whose type changes; else 0.
        refusal: why it cannot be made; empty: it can.
    """

    change: Change
    rows: int
    lost: int
    refusal: str

    @property
    def is_destructive(self) -> bool:
        """It takes something away, or binds rows that stand."""
        return not self.change.is_additive


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that another model would change."""

    changes: tuple[Planned, ...]

    @property
    def destructive(self) -> tuple[Planned, ...]:
        """Those that are made only when they are asked for."""
        return tuple(one for one in self.changes if one.is_destructive)

    @property
    def refused(self) -> tuple[Planned, ...]:
        """Those that cannot be made."""
        return tuple(one for one in self.changes if one.refusal)


def plan(database: Database, model: Catalogue, *, seen_from: Standpoint) -> Plan:
    """What the tables lack and what they have too much for that model; nothing is changed."""
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(_as_owner(database, local=True))
        return _plan(connection, model, seen_from=seen_from)


def apply_additions(
    database: Database, model: Catalogue, *, seen_from: Standpoint, before_commit: Callable[[Plan], None]
) -> Plan:
    """Add what the model adds, while others read and write; what is to be dropped stays.

    Tables and columns come in one transaction that waits for no lock longer than `LOCK_TIMEOUT` and is tried again;
    then the indexes of tables that were there, for which nobody waits. Run again, it makes what is still missing.

    Args:
        database: of the node.
        model: that it is to have.
        seen_from: the model in force, and the node's time.
        before_commit: told of what is made; when it raises, nothing stands.

    Raises:
        TablesBusyError: the tables were in use all the time; nothing was changed.
    """

    def add(connection: Connection) -> Plan:
        found = _plan(connection, model, seen_from=seen_from)
        made = [one for one in found.changes if not one.is_destructive]
        for one in made:
            if not _is_made_beside(one.change):
                connection.execute(one.change.statement)
        touched = {one.change.table for one in made}
        for shape in shapes(model):
            # What a field is may be said in other words, and nothing else be changed.
            named = (shape.table, *(column.name for column in shape.columns))
            if shape.table in touched or any(map(is_of_agency, named)):
                for statement in grants_and_comments(shape, database.roles):
                    connection.execute(statement)
        outcome = Plan(changes=tuple(made))
        before_commit(outcome)
        return outcome

    outcome = _tried(database, add)
    _make_indexes(database, [one.change for one in outcome.changes if _is_made_beside(one.change)])
    return outcome


def apply_destructive(
    database: Database, model: Catalogue, *, seen_from: Standpoint, before_commit: Callable[[Plan], None]
) -> Plan:
    """Make what takes something away, in one transaction; the additions were made before.

    What the change feed told of it goes with it, and so do the keys of records that had ended.

    Raises:
        NotPossibleError: rows would be left without what they must have, it is not the agency's to change, or a legal
            hold keeps it.
        TablesBusyError: the tables were in use all the time; nothing was changed.
    """

    def drop(connection: Connection) -> Plan:
        keep_holds_still(connection)
        found = Plan(changes=_plan(connection, model, seen_from=seen_from).destructive)
        for one in found.refused:
            raise NotPossibleError(one.refusal)
        tables = frozenset(standing_tables(connection))
        for one in found.changes:
            if one.change.kind in LOSING:
                forget_told(connection, one.change, entity=entity_of(one.change.table, tables))
            connection.execute(one.change.statement)
        before_commit(found)
        return found

    return _tried(database, drop)


def _tried(database: Database, act: Callable[[Connection], Plan]) -> Plan:
    pause = _PAUSE
    for _ in range(ATTEMPTS):
        try:
            with database.connection(Principal.MIGRATOR) as connection:
                connection.execute(_as_owner(database, local=True))
                connection.execute(_QUERIES["take_migration_lock"].text)
                connection.execute(sql.SQL("set local lock_timeout = {}").format(sql.Literal(LOCK_TIMEOUT)))
                return act(connection)
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311  a pause, not a secret
            pause = min(2 * pause, _LONGEST_PAUSE)
    raise TablesBusyError(
        "the tables were in use all the time, and nothing was changed; run it again, or when no delivery is taken"
    )


def _plan(connection: Connection, model: Catalogue, *, seen_from: Standpoint) -> Plan:
    standing = standing_tables(connection)
    wanted = {shape.table: shape for shape in shapes(model)}
    found = [
        *(change for shape in wanted.values() for change in changes(shape, standing.get(shape.table))),
        *dropped_tables(standing, frozenset(wanted)),
    ]
    planned = (_planned(connection, change, wanted=wanted, standing=standing) for change in found)
    return Plan(
        changes=tuple(_unless_held(connection, one, tables=frozenset(standing), seen_from=seen_from) for one in planned)
    )


def _unless_held(connection: Connection, planned: Planned, *, tables: frozenset[str], seen_from: Standpoint) -> Planned:
    """It, refused where a legal hold keeps what it would take away."""
    change = planned.change
    if planned.refusal or not planned.lost or change.kind not in LOSING:
        return planned
    entity = entity_of(change.table, tables)
    holds = holds_over(connection, change, entity=entity, seen_from=seen_from)
    if not holds:
        return planned
    return replace(
        planned,
        refusal=f"{_where(change)} is under {holds} legal holds, which `watchroom hold list` names;"
        " it may go when they are lifted",
    )


def _planned(
    connection: Connection, change: Change, *, wanted: Mapping[str, Shape], standing: Mapping[str, Standing]
) -> Planned:
    there = change.table in standing and standing[change.table].has_rows
    rows = _count(connection, change.table) if there else 0
    lost = rows if change.kind is ChangeKind.TABLE_DROPPED else 0
    if change.kind in _COUNTED_VALUES and there:
        lost = _count(connection, change.table, column=change.column)
    empty = 0
    if change.kind is ChangeKind.NOW_REQUIRED and there:
        empty = rows - _count(connection, change.table, column=change.column)
    is_required = change.table in wanted and any(
        column.name == change.column and column.not_null for column in wanted[change.table].columns
    )
    return Planned(
        change=change, rows=rows, lost=lost, refusal=_refusal(change, rows=rows, empty=empty, is_required=is_required)
    )


def _refusal(change: Change, *, rows: int, empty: int, is_required: bool) -> str:
    where = _where(change)
    if change.kind is ChangeKind.REQUIRED_ADDED or (change.kind is ChangeKind.TYPE_CHANGED and is_required and rows):
        return f"{where} is required and {rows} rows have no value for it; let it be empty, fill it, then require it"
    if change.kind is ChangeKind.NOW_REQUIRED and empty:
        return f"{where} is to be required and {empty} rows have no value for it; fill it first"
    if not change.is_additive and not change.is_of_agency:
        return f"{where} is not the agency's own; a version of ours changes it by a numbered migration"
    return ""


def _where(change: Change) -> str:
    return f"`{change.table}.{change.column}`" if change.column else f"`{change.table}`"


def _count(connection: Connection, table: str, *, column: str | None = None) -> int:
    what = sql.SQL("*") if column is None else sql.Identifier(column)
    row = connection.execute(sql.SQL("select count({}) from {}").format(what, table_name(table))).fetchone()
    return int(row[0]) if row else 0


def _is_made_beside(change: Change) -> bool:
    return change.index is not None and not change.is_new


def _make_indexes(database: Database, found: list[Change]) -> None:
    if not found:
        return
    with psycopg.connect(database.conninfo(Principal.MIGRATOR), autocommit=True) as connection:
        connection.execute(_as_owner(database, local=False))
        for statement in _of_indexes(found):
            connection.execute(statement)


def _of_indexes(found: list[Change]) -> Iterator[sql.Composed]:
    for change in found:
        if change.index is not None:
            # One that was cut off is there and does not count; it is made anew.
            yield sql.SQL("drop index concurrently if exists {}").format(table_name(change.index.name))
            yield create_index(change.index, concurrently=True)


def _as_owner(database: Database, *, local: bool) -> sql.Composed:
    how = sql.SQL("set local role {}") if local else sql.SQL("set role {}")
    return how.format(sql.Identifier(database.roles.owner))
