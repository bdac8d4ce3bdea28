"""What of the raw rows of a source is about records that were erased: by what the mapping of each batch said."""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from watchroom.ingest.circumstances import Circumstances
from watchroom.ingest.mapping import About, Mapping, MappingError, Mappings
from watchroom.ingest.row_naming import RowNaming, kept_namings, key_on_fields, naming_of
from watchroom.kernel.errors import NotFoundError
from watchroom.kernel.named_sql import load_queries
from watchroom.sources.file_names import table_of
from watchroom.store.database import Connection
from watchroom.store.erased_values import forget_values
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
        namings: whose its rows are, as the mapping of the batch said it, and as that mapping says it now; empty: nobody
            has said, or nobody knows any more.
    """

    id: int
    table: str
    header: tuple[str, ...]
    batch_id: UUID
    namings: tuple[RowNaming, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawErased:
    """What went of raw rows.

    Attributes:
        rows: how many.
        whole: sources of which nobody has said whose a row is, so that all raw rows of some batches went.
        unread: other sources that set messages aside of which nobody can say whose they are; these stay.
        queued: values in the queue of codes that stood in them, by their number.
    """

    rows: int
    whole: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    queued: frozenset[int] = frozenset()


def forget_erased(connection: Connection, around: Circumstances, *, batch_id: UUID, is_any_refused: bool) -> None:
    """Erase what a batch keeps about records that were erased before, in its transaction, as loader.

    That is its raw rows, messages as they came, and values that wait for a code and stand in no record.

    Args:
        connection: in the transaction of the batch.
        around: what it works with.
        batch_id: its own.
        is_any_refused: a row of it names a record, or somebody of another source, that was erased.
    """
    source, machine_at = around.source.name, around.machine.now()
    row = connection.execute(_QUERIES["has_tombstones"].text, {"source_system": source}).fetchone()
    if not (row and row[0]) and not is_any_refused:
        return
    # Of a message of which nobody can say whose each part is, nothing is kept where some of it was erased.
    connection.execute(_QUERIES["erase_unread"].text, {"source_system": source, "machine_at": machine_at})
    # INVARIANT: it was kept when the batch began, unless the mapping does not say it.
    digest = around.mapping.version.digest
    naming = kept_namings(connection, [digest]).get(digest)
    namings = () if naming is None else (naming,)
    files = [_held(row, namings) for row in _rows(connection, source, batch_id=batch_id)]
    places = None if naming is None else _places(files, tuple(around.mapping.entities))
    if places is None:
        erase_raw(connection, batch_id=batch_id, machine_at=machine_at)
        queued = _queued(connection, source, batch_id=batch_id)
    else:
        queued = erase_raw_again(connection, source, places=places).queued
    given = {"source_system": source, "batch_id": batch_id, "machine_at": machine_at}
    connection.execute(_QUERIES["erase_torn"].text, given)
    forget_values(connection, around.model, queued=queued)


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """Records that go: of which erasure, whose tombstones are written down, from which sources, of which entities."""

    erasure: UUID
    sources: Sequence[str]
    entities: Sequence[str]


def erase_raw_rows(connection: Connection, going: Going, *, mappings: Mappings, machine_at: datetime) -> RawErased:
    """Erase the raw rows about the records of an erasure, as owner.

    Of a batch whose mapping did not say whose its rows are, all raw rows go: what cannot be told apart is not kept.

    Args:
        connection: in the transaction of the erasure.
        going: the records.
        mappings: of the node, for batches of before it was kept whose their rows are.
        machine_at: of the machine.
    """
    rows, whole, queued = 0, list[str](), set[int]()
    for name in going.sources:
        connection.execute(_QUERIES["erase_unread"].text, {"source_system": name, "machine_at": machine_at})
        files = _files(connection, name, mappings)
        untold = {file.batch_id for file in files if not file.namings}
        told = [file for file in files if file.batch_id not in untold]
        places = _places(told, going.entities)
        if places is None:
            untold = {file.batch_id for file in files}
        if untold:
            rows += sum(erase_raw(connection, batch_id=batch, machine_at=machine_at) for batch in sorted(untold))
            whole.append(name)
            queued |= _queued(connection, name)
        if places is not None and told:
            went = erase_raw_of(connection, going.erasure, source=name, places=places)
            rows += went.rows
            queued |= went.queued
        given = {"source_system": name, "batch_id": None, "machine_at": machine_at}
        connection.execute(_QUERIES["erase_torn"].text, given)
    asked = {"sources": list(going.sources)}
    unread = tuple(row[0] for row in connection.execute(_QUERIES["unread_sources"].text, asked))
    return RawErased(rows=rows, whole=tuple(whole), unread=unread, queued=frozenset(queued))


def _queued(connection: Connection, source: str, *, batch_id: UUID | None = None) -> frozenset[int]:
    given = {"source_system": source, "batch_id": batch_id}
    return frozenset(row[0] for row in connection.execute(_QUERIES["queued_values"].text, given))


_FileRow = tuple[int, str, str | None, list[str], UUID, str | None, str | None]


def _rows(connection: Connection, source: str, *, batch_id: UUID | None) -> list[_FileRow]:
    given = {"source_system": source, "batch_id": batch_id}
    return connection.execute(_QUERIES["raw_files"].text, given).fetchall()  # type: ignore[return-value]


def _files(connection: Connection, source: str, mappings: Mappings) -> tuple[RawHeld, ...]:
    """The files of a source, each with what the mapping of its batch said."""
    rows = _rows(connection, source, batch_id=None)
    kept = kept_namings(connection, sorted({row[6] for row in rows if row[6] is not None}))
    now = {name: _now(mappings, name) for name in {row[5] for row in rows}}
    said = {
        made_by: _said(made_by[1], kept=kept, now=now[made_by[0]]) for made_by in {(row[5], row[6]) for row in rows}
    }
    return tuple(_held(row, said[row[5], row[6]]) for row in rows)


def _now(mappings: Mappings, name: str | None) -> Mapping | None:
    """The mapping of that name as it is now; None: it is gone, or says nothing that can be read."""
    try:
        return None if name is None else mappings.load(name)
    except (NotFoundError, MappingError):
        return None


def _said(digest: str | None, *, kept: Dictionary[str, RowNaming], now: Mapping | None) -> tuple[RowNaming, ...]:
    """What was said of the rows of a batch, and what is said now: a column that was forgotten once is not for ever.

    Of an own mapping that is another one by now nobody knows what it said, where that was not kept.
    """
    known = digest in kept or (now is not None and (not now.is_own or now.version.digest == digest))
    said = [kept.get(digest or ""), None if now is None else naming_of(now)]
    return tuple(one for one in said if one is not None) if known else ()


def _held(row: _FileRow, namings: tuple[RowNaming, ...]) -> RawHeld:
    number, name, table, header, batch_id, _, _ = row
    columns = tuple(column.upper() for column in header)
    return RawHeld(id=number, table=table or table_of(name), header=columns, batch_id=batch_id, namings=namings)


def _places(files: Sequence[RawHeld], entities: Sequence[str]) -> Places | None:
    """Where rows of files hold names and keys; None: one of these entities has a key that cannot be looked for."""
    keyed = list(_keyed(files, entities))
    if any(one is None for one in keyed):
        return None
    named = [place for file in files for naming in file.namings for place in _named(naming.about, file)]
    return Places(named=tuple(dict.fromkeys(named)), keyed=[one for one in keyed if one is not None])


def _named(about: About, file: RawHeld) -> Iterator[NamedAt]:
    """Where the rows of a file hold names."""
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


def _keyed(files: Sequence[RawHeld], entities: Sequence[str]) -> Iterator[KeyedBy | None]:
    """How the keys of records are made of rows; of files with the same columns and keys at once."""
    alike: dict[tuple[str, str, tuple[str, ...]], set[int]] = {}
    for file in files:
        keys = {pair for naming in file.namings for pair in naming.keys.get(file.table, {}).items()}
        for entity, key in keys:
            if entity in entities:
                alike.setdefault((entity, key, file.header), set()).add(file.id)
    for (entity, key, header), numbers in alike.items():
        text = key_on_fields(key, header)
        yield None if text is None else KeyedBy(entity=entity, files=tuple(sorted(numbers)), key=text)
