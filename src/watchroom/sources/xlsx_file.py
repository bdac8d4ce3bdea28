"""Workbooks (XLSX): each sheet is a table, its first row with a value names the columns."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from posixpath import join, normpath
from typing import BinaryIO
from zipfile import ZipFile

from watchroom.sources.caps import Allowance, Caps, Counted
from watchroom.sources.csv_table import header_fault
from watchroom.sources.faults import Fault, FaultCode, FileFaultError
from watchroom.sources.file_names import part_name, table_of
from watchroom.sources.json_records import MESSAGES
from watchroom.sources.json_text import Broken
from watchroom.sources.packed import open_member, opened
from watchroom.sources.source_file import Contents, Once, SourceFile, Take
from watchroom.sources.tables import COLUMNS_AT_MOST, Table
from watchroom.sources.xlsx_dates import Shown, shown_as
from watchroom.sources.xlsx_sheet import Book, Cells, Sheet, SheetNotes
from watchroom.sources.xlsx_xml import Part, Strings

_DAMAGED = "the workbook is damaged, or locked with a password; save it again and deliver it"
_SHEETS_AT_MOST = 250

_MESSAGES = {
    FaultCode.ERROR_CELL: "a cell shows an error, or a date that there is not; correct it at the source",
    FaultCode.FORMULA_WITHOUT_VALUE: "a formula was never worked out; open the workbook, save it and deliver it again",
    FaultCode.VALUE_OUTSIDE_COLUMNS: "a value stands in a column without a name; name it in the first row",
    FaultCode.BAD_TEXT: MESSAGES[FaultCode.BAD_TEXT],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a workbook is read with.

    Attributes:
        allowance: how much may be unpacked.
        caps: limits of an archive, which a workbook is.
        folder: for what does not fit into memory; None: where the machine keeps temporary files.
    """

    allowance: Allowance
    caps: Caps
    folder: str | None


