"""The tables of the record, derived from the model: an entity's current versions and its history.

A shape says what should be there; `table_changes` compares it with what is there. A fresh database and one that
grew with the model go the same way and come out equal.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import LiteralString, cast

from psycopg import sql

from watchroom.kernel.errors import WatchroomError
from watchroom.model.catalogue import HISTORY_COLUMNS, Catalogue, Column, Entity, FieldKind, columns_of
from watchroom.store.roles import Principal, Roles

RECORD = "record"
HISTORY_SUFFIX = "_history"
# Where each version came from. No column of the model: nobody is shown them but by the lineage of a row (ADR 37).
ORIGIN_COLUMNS: tuple[Column, ...] = (
    Column(name="origin_file", sql_type="bigint", base=True),
    Column(name="origin_row", sql_type="bigint", base=True),
    Column(name="origin_kept", sql_type="text[]", base=True),
    Column(name="origin_restricted", sql_type="boolean", base=True),
)
_ORIGIN_COMMENTS = {
    "origin_file": "File of the batch that gave this version (ingest.file); null: it came from no file.",
    "origin_row": "Number of the row in that file.",
    "origin_kept": "Columns in which what an earlier version gave stays; null: none.",
    "origin_restricted": "It stands where the person of another source does, and its own source restricts it or not;"
    " null: place and restriction are its own source's.",
}
# A reader finds an episode's rows by the person; an index more would cost every write.
_UNINDEXED_TARGETS = frozenset({"custody_episode"})
# Each read asks what is restricted; the words are those that the gate asks in, so that the planner sees it.
_HIDDEN: LiteralString = "is_restricted is not false"


class SchemaDriftError(WatchroomError):
    """A table that no addition can bring to the model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """An index of a table, named after what it holds.

    Attributes:
        is_of_form: it holds texts in the form in which identifiers are compared.
    """

    table: str
    columns: tuple[str, ...]
    unique: bool = False
    where: LiteralString | None = None
    is_of_form: bool = False

    @property
    def is_late(self) -> bool:
        """It is made when the entity is first filled; what is unique holds from the beginning."""
        return not self.unique

    @property
    def name(self) -> str:
        """Stable, and within PostgreSQL's 63 bytes."""
        part = "part_" if self.where is not None else "form_" if self.is_of_form else ""
        return f"{self.table}__{part}{'_'.join(self.columns)}"[:63]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What one table should be.

    Attributes:
        table: its name in schema `record`.
        entity: whose rows it holds.
        columns: in order of a fresh table; one that grew has the later ones at its end.
        key: columns of the primary key.
        indexes: besides the primary key.
        loader_may: privileges of the loader.
    """

    table: str
    entity: Entity
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    indexes: tuple[Index, ...]
    loader_may: LiteralString


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What one table is at present: its columns with type and NOT NULL, its indexes, and whether it has rows."""

    columns: Mapping[str, tuple[str, bool]]
    indexes: frozenset[str]
    has_rows: bool


def stored_columns(entity: Entity) -> tuple[Column, ...]:
    """The columns of an entity's current table: those of the model, and where the version came from."""
    return (*columns_of(entity), *ORIGIN_COLUMNS)


def history_of(entity: Entity) -> str:
    """The name of the table of an entity's superseded versions."""
    return f"{entity.name}{HISTORY_SUFFIX}"


def shapes(model: Catalogue) -> Iterator[Shape]:
    """Two shapes for each entity: current and history."""
    for entity in model.entities.values():
        yield from shapes_of(entity)


def shapes_of(entity: Entity) -> Iterator[Shape]:
    """The two shapes of one entity."""
    columns = stored_columns(entity)
    yield Shape(
        table=entity.name,
        entity=entity,
        columns=columns,
        key=("id",),
        indexes=tuple(_current_indexes(entity)),
        loader_may="select, insert, update, delete, maintain",
    )
    yield Shape(
        table=history_of(entity),
        entity=entity,
        columns=(*columns, *HISTORY_COLUMNS),
        key=("id", "seq_to"),
        indexes=tuple(_history_indexes(entity)),
        # INVARIANT: a superseded version is never written again; only the owner erases.
        loader_may="select, insert, maintain",
    )


