"""A file of lines on its way in, CSV or TSV: read once, a piece at a time, so that none is held in memory whole."""

from dataclasses import replace
from typing import BinaryIO

import pyarrow

from watchroom.sources.arrow import longest_row
from watchroom.sources.caps import LONG_RECORD, RECORD_AT_MOST
from watchroom.sources.csv_table import BAD_ROWS_AT_MOST, Records, header_fault, header_of, records_of, separator_fault
from watchroom.sources.csv_text import (
    BOM,
    CSV,
    PIECE,
    Dialect,
    Piece,
    ends_with_newline,
    is_bare,
    is_plain,
    pieces,
    text_fault,
)
from watchroom.sources.faults import Fault, FaultCode
from watchroom.sources.file_names import table_of
from watchroom.sources.source_file import SourceFile, Take

# What is found where another separator stands beside quotes.
_OF_QUOTES = (FaultCode.STRAY_QUOTE, FaultCode.UNCLOSED_QUOTE)


def read_text(name: str, stream: BinaryIO, *, take: Take, piece: int = PIECE, dialect: Dialect = CSV) -> SourceFile:
    """The file of that name and content; its good rows go to `take` as they are read.

    Their columns are those of the header, all text (an empty value is null), and `source_row`, where the header is
    row 1. A table with a sound header is given at least once, perhaps without rows. About `piece` bytes are read at a
    time.
    """
    reading = _Reading(name, take, dialect)
    for part in pieces(stream, size=piece):
        reading.add(part)
    return reading.end()


class _Reading:
    """What is known of a file so far."""

    def __init__(self, name: str, take: Take, dialect: Dialect) -> None:
        self._name = name
        self._take = take
        self._dialect = dialect
        self._size = 0
        self._header: tuple[str, ...] = ()
        self._records = 0
        self._bad = _BadRows()
        self._refusal: Fault | None = None
        self._is_blank = True
        self._is_plain = True
        self._is_bare = True
        self._is_closed = True

    def add(self, piece: Piece) -> None:
        """Read on."""
        text = piece.content if self._size else piece.content.removeprefix(BOM)
        self._size += len(piece.content)
        self._is_blank = self._is_blank and not text.strip(b"\r\n\t ")
        self._is_closed = ends_with_newline(piece.content)
        self._is_plain = self._is_plain and is_plain(piece.content, self._dialect)
        self._is_bare = self._is_bare and is_bare(piece.content, self._dialect)
        # Of a file that is refused the rest is only gone through.
        if self._refusal is None:
            self._refusal = self._read(piece)

    def end(self) -> SourceFile:
        """The file, once all of it was added."""
        file = SourceFile(name=self._name, table_name=table_of(self._name))
        refusal = self._empty() if self._is_blank else self._refusal
        cut = None if refusal or self._is_closed else self._open_end()
        if refusal is None and cut is not None and cut.refuses:
            refusal = cut
        if refusal is not None:
            return replace(file, faults=(refusal,))
        faults = self._bad.faults(self._name, len(self._header))
        return replace(
            file,
            header=self._header,
            faults=faults if cut is None else (*faults, cut),
            rows_read=self._records - 1,
            bad_rows=self._bad.number,
            is_plain=self._is_plain,
            is_bare=self._is_bare,
        )

    def _read(self, piece: Piece) -> Fault | None:
        """Hand on the good rows of a piece; or why the file must be refused."""
        fault = text_fault(piece.content, file=self._name, rows_before=self._records, dialect=self._dialect)
        if not self._records and (fault is None or fault.code in _OF_QUOTES):
            fault = separator_fault(piece.content, self._name, self._dialect) or fault
        if fault is None and not self._records:
            self._header = header_of(piece.content, self._dialect)
            fault = header_fault(self._header, self._name)
        if fault is not None:
            return fault
        left = BAD_ROWS_AT_MOST - self._bad.ragged
        try:
            found = records_of(
                piece.content, self._header, rows_before=self._records, ragged_at_most=left, dialect=self._dialect
            )
        except pyarrow.ArrowInvalid:
            return self._no_table()
        if not piece.is_whole or (found.table.nbytes > RECORD_AT_MOST and longest_row(found.table) > RECORD_AT_MOST):
            return Fault(code=FaultCode.TOO_LARGE, file=self._name, message=LONG_RECORD)
        self._records += found.number if self._records else found.number + 1
        self._bad.add(found)
        self._take(table_of(self._name), found.table)
        return None

    def _empty(self) -> Fault:
        return Fault(code=FaultCode.EMPTY_FILE, file=self._name, message="the file is empty; deliver it again")

    def _no_table(self) -> Fault:
        message = f"the text is no table: over {BAD_ROWS_AT_MOST} rows differ from the header"
        return Fault(code=FaultCode.RAGGED_FILE, file=self._name, message=message)

    def _open_end(self) -> Fault:
        """What the missing line end of the last row means."""
        if self._bad.last == self._records:
            message = "the file ends within its last row, so it is cut off; deliver it again"
            return Fault(code=FaultCode.TRUNCATED_FILE, file=self._name, message=message, row=self._records)
        message = "the last row has no line end; make sure that the file is whole"
        return Fault(code=FaultCode.NO_FINAL_NEWLINE, file=self._name, message=message, row=self._records)


class _BadRows:
    """Rows that were not handed on: all counted, the first ones told."""

    def __init__(self) -> None:
        self.number = 0
        self.ragged = 0
        self.last: int | None = None
        self._told: list[int] = []

    def add(self, found: Records) -> None:
        self.number += len(found.bad)
        self.ragged += found.ragged
        self.last = found.bad[-1] if found.bad else self.last
        self._told += found.bad[: BAD_ROWS_AT_MOST - len(self._told)]

    def faults(self, file: str, width: int) -> tuple[Fault, ...]:
        message = f"the row does not have the {width} values that the header names; correct it at the source"
        faults = [Fault(code=FaultCode.RAGGED_ROW, file=file, message=message, row=row) for row in self._told]
        if self.number > len(faults):
            faults[0] = replace(faults[0], message=f"{message} ({self.number} rows)")
        return tuple(faults)