def read_xlsx(name: str, stream: BinaryIO, *, size: int, take: Take, around: Around) -> Contents:
    """The sheets of a workbook; a row counts by its number in the sheet. A formula's value is the one it was saved
    with.
    """
    files: list[SourceFile] = []
    faults: list[Fault] = []
    once = Once(take)
    try:
        with opened(stream, size=size, caps=around.caps) as archive:
            workbook = _Workbook(name=name, archive=archive, around=around)
            with closing(Strings(around.folder)) as strings:
                for file in workbook.files(strings, once):
                    kept = once.kept(Contents(files=(file,)))
                    files += kept.files
                    faults += kept.faults
    except FileFaultError as fault:
        faults.append(replace(fault.fault(name), holds_any=True))
    if not files and not faults:
        message = "the workbook holds no sheet; check the delivery"
        faults.append(Fault(code=FaultCode.NO_TABLES, file=name, message=message, holds_any=True))
    return Contents(files=tuple(files), faults=tuple(faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Workbook:
    name: str
    archive: ZipFile
    around: Around

    def files(self, strings: Strings, once: Once) -> Iterator[SourceFile]:
        main = self._main()
        targets = self._targets(main)
        book_elements = self._part(main).elements("workbookPr", "sheet")
        is_1904 = any(found.get("date1904") in ("1", "true") for name, found in book_elements if name == "workbookPr")
        sheets = [found for name, found in book_elements if name == "sheet"]
        if len(sheets) > _SHEETS_AT_MOST:
            raise FileFaultError(
                FaultCode.TOO_LARGE, f"the workbook has over {_SHEETS_AT_MOST} sheets; deliver several"
            )
        for kind, target in targets.values():
            if kind == "sharedStrings":
                strings.read(self._opened(target))
        book = Book(strings=strings, styles=self._styles(targets), is_1904=is_1904)
        for sheet in sheets:
            label = part_name(self.name, sheet.get("name", ""))
            kind, target = targets.get(sheet.get("id", ""), ("", ""))
            if kind != "worksheet":
                message = "the sheet holds no cells; it was not read"
                fault = Fault(code=FaultCode.NOT_A_TABLE, file=label, message=message)
                yield SourceFile(name=label, table_name=table_of(label), faults=(fault,))
                continue
            yield self._sheet(label, target, book=book, take=once.taking(), state=sheet.get("state", "visible"))

    def _sheet(self, label: str, target: str, *, book: Book, take: Take, state: str) -> SourceFile:
        try:
            return _read_sheet(label, self._opened(target), book=book, take=take, state=state)
        except FileFaultError as fault:
            return SourceFile(name=label, table_name=table_of(label), faults=(fault.fault(label),))

    def _main(self) -> str:
        found = self._part("_rels/.rels").elements("Relationship")
        for _, attributes in found:
            if attributes.get("Type", "").endswith("/officeDocument"):
                return _target("", attributes.get("Target", ""))
        raise FileFaultError(FaultCode.UNREADABLE_FILE, _DAMAGED)

    def _targets(self, main: str) -> dict[str, tuple[str, str]]:
        """Kind and name of the parts that the workbook points to, by id."""
        folder, _, last = main.rpartition("/")
        found = self._part(join(folder, "_rels", f"{last}.rels")).elements("Relationship")
        return {
            attributes.get("Id", ""): (
                attributes.get("Type", "").rpartition("/")[2],
                _target(folder, attributes.get("Target", "")),
            )
            for _, attributes in found
        }

    def _styles(self, targets: dict[str, tuple[str, str]]) -> list[Shown]:
        """What a number is shown as, by style."""
        parts = [target for kind, target in targets.values() if kind == "styles"]
        if not parts:
            return []
        codes: dict[str, str] = {}
        styles: list[Shown] = []
        is_inside = False

        def begin(name: str, attributes: dict[str, str]) -> None:
            nonlocal is_inside
            if name == "numFmt":
                codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
            is_inside = is_inside or name == "cellXfs"
            if name == "xf" and is_inside:
                number = attributes.get("numFmtId", "0")
                plain = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 0
                styles.append(shown_as(plain, codes.get(number)))
            if len(styles) + len(codes) > 1 << 17:
                raise FileFaultError(FaultCode.TOO_LARGE, "the workbook has more formats than any has")

        def end(name: str) -> None:
            nonlocal is_inside
            is_inside = is_inside and name != "cellXfs"

        for _ in Part(self._opened(parts[0])).told(begin=begin, end=end):
            pass
        return styles

    def _part(self, name: str) -> Part:
        return Part(self._opened(name))

    def _opened(self, name: str) -> Counted:
        try:
            entry = self.archive.getinfo(name)
        except KeyError:
            raise FileFaultError(FaultCode.UNREADABLE_FILE, _DAMAGED) from None
        return Counted(open_member(self.archive, entry), self.around.allowance)


def _target(folder: str, target: str) -> str:
    return target[1:] if target.startswith("/") else normpath(join(folder, target))


def _read_sheet(label: str, stream: Counted, *, book: Book, take: Take, state: str) -> SourceFile:
    table, sheet = Table(label, take), Sheet(book)
    names: dict[int, str] = {}
    for number, cells in sheet.rows(stream):
        if names:
            _add(table, cells, names=names, number=number)
            continue
        header = tuple(value if isinstance(value, str) else "" for value in cells.values())
        if len(header) > COLUMNS_AT_MOST:
            raise FileFaultError(FaultCode.TOO_MANY_COLUMNS, f"the sheet has over {COLUMNS_AT_MOST} columns")
        fault = header_fault(header, label)
        if fault is not None:
            return SourceFile(name=label, table_name=table_of(label), faults=(replace(fault, row=number),))
        table.declare(header)
        names = dict(zip(cells, header, strict=True))
    if not names:
        raise FileFaultError(FaultCode.EMPTY_FILE, "the sheet is empty; deliver it again")
    table.flush()
    for note in _notes(label, sheet.notes, state):
        table.note(note)
    return table.file()


def _add(table: Table, cells: Cells, *, names: dict[int, str], number: int) -> None:
    row: dict[str, str | None] = {}
    for column, value in cells.items():
        name = names.get(column)
        code = value.code if isinstance(value, Broken) else None
        if code is None and name is None:
            code = FaultCode.VALUE_OUTSIDE_COLUMNS
        if code is None and isinstance(value, str) and not _is_sound(value):
            code = FaultCode.BAD_TEXT
        if code is not None:
            table.aside(Fault(code=code, file=table.name, message=_MESSAGES[code], row=number, field=name))
            return
        if name is not None and isinstance(value, str):
            row[name.upper()] = value
    table.add(row, number=number)


def _is_sound(text: str) -> bool:
    return "\0" not in text and (text.isascii() or not any("\ud800" <= mark <= "\udfff" for mark in text))


def _notes(label: str, notes: SheetNotes, state: str) -> Iterator[Fault]:
    if notes.merges:
        message = f"{notes.merges} ranges of cells are merged (first: {', '.join(notes.merged)}); their value stands in"
        message += " the first cell, the others are empty: take the merging out at the source"
        yield Fault(code=FaultCode.MERGED_CELLS, file=label, message=message)
    hidden = [f"{notes.hidden_rows} rows"] if notes.hidden_rows else []
    hidden += ["columns"] if notes.hidden_columns else []
    hidden += ["the sheet itself"] if state != "visible" else []
    if hidden:
        message = f"what nobody sees was read as well: {', '.join(hidden)}; make sure that it is meant"
        yield Fault(code=FaultCode.HIDDEN_CELLS, file=label, message=message)
