"""Raw rows: what a source gave, kept unread, per batch and erasable.

They come and go as Arrow tables of text. Both ways run through COPY with the work done by column, so that a
million rows take seconds; nothing is ever taken apart value by value.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import pyarrow
import pyarrow.compute
import pyarrow.csv
from psycopg import sql

from watchroom.kernel.errors import NotFoundError, WatchroomError
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection

# INVARIANT: the wheel carries no types; what comes out of these is given its type where it is first named.
pa: Any = pyarrow
pc: Any = pyarrow.compute
csv: Any = pyarrow.csv

ROW_COLUMN = "source_row"
# INVARIANT: made once. Arrow looks for a package of dates each time that it makes a value of something of Python's.
_QUOTE, _NULL, _COMMA, _NOTHING, _OPENS, _CLOSES = (pa.scalar(text) for text in ('"', "NULL", ",", "", "\t{", "}\n"))
# INVARIANT: the first one first, or what is written for the others would be escaped again.
_ESCAPED = {"\\": "\\\\\\\\", '"': '\\\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_WRITTEN = str.maketrans(_ESCAPED)
# Rows that are written one by one: by column, each column costs calls of Arrow.
_FEW, _FEW_BYTES = 32, 1 << 18
_ROWS_AT_ONCE = 1 << 12
# Bytes of rows that are written out at once, but for one row that is larger. INVARIANT: escaping makes at most four of
# each, and Arrow joins less than 2 GiB.
_BYTES_AT_ONCE = 64 << 20
_BLOCK = 16 << 20
_ROWS_IN_PART = 1 << 15
_QUERIES = load_queries("watchroom.store", "raw.sql")


class RawRowsError(WatchroomError):
    """The database does not hold as many raw rows as were read: the batch must not stand."""


class RawTable(Protocol):
    """A pyarrow.Table."""

    num_rows: int
    column_names: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFile:
    """One file of a batch as it is kept.

    Attributes:
        id: of `ingest.file`.
        rows: how many rows it has.
        is_repeated: the same bytes were there before; the rows are kept once.
    """

    id: int
    rows: int
    is_repeated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenFile:
    """One file as a source gave it.

    Attributes:
        name: of the file; once in a batch.
        sha256: of its bytes, hexadecimal; bytes that are kept already for this source are not stored again.
        header: the columns that the source gave.
        rows: how many there are.
        bad_rows: how many more there were that could not be read.
        parts: gives them, some at a time: columns of text in the order of the header, and `source_row`, the row's
            number in the file. Asked for only if they are to be stored.
        table: of the source, as its mapping names it; None: it is not known.
    """

    name: str
    sha256: str
    header: tuple[str, ...]
    rows: int
    parts: Callable[[], Iterable[RawTable]]
    table: str | None = None
    bad_rows: int = 0


def store_raw(connection: Connection, *, batch_id: UUID, files: Sequence[GivenFile]) -> tuple[RawFile, ...]:
    """Keep the rows of files, in the order in which they are given.

    Args:
        connection: as loader.
        batch_id: of `ingest.batch`.
        files: each with its rows.

    Raises:
        RawRowsError: not all rows arrived.
    """
    kept = _enter(connection, batch_id, files)
    new = [(file, entry) for file, entry in zip(files, kept, strict=True) if entry.rows and not entry.is_repeated]
    if new:
        _copy_rows(connection, new)
    return kept


def _copy_rows(connection: Connection, files: Sequence[tuple[GivenFile, RawFile]]) -> None:
    rows = sum(entry.rows for _, entry in files)
    with connection.cursor() as cursor:
        with cursor.copy(_QUERIES["copy_rows_in"].text) as copy:
            for file, entry in files:
                for part in file.parts():
                    for lines in _copy_lines(part, file.header, entry.id):
                        copy.write(lines)
        if cursor.rowcount != rows:
            raise RawRowsError(f"{rows} raw rows were read, but {cursor.rowcount} arrived; nothing was loaded")


def _enter(connection: Connection, batch_id: UUID, files: Sequence[GivenFile]) -> tuple[RawFile, ...]:
    facts = [
        {
            "batch_id": batch_id,
            "name": file.name,
            "table_name": file.table,
            "sha256": file.sha256,
            "header": list(file.header),
            "row_count": file.rows,
            "bad_rows": file.bad_rows,
        }
        for file in files
    ]
    entered: list[RawFile] = []
    with connection.cursor() as cursor:
        # One journey for all; each still sees those before it, so bytes that stand twice in a batch are kept once.
        cursor.executemany(_QUERIES["enter_file"].text, facts, returning=True)
        for file in files:
            file_id, same_as = cursor.fetchone() or (0, None)
            entered.append(RawFile(id=file_id, rows=file.rows, is_repeated=same_as is not None))
            cursor.nextset()
    return tuple(entered)


def raw_table(connection: Connection, *, batch_id: UUID, name: str) -> RawTable:
    """The rows of a file as they were stored, in order of their number, as a pyarrow.Table.

    Raises:
        NotFoundError: the batch has no such file, or its rows were erased.
    """
    holder, header = _holder(connection, batch_id=batch_id, name=name)
    return _copied(connection, _rows_out(len(header)), asked={"file_id": holder}, header=header)


def rows_of(
    connection: Connection, *, file_id: int, header: Sequence[str], at_once: int = _ROWS_IN_PART
) -> Iterator[Any]:
    """The rows that a file holds as they were stored, in order of their number, some at a time as pyarrow.Tables."""
    after = 0
    while True:
        asked = {"file_id": file_id, "after": after, "at_most": at_once}
        part: Any = _copied(connection, _part_out(len(header)), asked=asked, header=header)
        if not part.num_rows:
            return
        yield part
        after = part.column(ROW_COLUMN)[part.num_rows - 1].as_py()


def raw_parts(connection: Connection, *, batch_id: UUID, name: str, at_once: int = _ROWS_IN_PART) -> Iterator[RawTable]:
    """The rows of a file as `raw_table` gives them, so many row numbers at a time; first one without rows.

    Raises:
        NotFoundError: the batch has no such file, or its rows were erased.
    """
    holder, header = _holder(connection, batch_id=batch_id, name=name)
    yield _table(pa.py_buffer(b""), header)
    yield from rows_of(connection, file_id=holder, header=header, at_once=at_once)


def keep_again(connection: Connection, *, batch_id: UUID, of: UUID) -> None:
    """Enter the files of one batch for another that is made of the same raw rows, which are kept once."""
    connection.execute(_QUERIES["keep_again"].text, {"batch_id": batch_id, "of": of})


def erase_raw(connection: Connection, *, batch_id: UUID, machine_at: datetime) -> int:
    """Erase the raw rows of a batch, and with them later copies of the same bytes; how many rows went.

    Messages lose their content. Files and messages stay listed with their hash and the instant of erasure.
    """
    connection.execute(_QUERIES["erase_messages"].text, {"batch_id": batch_id, "machine_at": machine_at})
    connection.execute(_QUERIES["mark_erased"].text, {"batch_id": batch_id, "machine_at": machine_at})
    return connection.execute(_QUERIES["erase_rows"].text, {"batch_id": batch_id}).rowcount


def _holder(connection: Connection, *, batch_id: UUID, name: str) -> tuple[int, Sequence[str]]:
    """The file that holds the rows of a file, and its columns."""
    row = connection.execute(_QUERIES["file"].text, {"batch_id": batch_id, "name": name}).fetchone()
    if row is None:
        raise NotFoundError(f"batch `{batch_id}` has no file `{name}`")
    holder, header, erased_at = row
    if erased_at is not None:
        raise NotFoundError(f"the rows of file `{name}` of batch `{batch_id}` were erased at {erased_at.isoformat()}")
    return holder, header


def _copy_lines(rows: RawTable, header: Sequence[str], file_id: int) -> Iterator[memoryview]:
    """Lines of COPY's text format, many rows at a time, made by column; of a few rows one by one."""
    whole: Any = rows
    if whole.num_rows <= _FEW and whole.nbytes <= _FEW_BYTES:
        yield memoryview("".join(_lines_of_few(whole, header, file_id)).encode())
        return
    begins = pa.scalar(f"{file_id}\t")
    for found in _pieces(whole):
        part = found.combine_chunks()
        numbers = part.column(ROW_COLUMN).cast(pa.string())
        elements = [_element(part.column(column)) for column in header]
        inside = _joined([*elements, _COMMA]) if elements else _NOTHING
        lines = _joined([begins, numbers, _OPENS, inside, _CLOSES, _NOTHING])
        for chunk in lines.chunks:
            yield _text_of(chunk)


