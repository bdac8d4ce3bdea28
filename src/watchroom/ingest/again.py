"""What was delivered and is there already: kept rows, rolls and messages, to be mapped again by a mended mapping."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from watchroom.ingest.mapping import MappingVersion, Snapshot
from watchroom.kernel.named_sql import load_queries
from watchroom.sources.arrow import empty_table
from watchroom.sources.faults import ASIDE, Fault, FaultCode
from watchroom.sources.file_names import table_of
from watchroom.sources.files import ROW_COLUMN, Delivery, SourceFile
from watchroom.sources.source_file import Take
from watchroom.store.database import Connection
from watchroom.store.raw import rows_of

_QUERIES = load_queries("watchroom.ingest", "again.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file of a delivery as it is kept.

    Attributes:
        name, sha256, header: as it was delivered.
        bad_rows: that could not be read, and so are not kept.
        rows: that were kept.
        left: of them that are still there.
        holder: id of the file that holds them: an earlier one of the same bytes, or its own.
    """

    name: str
    sha256: str
    header: tuple[str, ...]
    bad_rows: int
    rows: int
    left: int
    holder: int

    @property
    def missing(self) -> int:
        """How many of its rows were erased."""
        return self.rows - self.left


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRoll:
    """A roll that was taken, as it is kept.

    Attributes:
        batch_id: that took it.
        as_at: its instant.
        is_erased: its rows were erased as a whole; rows of one person do not count.
        file: it.
    """

    batch_id: UUID
    as_at: datetime
    is_erased: bool
    file: KeptFile


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPart:
    """A delivery of parts of tables that was taken, as it is kept.

    Attributes:
        as_at, dated_by: its instant, and how it is known.
        is_full: it held everything all the same.
        name: of what was delivered.
        files: its files, each by its number in the node, as `12/OFFENDERS.csv`: the same name comes in every part.
        faults: what could not be read of them.
    """

    as_at: datetime
    dated_by: str
    is_full: bool
    name: str
    files: tuple[KeptFile, ...]
    faults: tuple[Fault, ...]

    @property
    def is_gone(self) -> bool:
        """Whether all its rows were erased: then it says nothing, and what it gave stands."""
        return any(file.missing for file in self.files) and not any(file.left for file in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept of the delivery that stands, or of all of them where each adds to those before.

    Attributes:
        delivery_id: of the batch that was delivered.
        batch_id: of the last batch of the source: that one, or the last re-run of it.
        seq: sealed sequence of the latter.
        as_at, dated_by: instant of the extract, and how it is known.
        machine_started_at: when the delivery was taken.
        is_full: it held everything.
        name: of what was delivered.
        digest: of what was delivered; None: it was not kept.
        mapping: that made what stands; None: it was not kept.
        files: its files.
        faults: what could not be read of them.
        not_delivered: tables that the mapping took then, and that the delivery lacked.
        rolls: of a source of rolls all that were taken, the earliest first; `files` is then the last one's.
        parts: of a source of parts of tables all that were taken, the earliest first; `files` is then of all of them.
        is_heard: it is all messages of the source, in the order in which they came.
        unheard: of them that were taken and cannot be read again: what they gave stands.
        erased: of those the ones that were erased.
        shifted: batch and table of which the codec gives another number of rows than when they came: which of them
            is kept at which place is not known.
    """

    delivery_id: UUID
    batch_id: UUID
    seq: int
    as_at: datetime
    dated_by: str
    machine_started_at: datetime
    is_full: bool
    name: str
    digest: str | None
    mapping: MappingVersion | None
    files: tuple[KeptFile, ...]
    faults: tuple[Fault, ...]
    not_delivered: frozenset[str]
    rolls: tuple[KeptRoll, ...] = ()
    parts: tuple[KeptPart, ...] = ()
    is_heard: bool = False
    unheard: int = 0
    erased: int = 0
    shifted: frozenset[tuple[UUID, str]] = frozenset()

    @property
    def holds_everything(self) -> bool:
        """Whether what is not made of it again has ended; of single tables `missing` tells otherwise."""
        if self.parts:
            return not self.missing
        return (self.is_full or bool(self.rolls) or self.is_heard) and not self.unheard

    @property
    def is_one_by_one(self) -> bool:
        """Whether it is several deliveries, each of which adds to those before."""
        return bool(self.parts) or self.is_heard

    @property
    def tables(self) -> frozenset[str]:
        """The tables of which everything that was delivered is known, were it that there was none."""
        return self.not_delivered | {table_of(file.name) for file in self.files}

    @property
    def missing(self) -> Mapping[str, int]:
        """By file how many of its rows were erased; files that are whole are left out."""
        return {file.name: file.missing for file in self.files if file.missing}


def kept_delivery(connection: Connection, source: str) -> Kept | None:
    """What is kept of the delivery of a source that stands, as loader; None: nothing stands."""
    row = connection.execute(_QUERIES["kept_batch"].text, {"source_system": source}).fetchone()
    if row is None:
        return None
    lacking = connection.execute(_QUERIES["not_delivered"].text, {"batch_id": row[0]}).fetchall()
    return Kept(
        delivery_id=row[0],
        batch_id=row[1],
        seq=row[2],
        as_at=row[3],
        dated_by=row[4],
        machine_started_at=row[5],
        is_full=row[6],
        name=row[7],
        digest=row[8],
        mapping=None if row[9] is None else MappingVersion(name=row[9], version=row[10], digest=row[11]),
        files=_files(connection, row[1]),
        faults=_faults(connection, row[1]),
        not_delivered=frozenset(table_of(name) for (name,) in lacking),
    )


def bring_back(connection: Connection, source: str) -> None:
    """Have what came before a source last ended be mapped again too, as loader, if this transaction is committed."""
    connection.execute(_QUERIES["bring_back"].text, {"source_system": source})


def _files(connection: Connection, batch_id: UUID) -> tuple[KeptFile, ...]:
    """The files of a batch."""
    return tuple(_file(file) for file in connection.execute(_QUERIES["kept_files"].text, {"batch_id": batch_id}))


def _faults(connection: Connection, batch_id: UUID) -> tuple[Fault, ...]:
    """What could not be read of the files of a batch."""
    codes = sorted(code.value for code in ASIDE)
    return tuple(
        Fault(code=FaultCode(code), file=file, row=row, field=field, message=message)
        for file, row, field, code, message in connection.execute(
            _QUERIES["kept_faults"].text, {"batch_id": batch_id, "codes": codes}
        )
    )


def _file(found: tuple[Any, ...]) -> KeptFile:
    """The file of a row of `kept_files`."""
    name, sha256, header, bad, rows, is_erased, holder, left = found
    return KeptFile(
        name=name,
        sha256=sha256,
        header=tuple(header),
        bad_rows=bad,
        rows=rows,
        left=0 if is_erased else left,
        holder=holder,
    )


def with_parts(connection: Connection, kept: Kept, source: str) -> Kept:
    """What is kept of a source of parts of tables, with all that were taken, as loader."""
    asked = {"source_system": source}
    files: dict[UUID, list[KeptFile]] = {}
    names: dict[tuple[UUID, str], str] = {}
    for batch_id, name, file in _part_files(connection, source):
        names[batch_id, name] = file.name
        files.setdefault(batch_id, []).append(file)
    parts = tuple(
        KeptPart(
            as_at=as_at,
            dated_by=dated_by,
            is_full=is_full,
            name=name,
            files=tuple(files.get(batch_id, ())),
            faults=tuple(
                replace(fault, file=names.get((batch_id, fault.file), fault.file))
                for fault in _faults(connection, batch_id)
            ),
        )
        for batch_id, as_at, dated_by, is_full, name in connection.execute(
            _QUERIES["kept_parts"].text, asked
        ).fetchall()
    )
    return replace(kept, parts=parts, files=tuple(file for part in parts for file in part.files), faults=())


def _part_files(connection: Connection, source: str) -> Iterator[tuple[UUID, str, KeptFile]]:
    """The files of all parts of tables: the batch of each, its name there, and it."""
    for batch_id, number, *found in connection.execute(_QUERIES["kept_part_files"].text, {"source_system": source}):
        yield batch_id, found[0], _file((f"{number}/{found[0]}", *found[1:]))


def with_rolls(connection: Connection, kept: Kept, source: str) -> Kept:
    """What is kept of a source of rolls, with all that were taken, as loader."""
    rolls = _rolls(connection, source)
    return replace(kept, rolls=rolls, files=tuple(roll.file for roll in rolls[-1:]))


def _rolls(connection: Connection, source: str) -> tuple[KeptRoll, ...]:
    rows = connection.execute(_QUERIES["kept_rolls"].text, {"source_system": source}).fetchall()
    last = {row[2]: row[0] for row in rows}
    return tuple(
        KeptRoll(batch_id=row[0], as_at=row[1], is_erased=row[7], file=_file((_name_of(row, last), *row[3:])))
        for row in rows
    )


def are_rows_left(connection: Connection, kept: Kept, source: str) -> bool:
    """Whether of the rows of all files that are mapped again as many are left as were counted, as loader."""
    if kept.rolls:
        return _rolls(connection, source) == kept.rolls
    if kept.parts:
        return {file for _, _, file in _part_files(connection, source)} == set(kept.files)
    return _files(connection, kept.batch_id) == kept.files


def _name_of(row: tuple[Any, ...], last: Mapping[str, UUID]) -> str:
    """The name of a roll's file. Of two of one day the last has it: rows say by it where they are from."""
    return row[2] if last[row[2]] == row[0] else f"{row[2]} ({row[0]})"


def keep_rolls_again(connection: Connection, *, batch_id: UUID, source: str) -> None:
    """Enter the files of all rolls of a source for a batch that is made of them; their rows are kept once."""
    connection.execute(_QUERIES["keep_rolls_again"].text, {"batch_id": batch_id, "source_system": source})


def read_kept(connection: Connection, kept: Kept, *, take: Take, snapshot: Snapshot | None = None) -> Delivery:
    """The delivery as it was read then, as loader.

    A row that could not be read then, or was erased since, counts as one that cannot be read: what it gave stands. In
    a roll whoever was erased has no row, and nothing that could stand.
    """
    return Delivery(folder=Path(kept.name), files=tuple(_read(connection, kept, take, snapshot=snapshot)), faults=())


def _read(connection: Connection, kept: Kept, take: Take, *, snapshot: Snapshot | None) -> Iterator[SourceFile]:
    for file in kept.files:
        table = table_of(file.name) if snapshot is None else snapshot.table
        # A table without a row is a table all the same.
        take(table, empty_table([*file.header, ROW_COLUMN]))
        for part in rows_of(connection, file_id=file.holder, header=file.header) if file.left else ():
            take(table, part)
        bad = file.bad_rows + (file.missing if snapshot is None else 0)
        yield SourceFile(
            name=file.name,
            table_name=table,
            sha256=file.sha256,
            header=file.header,
            faults=_of(file, kept.faults),
            rows_read=file.left + bad,
            bad_rows=bad,
            # Nobody has looked at every value again: the careful way gives the same.
            is_plain=False,
            is_bare=False,
        )


def _of(file: KeptFile, faults: Sequence[Fault]) -> tuple[Fault, ...]:
    return tuple(fault for fault in faults if fault.file == file.name)


def changed_fields(connection: Connection, seq: int) -> Mapping[str, Mapping[str, int]]:
    """By entity and column of how many rows a batch changed it, in the batch's own transaction, as loader."""
    found: dict[str, dict[str, int]] = {}
    for entity, field, number in connection.execute(_QUERIES["changed_fields"].text, {"seq": seq}):
        found.setdefault(entity, {})[field] = number
    return found
