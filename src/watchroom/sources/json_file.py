"""Files of JSON: an array of records, or one object with one such array; and NDJSON, a record in each line."""

from collections.abc import Iterator
from dataclasses import dataclass

from watchroom.sources.caps import Reads
from watchroom.sources.csv_text import BOM
from watchroom.sources.faults import Fault, FaultCode, FileFaultError
from watchroom.sources.json_records import Records
from watchroom.sources.json_text import PIECE, VALUE_AT_MOST, Window, scanned
from watchroom.sources.source_file import Contents, Take
from watchroom.sources.tables import Tables

_NO_RECORDS = "the file is no array of records, nor an object with one array of them; deliver it so"
_MANY = "the file holds several values one after the other; name it .ndjson if each line is one, else deliver one array"
_FIELDS_TOLD = 8


def read_json(name: str, stream: Reads, *, take: Take, piece: int = PIECE) -> Contents:
    """The records of a JSON file; each counts by its place in the array, from 1.

    They become rows of the file's table, of those columns that they name, all text, and `source_row`; arrays of
    objects within them become rows of tables of their own with `parent_row`.
    """
    tables = Tables(name, take)
    file = _JsonFile(tables=tables, records=Records(tables))
    try:
        file.read(Window(stream, piece=piece))
    except FileFaultError as fault:
        # No row of it is trusted, so the place is only where the reading stopped.
        return tables.refused(fault.fault(name, row=tables.own.rows_read + 1))
    return tables.contents()


def read_ndjson(name: str, stream: Reads, *, take: Take, piece: int = PIECE) -> Contents:
    """The records of an NDJSON file; each counts by its line. A line of blanks only is none; else as `read_json`."""
    tables = Tables(name, take)
    records = Records(tables)
    number = 0
    try:
        for number, line in enumerate(_lines(stream, piece), start=1):
            _take_line(records, line, number=number, tables=tables)
    except FileFaultError as fault:
        return tables.refused(fault.fault(name, row=number or None))
    if not tables.own.rows_read:
        return tables.refused(FileFaultError(FaultCode.EMPTY_FILE, "the file is empty; deliver it again").fault(name))
    return tables.contents()


@dataclass(frozen=True, slots=True, kw_only=True)
class _JsonFile:
    tables: Tables
    records: Records

    def read(self, window: Window) -> None:
        first = window.peek()
        if not first:
            raise FileFaultError(FaultCode.EMPTY_FILE, "the file is empty; deliver it again")
        if first == "[":
            self._array(window)
        elif first == "{":
            self._envelope(window)
        else:
            raise FileFaultError(FaultCode.MALFORMED_FILE, _NO_RECORDS)
        if window.peek():
            raise FileFaultError(FaultCode.MALFORMED_FILE, _MANY)

    def _array(self, window: Window) -> None:
        for number, _ in enumerate(_members(window, "]"), start=1):
            self.records.take(window.value(), number=number)

    def _envelope(self, window: Window) -> None:
        """One object: its one array holds the records, its other fields are named as not read."""
        has_array = False
        aside = list[str]()
        for _ in _members(window, "}"):
            key = window.value() if window.peek() == '"' else None
            if not isinstance(key, str) or window.peek() != ":":
                raise FileFaultError(FaultCode.MALFORMED_FILE, _NO_RECORDS)
            window.skip()
            if window.peek() != "[":
                window.value()
                aside.append(key)
            elif has_array:
                message = "the object holds two arrays, so nobody can say which are the records; deliver one of them"
                raise FileFaultError(FaultCode.MALFORMED_FILE, message)
            else:
                self._array(window)
                has_array = True
        if not has_array:
            raise FileFaultError(FaultCode.MALFORMED_FILE, _NO_RECORDS)
        if aside:
            self._note(aside)

    def _note(self, aside: list[str]) -> None:
        names = [f"`{name}`" for name in aside[:_FIELDS_TOLD] if name.isprintable() and len(name) < 64]
        message = f"{len(aside)} fields beside the array of records were not read: {', '.join(names)}"
        own = self.tables.own
        own.note(Fault(code=FaultCode.FIELDS_NOT_READ, file=own.name, message=message))


def _members(window: Window, closes: str) -> Iterator[None]:
    """Stops where each member of an array or object begins, and once at its end, past `closes`."""
    window.skip()
    if window.peek() == closes:
        window.skip()
        return
    while True:
        yield
        mark = window.peek()
        if mark not in (",", closes):
            code = FaultCode.MALFORMED_FILE if mark else FaultCode.TRUNCATED_FILE
            message = "the file is no JSON (RFC 8259) from here on" if mark else "the file ends within its records"
            raise FileFaultError(code, f"{message}; deliver it again")
        window.skip()
        if mark == closes:
            return
        window.peek()


def _lines(stream: Reads, piece: int) -> Iterator[bytes]:
    """The lines of a file with their ends, each whole."""
    held, is_first = b"", True
    while block := stream.read(piece):
        held += block
        if is_first and len(held) < len(BOM):
            continue
        if is_first:
            held, is_first = held.removeprefix(BOM), False
            if held.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise FileFaultError(FaultCode.WRONG_ENCODING, "the file is UTF-16; deliver it as UTF-8")
        *whole, held = held.split(b"\n")
        for line in whole:
            yield line + b"\n"
        if len(held) > VALUE_AT_MOST * 4:
            raise FileFaultError(FaultCode.TOO_LARGE, _LONG_LINE)
    if held:
        yield held


_LONG_LINE = f"a line is longer than {VALUE_AT_MOST >> 20} million characters; deliver one record in each line"


def _take_line(records: Records, line: bytes, *, number: int, tables: Tables) -> None:
    try:
        text = line.decode()
    except UnicodeDecodeError:
        raise FileFaultError(FaultCode.WRONG_ENCODING, "the line is not UTF-8; deliver the file as UTF-8") from None
    if len(text) > VALUE_AT_MOST:
        raise FileFaultError(FaultCode.TOO_LARGE, _LONG_LINE)
    text = text.strip(" \t\r\n")
    if not text:
        return
    is_closed = line.endswith(b"\n")
    try:
        value, end = scanned(text, 0)
    except RecursionError:
        records.refuse(FaultCode.NESTED_TOO_DEEP, number=number)
    except ValueError:
        if not is_closed:
            message = "the file ends within its last line, so it is cut off; deliver it again"
            raise FileFaultError(FaultCode.TRUNCATED_FILE, message) from None
        records.refuse(FaultCode.MALFORMED_RECORD, number=number)
    else:
        if end < len(text):
            records.refuse(FaultCode.MALFORMED_RECORD, number=number)
        else:
            records.take(value, number=number)
        if not is_closed:
            message = "the last line has no line end; make sure that the file is whole"
            tables.own.note(Fault(code=FaultCode.NO_FINAL_NEWLINE, file=tables.name, message=message, row=number))
