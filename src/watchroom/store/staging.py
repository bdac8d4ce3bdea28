"""Staging: a temporary table per entity, into which a batch is copied before the one write."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import LiteralString

from psycopg import sql

from watchroom.model.catalogue import Column, Entity, Field, FieldKind, columns_of
from watchroom.store.database import Connection
from watchroom.store.tables import definition, names

# What the batch's stamp or the database gives; the rest of the columns comes from the source.
STAMPED = frozenset({"id", "agency_code", "source_system", "batch_id", "recorded_from", "seq_from"})

# What holds for a row of which the source says nothing else. A copy may leave these columns out.
_DEFAULTS: dict[str, LiteralString] = {
    "classification": "'official'",
    "realness": "'actual'",
    "basis": "'fact'",
    "is_restricted": "false",
    "unreliable_dates": "'{}'",
}
# What is found wrong with staged rows: one row per field of one of them that could not be given a value.
_NOTED: LiteralString = (
    "create temporary table if not exists noted"
    " (entity text not null, code text not null, file text, row bigint, field text not null, source_key text)"
    " on commit {}"
)
_PLACE = (
    Column(name="file", sql_type="text"),
    Column(name="row", sql_type="bigint"),
)


def key_name(field: Field) -> str:
    """The staging column that holds the source key of what a reference points to: `person_key` for `person_id`."""
    return field.name.removesuffix("_id") + "_key"


def references(entity: Entity) -> tuple[Field, ...]:
    """The reference fields of an entity."""
    return tuple(field for field in entity.fields if field.kind is FieldKind.REFERENCE)


def refers_to_itself(entity: Entity) -> bool:
    """Whether a row may point to another of the same entity, and so of the same batch."""
    return any(field.target == entity.name for field in references(entity))


def compared(entity: Entity) -> tuple[Column, ...]:
    """The columns whose change makes a new version: all that come from the source but its key."""
    return tuple(column for column in columns_of(entity) if column.name not in STAMPED | {"source_key"})


def staging_columns(entity: Entity) -> tuple[Column, ...]:
    """The columns of an entity's staging table that a batch may fill, in order.

    A reference `x_id` stands there as `x_key`, the source's own key. `file` and `row` say where a row came from
    and return with its issues. `held` marks a row that ingest has refused but whose key the source still gives:
    it is not written, and a full batch does not end its record. `kept` names columns of which the source says nothing
    that can be read: what stood in them stays.
    """
    columns: list[Column] = [Column(name="source_key", sql_type="text", not_null=True)]
    for column in compared(entity):
        if column.field is not None and column.field.kind is FieldKind.REFERENCE:
            columns.append(Column(name=key_name(column.field), sql_type="text", field=column.field))
        else:
            columns.append(Column(name=column.name, sql_type=column.sql_type, base=column.base, field=column.field))
    columns.extend(_PLACE)
    columns.append(Column(name="held", sql_type="boolean", not_null=True))
    columns.append(Column(name="kept", sql_type="text[]"))
    return tuple(columns)


def staging_of(entity: Entity) -> str:
    """The name of an entity's staging table."""
    return f"stage_{entity.name}"


def create_staging(connection: Connection, entity: Entity) -> str:
    """Make the empty staging table of this transaction, which ends with it; the name of the table.

    Fill it by `copy_into`, or with any statement.
    """
    return create_stagings(connection, (entity,))[0]


def create_stagings(connection: Connection, entities: Sequence[Entity], *, stay: bool = False) -> tuple[str, ...]:
    """Make the staging tables of several entities, and that of what is found wrong with their rows, in one journey.

    Args:
        connection: as loader, in its transaction.
        entities: of which there are to be some.
        stay: empty, they stay in the session for the next transaction that asks so. One message a second would leave
            ten million dead rows a day in the catalogues of PostgreSQL, and making them takes an eighth of its time.
    """
    connection.execute(_making(tuple(entities), is_staying=stay))
    return tuple(staging_of(entity) for entity in entities)


@lru_cache(maxsize=256)
def _making(entities: tuple[Entity, ...], *, is_staying: bool) -> bytes:
    """The statements; to put them together takes longer than a server takes that has the tables already."""
    end = sql.SQL("delete rows" if is_staying else "drop")
    statements: list[sql.Composable] = [sql.SQL(_NOTED).format(end)]
    for entity in entities:
        name = staging_of(entity)
        # INVARIANT: of many rows the index is made once they are all there, so no table is left that has one.
        dropped = sql.SQL("drop table if exists {}").format(staging_table(name))
        made = sql.SQL("create temporary table if not exists {} ({}) on commit {}").format(
            sql.Identifier(name), sql.SQL(", ").join(_definitions(entity)), end
        )
        statements += [made] if is_staying else [dropped, made]
    return sql.SQL(";\n").join(statements).as_bytes()


def copy_into(staged: str, columns: tuple[str, ...]) -> sql.Composed:
    """The COPY statement (text format) that fills those columns of a staging table."""
    return sql.SQL("copy {} ({}) from stdin").format(staging_table(staged), names(columns))


def index_staging(staged: str) -> sql.Composed:
    """The statement that makes the keys of a filled staging table unique and quick to find; again, it does nothing.

    A full batch looks for the keys that are not in it. Without this, an estimate that is wrong by much has the
    planner read the whole batch for every row of the record.
    """
    return sql.SQL("create unique index if not exists {} on {} (source_key)").format(
        sql.Identifier(f"{staged}_key"), staging_table(staged)
    )


def hold_keys(connection: Connection, staged: str, keys: Sequence[str]) -> None:
    """Stage keys as held that are not staged yet: no record of them is written, and none ends."""
    connection.execute(index_staging(staged))
    connection.execute(
        sql.SQL(
            "insert into {} (source_key, held) select distinct given.key, true"
            " from unnest(%(keys)s::text[]) as given (key) on conflict (source_key) do nothing"
        ).format(staging_table(staged)),
        {"keys": list(keys)},
    )


def staging_table(staged: str) -> sql.Identifier:
    """A staging table, qualified."""
    return sql.Identifier("pg_temp", staged)


def _definitions(entity: Entity) -> Iterator[sql.Composable]:
    for column in staging_columns(entity):
        plain: sql.Composable = definition(column)
        if column.name in _DEFAULTS:
            plain = sql.SQL("{} not null default {}").format(plain, sql.SQL(_DEFAULTS[column.name]))
        elif column.name == "held":
            plain = sql.SQL("{} default false").format(plain)
        yield plain
    if refers_to_itself(entity):
        # A row of the same batch must have its id before the rows that point to it are written.
        yield sql.SQL("new_id uuid not null default uuidv7()")