def _lines_of_few(rows: Any, header: Sequence[str], file_id: int) -> Iterator[str]:
    for row in rows.to_pylist():
        given = (row[column] for column in header)
        inside = ",".join("NULL" if value is None else f'"{value.translate(_WRITTEN)}"' for value in given)
        yield f"{file_id}\t{row[ROW_COLUMN]}\t{{{inside}}}\n"


def _pieces(rows: Any) -> Iterator[Any]:
    """The rows in pieces of so many, and of fewer where they are large."""
    if rows.num_rows > 1 and rows.nbytes > _BYTES_AT_ONCE:
        half = rows.num_rows // 2
        yield from _pieces(rows.slice(0, half))
        yield from _pieces(rows.slice(half))
        return
    for offset in range(0, rows.num_rows, _ROWS_AT_ONCE):
        yield rows.slice(offset, _ROWS_AT_ONCE)


def _element(column: Any) -> Any:
    """The column's values as elements of an array literal, escaped for the literal and then for COPY."""
    text = column.cast(pa.string())
    held = b"".join(bytes(_text_of(chunk)) for chunk in text.chunks)
    for found, written in _ESCAPED.items():
        if found.encode() in held:
            text = pc.replace_substring(text, found, written)
    quoted = _joined([_QUOTE, text, _QUOTE, _NOTHING])
    return pc.fill_null(quoted, _NULL)


