"""What of the raw rows of a source is about records that were erased: read off its mapping."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString, cast
from uuid import UUID

import sqlglot
from sqlglot import exp

from watchroom.ingest.circumstances import Circumstances
from watchroom.ingest.lineage import record_key
from watchroom.ingest.mapping import About, Mapping, load_mapping
from watchroom.ingest.registry import list_sources
from watchroom.kernel.errors import NotFoundError
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection
from watchroom.store.raw import erase_raw
from watchroom.store.raw_erasing import KeyedBy, NamedAt, Places, erase_raw_again, erase_raw_of

_QUERIES = load_queries("watchroom.ingest", "erased.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawHeld:
    """A file of which raw rows are kept.

    Attributes:
        id: of `ingest.file`.
        table: that it is to the mapping.
        header: its columns, in capitals.
        batch_id: of its batch.
    """

    id: int
    table: str
    header: tuple[str, ...]
    batch_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RawErased:
    """What went of raw rows.

    Attributes:
        rows: how many.
        whole: sources of which nobody has said whose a row is, so that all their raw rows went.
    """

    rows: int
    whole: tuple[str, ...] = ()


def forget_erased(connection: Connection, around: Circumstances, *, batch_id: UUID, is_any_refused: bool) -> int:
    """Erase the raw rows of a batch about records that were erased before, in its transaction; how many, as loader.

    Args:
        connection: in the transaction of the batch.
        around: what it works with.
        batch_id: its own.
        is_any_refused: a row of it names a record, or somebody of another source, that was erased.
    """
    source = around.source.name
    row = connection.execute(_QUERIES["has_tombstones"].text, {"source_system": source}).fetchone()
    if not (row and row[0]) and not is_any_refused:
        return 0
    mapping = around.mapping
    files = _files(connection, source, mapping, batch_id=batch_id)
    if mapping.about is None:
        return erase_raw(connection, batch_id=batch_id, machine_at=around.machine.now())
    keyed = list(_keyed(mapping, files, tuple(mapping.entities)))
    places = Places(named=list(_named(mapping.about, files)), keyed=keyed)
    return erase_raw_again(connection, source, places=places)


def erase_raw_rows(
    connection: Connection, erasure: UUID, *, sources: Sequence[str], entities: Sequence[str], machine_at: datetime
) -> RawErased:
    """Erase the raw rows about the records of an erasure, as owner.

    Of a source whose mapping does not say whose its rows are, all raw rows go: what cannot be told apart is not kept.

    Args:
        connection: in the transaction of the erasure.
        erasure: whose tombstones are written down.
        sources: whose records go.
        entities: of those records.
        machine_at: of the machine.
    """
    mappings = {source.name: source.mapping for source in list_sources(connection)}
    rows, whole = 0, list[str]()
    for name in sources:
        mapping = _mapping(mappings.get(name))
        files = _files(connection, name, mapping, batch_id=None)
        if mapping is None or mapping.about is None:
            rows += sum(
                erase_raw(connection, batch_id=batch, machine_at=machine_at)
                for batch in dict.fromkeys(file.batch_id for file in files)
            )
            whole += [name] if files else []
            continue
        places = Places(named=list(_named(mapping.about, files)), keyed=list(_keyed(mapping, files, entities)))
        rows += erase_raw_of(connection, erasure, source=name, places=places)
    return RawErased(rows=rows, whole=tuple(whole))


def _mapping(name: str | None) -> Mapping | None:
    try:
        return None if name is None else load_mapping(name)
    except NotFoundError:
        return None


def _files(
    connection: Connection, source: str, mapping: Mapping | None, *, batch_id: UUID | None
) -> tuple[RawHeld, ...]:
    rows = connection.execute(_QUERIES["raw_files"].text, {"source_system": source, "batch_id": batch_id})
    return tuple(
        RawHeld(
            id=number,
            table="" if mapping is None else mapping.table_of(name),
            header=tuple(column.upper() for column in header),
            batch_id=batch,
        )
        for number, name, header, batch in rows
    )


def _named(about: About, files: Sequence[RawHeld]) -> Iterator[NamedAt]:
    """Where the rows of files hold names."""
    for file in files:
        for one in about.columns:
            needed = {one.column} if one.when is None else {one.column, one.when[0]}
            if (one.table or file.table) != file.table or not needed <= set(file.header):
                continue
            yield NamedAt(
                file_id=file.id,
                kind=one.kind,
                position=file.header.index(one.column) + 1,
                passes=(file.table, one.column) in about.passes,
                if_at=None if one.when is None else file.header.index(one.when[0]) + 1,
                if_is=None if one.when is None else one.when[1],
            )


def _keyed(mapping: Mapping, files: Sequence[RawHeld], entities: Sequence[str]) -> Iterator[KeyedBy]:
    """How the keys of records are made of rows; of files with the same columns at once."""
    alike: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for file in files:
        alike.setdefault((file.table, file.header), []).append(file.id)
    for (table, header), numbers in alike.items():
        rule = mapping.rule(table)
        for entity in entities:
            key = record_key(mapping.entities[entity], rule) if entity in mapping.entities and rule.columns else None
            if key is not None:
                yield KeyedBy(entity=entity, files=tuple(numbers), key=_on_fields(key, header))


def _on_fields(key: str, header: Sequence[str]) -> LiteralString:
    """The SQL of a key on the columns of a table, on the fields of its raw rows as PostgreSQL keeps them."""

    def field(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Column):
            return node
        return exp.var(f"raw.fields[{header.index(node.name) + 1}]") if node.name in header else exp.null()

    text = sqlglot.parse_one(key, read="duckdb").transform(field).sql("postgres")
    # Made of the mapping's own text and of numbers.
    return cast(LiteralString, text.replace("%", "%%"))
