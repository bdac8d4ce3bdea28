"""The cells of one sheet of a workbook, row by row, as they stream."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from watchroom.sources.caps import Reads
from watchroom.sources.faults import FaultCode, FileFaultError
from watchroom.sources.json_text import Broken
from watchroom.sources.xlsx_dates import Shown, as_written
from watchroom.sources.xlsx_xml import Attributes, Part, Strings

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_ROWS_AT_MOST = 1 << 20
_COLUMNS_AT_MOST = 1 << 14
_TEXT_AT_MOST = 1 << 20
_DAMAGED = "the workbook is damaged; save it again and deliver it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What the sheets of a workbook have in common.

    Attributes:
        strings: texts that cells point to.
        styles: what a number is shown as, by the number of its style.
        is_1904: days count from 1904, not from 1900.
    """

    strings: Strings
    styles: Sequence[Shown]
    is_1904: bool


@dataclass(slots=True, kw_only=True)
class SheetNotes:
    """What was noticed beside the values.

    Attributes:
        hidden_rows: how many rows with values are hidden.
        hidden_columns: whether any column is.
        merged: the ranges of merged cells, the first ones only.
        merges: how many there are.
        last_row: number of the last row that was read.
    """

    hidden_rows: int = 0
    hidden_columns: bool = False
    merged: list[str] = field(default_factory=list[str])
    merges: int = 0
    last_row: int = 0


Cells = dict[int, "str | Broken"]


class Sheet:
    """One sheet."""

    def __init__(self, book: Book) -> None:
        """A sheet of that workbook."""
        self.notes = SheetNotes()
        self._book = book
        self._ready: list[tuple[int, Cells]] = []
        self._row = 0
        self._is_hidden = False
        self._cells: Cells = {}
        self._column = 0
        self._attributes: Attributes = {}
        self._has_formula = False
        self._aside = 0
        self._into: list[str] | None = None
        self._value: list[str] | None = None
        self._inline: list[str] = []
        self._length = 0

    def rows(self, stream: Reads) -> Iterator[tuple[int, Cells]]:
        """The rows that hold any value, each with its number and its cells by column, both from 1.

        Raises:
            FileFaultError: the part is damaged.
        """
        for _ in Part(stream).told(begin=self._begin, end=self._end, text=self._text):
            yield from self._ready
            self._ready.clear()

    def _begin(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name == "v":
            self._value = self._into = []
        elif name == "t" and not self._aside:
            self._into = self._inline
        elif name == "f":
            self._has_formula = True
        elif name == "rPh":
            self._aside += 1
        elif name == "row":
            self._begin_row(attributes)
        elif name == "col":
            self.notes.hidden_columns |= _is_true(attributes.get("hidden"))
        elif name == "mergeCell":
            self.notes.merges += 1
            if len(self.notes.merged) < 3:
                self.notes.merged.append(_short(attributes.get("ref", "")))

    def _begin_row(self, attributes: Attributes) -> None:
        number = _number(attributes.get("r"), self._row + 1)
        if not self._row < number <= _ROWS_AT_MOST:
            raise FileFaultError(FaultCode.UNREADABLE_FILE, _DAMAGED)
        self._row, self._column, self._cells = number, 0, {}
        self._is_hidden = _is_true(attributes.get("hidden")) or attributes.get("ht") == "0"

    def _begin_cell(self, attributes: Attributes) -> None:
        column = column_of(attributes["r"]) if "r" in attributes else self._column + 1
        if not self._column < column <= _COLUMNS_AT_MOST:
            raise FileFaultError(FaultCode.UNREADABLE_FILE, _DAMAGED)
        self._column, self._attributes = column, attributes
        self._has_formula, self._value, self._into, self._length = False, None, None, 0
        self._inline = []

    def _text(self, text: str) -> None:
        if self._into is not None:
            self._length += len(text)
            if self._length > _TEXT_AT_MOST:
                raise FileFaultError(FaultCode.TOO_LARGE, "a cell of the workbook holds a text of absurd length")
            self._into.append(text)

    def _end(self, name: str) -> None:
        if name in ("v", "t"):
            self._into = None
        elif name == "rPh":
            self._aside -= 1
        elif name == "c":
            value = self._cell()
            if value:
                self._cells[self._column] = value
        elif name == "row" and self._cells:
            self.notes.hidden_rows += self._is_hidden
            self.notes.last_row = self._row
            self._ready.append((self._row, self._cells))
            self._cells = {}

    def _cell(self) -> "str | Broken | None":
        kind = self._attributes.get("t", "n")
        if kind == "inlineStr":
            return _unescaped("".join(self._inline))
        raw = "" if self._value is None else "".join(self._value)
        if kind == "e":
            return Broken(FaultCode.ERROR_CELL)
        if not raw:
            # A text that a formula made may be empty; a formula that was never worked out has no value.
            is_empty_text = kind == "str" and self._value is not None
            return Broken(FaultCode.FORMULA_WITHOUT_VALUE) if self._has_formula and not is_empty_text else None
        if kind == "s":
            return _unescaped(self._book.strings[_number(raw.strip(), -1)])
        if kind == "b":
            return "true" if _is_true(raw.strip()) else "false"
        if kind == "n":
            return self._number(raw.strip())
        return _unescaped(raw)

    def _number(self, raw: str) -> "str | Broken":
        style = _number(self._attributes.get("s"), 0)
        shown = self._book.styles[style] if 0 <= style < len(self._book.styles) else Shown.NUMBER
        written = as_written(raw, shown, is_1904=self._book.is_1904)
        return Broken(FaultCode.ERROR_CELL) if written is None else written


def column_of(place: str) -> int:
    """The column of a cell such as `AB12`, from 1.

    Raises:
        FileFaultError: it is no place of a cell.
    """
    number = 0
    for mark in place[:4]:
        if not "A" <= mark <= "Z":
            break
        number = number * 26 + ord(mark) - 64
    if not number:
        raise FileFaultError(FaultCode.UNREADABLE_FILE, _DAMAGED)
    return number


def _number(text: str | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise FileFaultError(FaultCode.UNREADABLE_FILE, _DAMAGED)
    return int(text)


def _unescaped(text: str) -> str:
    """The text with what XML cannot hold, which workbooks write as `_x000D_` (ECMA-376, part 1, 22.9.2.19)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _is_true(text: str | None) -> bool:
    return text in ("1", "true")


def _short(text: str) -> str:
    return text if len(text) <= 20 and text.replace(":", "").isalnum() else "?"