def _joined(parts: Sequence[Any]) -> Any:
    return pc.binary_join_element_wise(*parts)


def _text_of(chunk: Any) -> memoryview:
    """The bytes of all strings of an array, which lie end to end in its buffer."""
    _, offsets, content = chunk.buffers()
    if content is None or len(chunk) == 0:
        return memoryview(b"")
    ends = memoryview(offsets).cast("i")
    return memoryview(content)[ends[chunk.offset] : ends[chunk.offset + len(chunk)]]


def _copied(
    connection: Connection, statement: sql.Composed, *, asked: Mapping[str, object], header: Sequence[str]
) -> RawTable:
    """The rows that a statement copies out."""
    content, longest = pa.BufferOutputStream(), 0
    with connection.cursor() as cursor, cursor.copy(statement, asked) as copy:
        # Each is one row.
        for row in copy:
            content.write(row)
            longest = max(longest, len(row))
    return _table(content.getvalue(), header, longest=longest)


def _rows_out(width: int) -> sql.Composed:
    fields = [sql.SQL("fields[{}]").format(sql.Literal(number)) for number in range(1, width + 1)]
    return sql.SQL(
        "copy (select {} from ingest.raw_row where file_id = %(file_id)s order by row)"
        " to stdout (format csv, force_quote *)"
    ).format(sql.SQL(", ").join([*fields, sql.SQL("row")]))


def _part_out(width: int) -> sql.Composed:
    fields = [sql.SQL("fields[{}]").format(sql.Literal(number)) for number in range(1, width + 1)]
    return sql.SQL(
        "copy (select {} from ingest.raw_row where file_id = %(file_id)s and row > %(after)s order by row"
        " limit %(at_most)s) to stdout (format csv, force_quote *)"
    ).format(sql.SQL(", ").join([*fields, sql.SQL("row")]))


def _table(content: Any, header: Sequence[str], *, longest: int = 0) -> RawTable:
    """The rows of such CSV text.

    Args:
        content: the text.
        header: column names in order.
        longest: bytes of its longest row. INVARIANT: no row is longer than a block, or Arrow cannot read it.
    """
    names = [*header, ROW_COLUMN]
    types = dict.fromkeys(header, pa.string()) | {ROW_COLUMN: pa.int64()}
    if content.size == 0:
        empty: RawTable = pa.table({name: pa.array([], types[name]) for name in names})
        return empty
    table: RawTable = csv.read_csv(
        pa.BufferReader(content),
        read_options=csv.ReadOptions(column_names=names, block_size=max(_BLOCK, longest)),
        parse_options=csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        # A null is written without quotes, an empty text with them.
        convert_options=csv.ConvertOptions(
            column_types=types, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
    )
    return table
