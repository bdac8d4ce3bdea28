"""Parquet files: row groups as they stream, every value as text without loss."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from json import dumps
from typing import Any, BinaryIO

import pyarrow
import pyarrow.parquet

from watchroom.sources.arrow import ArrowColumn, ArrowTable, both, is_ever, longest_row, negated, pa, pc, row_numbers
from watchroom.sources.caps import RECORD_AT_MOST, Allowance, require_short
from watchroom.sources.csv_table import BAD_ROWS_AT_MOST, ROW_COLUMN, header_fault
from watchroom.sources.faults import Fault, FaultCode, FileFaultError
from watchroom.sources.file_names import table_of
from watchroom.sources.json_records import MESSAGES
from watchroom.sources.source_file import Contents, SourceFile, Take

_parquet: Any = pyarrow.parquet
_ROWS_AT_ONCE = 1 << 13
_COLUMNS_AT_MOST = 2000
# Bytes of rows that are written out at a time.
_PART_AT_MOST = 16 << 20
_SHARED_AT_MOST = 8 << 20
_FOOTER_AT_MOST = 64 << 20
_DAMAGED: tuple[type[Exception], ...] = (
    pa.ArrowException, OSError, ValueError, OverflowError, KeyError, IndexError, TypeError, RuntimeError,
)  # fmt: skip


def read_parquet(name: str, stream: BinaryIO, *, take: Take, allowance: Allowance) -> Contents:
    """The rows of a Parquet file; each counts by its place, from 1. Fields of a struct become columns `a_b`."""
    file = SourceFile(name=name, table_name=table_of(name), is_plain=False, is_bare=False)
    try:
        reading = _Parquet(name=name, take=take, allowance=allowance)
        return Contents(files=(reading.read(file, stream),))
    except FileFaultError as fault:
        return Contents(files=(replace(file, faults=(fault.fault(name),)),))


@dataclass(slots=True, kw_only=True)
class _Parquet:
    name: str
    take: Take
    allowance: Allowance

    def read(self, file: SourceFile, stream: BinaryIO) -> SourceFile:
        """The file; its rows go on in parts."""
        opened = _opened(stream)
        try:
            columns = _columns(opened.schema_arrow)
        except _DAMAGED:
            raise FileFaultError(FaultCode.UNREADABLE_FILE, _BROKEN) from None
        header = tuple(column.name for column in columns)
        fault = header_fault(header, self.name)
        if fault is not None:
            return replace(file, faults=(replace(fault, row=None),))
        number, bad, told = 0, 0, list[Fault]()
        for batch in _batches(opened):
            table, broken = self._rows(batch, columns, first=number + 1)
            number, bad = number + batch.num_rows, bad + len(broken)
            told += broken[: BAD_ROWS_AT_MOST - len(told)]
            self.take(file.table_name, table)
        if not number:
            self.take(file.table_name, pa.table({name: pa.array([], pa.string()) for name in header} | _no_rows()))
        if bad > len(told):
            told[0] = replace(told[0], message=f"{told[0].message} ({bad} rows are set aside in all)")
        return replace(file, header=header, rows_read=number, bad_rows=bad, faults=tuple(told))

    def _rows(self, batch: Any, columns: "list[_Column]", *, first: int) -> tuple[ArrowTable, list[Fault]]:
        try:
            batch.validate(full=True)
            # What is said once and meant a thousand times is known before it is written out.
            size = _written_size(batch)
            self.allowance.take(size)
            texts: dict[str, Any] = {column.name: column.text(batch) for column in columns}
        except UnicodeDecodeError:
            raise FileFaultError(FaultCode.WRONG_ENCODING, "a text is not UTF-8; deliver the file again") from None
        except _DAMAGED:
            raise FileFaultError(FaultCode.UNREADABLE_FILE, _BROKEN) from None
        table: ArrowTable = pa.table(texts | {ROW_COLUMN: row_numbers(first=first, count=batch.num_rows)})
        self.allowance.take(max(0, table.nbytes - size))
        if table.nbytes > RECORD_AT_MOST:
            require_short(longest_row(table))
        broken: list[Fault] = []
        sound: ArrowColumn | None = None
        for column in columns:
            holds = pc.match_substring(texts[column.name], "\0").fill_null(False)  # noqa: FBT003  Arrow's own way
            if is_ever(holds):
                fault = Fault(code=FaultCode.BAD_TEXT, file=self.name, message=MESSAGES[FaultCode.BAD_TEXT])
                numbers = pc.indices_nonzero(holds).to_pylist()
                broken += [replace(fault, row=first + at, field=column.name) for at in numbers]
                sound = negated(holds) if sound is None else both(sound, negated(holds))
        once = {fault.row: fault for fault in reversed(broken)}
        return table if sound is None else table.filter(sound), [
            once[row] for row in sorted(once, key=lambda row: row or 0)
        ]


_BROKEN = "the file is no Parquet, or damaged; deliver it again"


def _no_rows() -> dict[str, Any]:
    return {ROW_COLUMN: pa.array([], pa.int64())}


def _opened(stream: BinaryIO) -> Any:
    try:
        stream.seek(-8, 2)
        tail = stream.read(8)
        if tail[4:] == b"PAR1" and int.from_bytes(tail[:4], "little") > _FOOTER_AT_MOST:
            raise FileFaultError(
                FaultCode.TOO_LARGE, "the file's list of its parts is longer than any; deliver several"
            )
        stream.seek(0)
        # Read as it is asked for, or a row group of a gigabyte would be there at once.
        how: dict[str, Any] = {"pre_buffer": False, "buffer_size": 1 << 20, "page_checksum_verification": True}
        # A text that many rows share stays said once until it is known how much they are.
        first = _parquet.ParquetFile(stream, **how)
        is_small = _is_small(first.metadata)
        shared = [field.name for field in first.schema_arrow if is_small and _is_bytes(field.type)]
        stream.seek(0)
        return _parquet.ParquetFile(stream, read_dictionary=shared, **how)
    except _DAMAGED:
        raise FileFaultError(FaultCode.UNREADABLE_FILE, _BROKEN) from None


def _is_small(metadata: Any) -> bool:
    """Whether what is said in any row group takes little memory; to keep it shared holds it for the whole group."""
    # INVARIANT: of a column's part nothing is asked: pyarrow 26 ends the process over a damaged one.
    sizes = [int(metadata.row_group(group).total_byte_size) for group in range(metadata.num_row_groups)]
    return all(0 <= size <= _SHARED_AT_MOST for size in sizes)


def _batches(opened: Any) -> Iterator[Any]:
    try:
        for batch in opened.iter_batches(batch_size=_ROWS_AT_ONCE, use_threads=False):
            yield from _in_parts(batch)
    except _DAMAGED:
        raise FileFaultError(FaultCode.UNREADABLE_FILE, _BROKEN) from None


def _in_parts(batch: Any) -> Iterator[Any]:
    """The batch in parts that are not large once they are written out."""
    if batch.num_rows > 1 and _written_size(batch) > _PART_AT_MOST:
        half = batch.num_rows // 2
        yield from _in_parts(batch.slice(0, half))
        yield from _in_parts(batch.slice(half))
    elif batch.num_rows:
        yield batch


def _is_bytes(kind: Any) -> bool:
    types = pa.types
    is_long = types.is_large_string(kind) or types.is_large_binary(kind)
    return bool(is_long or types.is_string(kind) or types.is_binary(kind))


def _written_size(batch: Any) -> int:
    """Bytes of a batch with what its rows share written out for each."""
    size = 0
    for column in batch.columns:
        if pa.types.is_dictionary(column.type) and _is_bytes(column.dictionary.type):
            lengths = pc.take(pc.binary_length(column.dictionary), column.indices)
            size += pc.sum(lengths).as_py() or 0
        else:
            size += column.nbytes
    return size


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """A column of text, and where it is found: a path through structs."""

    name: str
    path: tuple[int, ...]
    written: Callable[[Any], Any]

    def text(self, batch: Any) -> Any:
        """Its values in a batch; an empty one is none."""
        found = batch.column(self.path[0])
        for index in self.path[1:]:
            found = pc.struct_field(found, [index])
        text = self.written(found)
        return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def _columns(schema: Any) -> list[_Column]:
    found: list[_Column] = []
    waiting: list[tuple[str, tuple[int, ...], Any]] = [
        (field.name, (index,), field.type) for index, field in enumerate(schema)
    ]
    while waiting:
        name, path, kind = waiting.pop(0)
        if pa.types.is_struct(kind) and kind.num_fields:
            inner = [
                (f"{name}_{kind.field(at).name}", (*path, at), kind.field(at).type) for at in range(kind.num_fields)
            ]
            waiting = inner + waiting
            continue
        written = _writer(kind)
        if written is None:
            message = "the column is of a type that is not read; deliver it as text"
            raise FileFaultError(FaultCode.UNKNOWN_TYPE, f"{message} (column {len(found) + 1})")
        found.append(_Column(name=name, path=path, written=written))
        if len(found) > _COLUMNS_AT_MOST or len(path) > 32:
            raise FileFaultError(FaultCode.TOO_MANY_COLUMNS, f"the file has over {_COLUMNS_AT_MOST} columns")
    return found


def _writer(kind: Any) -> Callable[[Any], Any] | None:
    """What writes values of that type of Arrow's as text; None: nothing does."""
    types = pa.types
    if types.is_string(kind) or types.is_large_string(kind) or types.is_null(kind) or types.is_boolean(kind):
        return _cast
    if types.is_integer(kind) or types.is_floating(kind) or types.is_date(kind):
        return _days if types.is_date64(kind) else _cast
    if types.is_timestamp(kind):
        return _instants if kind.tz else _clock_times
    if types.is_time(kind):
        return lambda values: _trimmed(_cast(values))
    if types.is_decimal(kind):
        return _one_by_one(lambda value: format(value, "f"))
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
        return _one_by_one(bytes.hex)
    if types.is_dictionary(kind):
        inner = _writer(kind.value_type)
        return None if inner is None else lambda values: inner(values.dictionary_decode())
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind) or types.is_map(kind):
        return _one_by_one(_json)
    return None


def _cast(values: Any) -> Any:
    return pc.cast(values, pa.string())


def _days(values: Any) -> Any:
    return _cast(pc.cast(values, pa.date32()))


def _clock_times(values: Any) -> Any:
    return _trimmed(pc.strftime(values, format="%Y-%m-%dT%H:%M:%S"))


def _instants(values: Any) -> Any:
    # The zone says how a time is shown, not which one it is; the instant is kept in UTC.
    return pc.binary_join_element_wise(_clock_times(pc.cast(values, pa.timestamp(values.type.unit))), "Z", "")


def _trimmed(text: Any) -> Any:
    """Times without zeros at the end of a fraction."""
    short = pc.replace_substring_regex(text, r"(\.\d*?)0+$", r"\1")
    return pc.replace_substring_regex(short, r"\.$", "")


def _one_by_one(written: Callable[[Any], str]) -> Callable[[Any], Any]:
    return lambda values: pa.array(
        [None if value is None else written(value) for value in values.to_pylist()], pa.string()
    )


def _json(value: object) -> str:
    return dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes):
        return value.hex()
    raise ValueError("a value within a list is of a type that is not read")