def grants_and_comments(shape: Shape, roles: Roles) -> Iterator[sql.Composed]:
    """The statements that say who may write a table and what its columns are; to be run each time."""
    loader = sql.Identifier(roles.login(Principal.LOADER))
    yield sql.SQL("grant {} on {} to {}").format(sql.SQL(shape.loader_may), table_name(shape.table), loader)
    yield from _comments(shape)


def table_name(table: str) -> sql.Identifier:
    """A table of the record, qualified."""
    return sql.Identifier(RECORD, table)


def standing_table(table: str, *, is_beside: bool) -> sql.Identifier:
    """A table of the record, qualified, or the one beside it (`store.beside`)."""
    return sql.Identifier("pg_temp", f"beside_{table}") if is_beside else table_name(table)


def names(columns: Iterable[str]) -> sql.Composed:
    """Column names, separated by commas."""
    return sql.SQL(", ").join(sql.Identifier(column) for column in columns)


def type_of(column: Column) -> sql.SQL:
    """The type of a column; the model's own words, so they count as a literal."""
    return sql.SQL(cast(LiteralString, column.sql_type))


def form_of(text: sql.Composable) -> sql.Composed:
    """An identifier in the form in which it is compared: blanks and capitals tell no two things apart."""
    return sql.SQL("upper(replace({}, ' ', ''))").format(text)


def definition(column: Column) -> sql.Composed:
    """A column as it stands in a table definition."""
    not_null = sql.SQL(" not null") if column.not_null else sql.SQL("")
    return sql.SQL("{} {}{}").format(sql.Identifier(column.name), type_of(column), not_null)


def _current_indexes(entity: Entity) -> Iterator[Index]:
    yield Index(table=entity.name, columns=("source_system", "source_key"), unique=True)
    yield Index(table=entity.name, columns=("seq_from",))
    if entity.scoped_by:
        yield Index(table=entity.name, columns=entity.scoped_by)
    yield Index(table=entity.name, columns=("id",), where=_HIDDEN)
    for field in entity.fields:
        if field.kind is FieldKind.REFERENCE and field.target not in _UNINDEXED_TARGETS:
            yield Index(table=entity.name, columns=(field.name,))
        if field.identifies:
            yield Index(table=entity.name, columns=(field.name,), is_of_form=True)


def _history_indexes(entity: Entity) -> Iterator[Index]:
    table = history_of(entity)
    yield Index(table=table, columns=("seq_to",))
    if entity.scoped_by:
        yield Index(table=table, columns=(*entity.scoped_by, "seq_to"))
    yield Index(table=table, columns=("id",), where=_HIDDEN)
    for field in entity.fields:
        if field.kind is FieldKind.REFERENCE and field.target == "person":
            yield Index(table=table, columns=(field.name, "seq_to"))


def _comments(shape: Shape) -> Iterator[sql.Composed]:
    past = " Superseded versions." if shape.table != shape.entity.name else ""
    yield sql.SQL("comment on table {} is {}").format(
        table_name(shape.table), sql.Literal(shape.entity.description + past)
    )
    for column in shape.columns:
        if column.name in _ORIGIN_COMMENTS:
            yield sql.SQL("comment on column {}.{} is {}").format(
                table_name(shape.table), sql.Identifier(column.name), sql.Literal(_ORIGIN_COMMENTS[column.name])
            )
        if column.field is None:
            continue
        companion = "As the source says it: " if column.name == column.field.source_value_name else ""
        text = f"{companion}{column.field.description} [sensitivity: {column.field.sensitivity}]"
        yield sql.SQL("comment on column {}.{} is {}").format(
            table_name(shape.table), sql.Identifier(column.name), sql.Literal(text)
        )
