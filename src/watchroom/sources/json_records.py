"""Records of JSON as rows: objects within them become columns, arrays of objects tables of their own."""

from watchroom.sources.csv_table import ROW_COLUMN
from watchroom.sources.faults import Fault, FaultCode
from watchroom.sources.json_text import DEPTH_AT_MOST, Broken, Json, Number, RecordFaultError, text_of
from watchroom.sources.tables import PARENT_COLUMN, Table, Tables

_NAME_AT_MOST = 200
_KEPT_NAMES = frozenset({ROW_COLUMN, PARENT_COLUMN})

MESSAGES = {
    FaultCode.MALFORMED_RECORD: "the record is no JSON object with fields; correct it at the source",
    FaultCode.DUPLICATE_FIELD: "a field stands twice in the record, perhaps once within another; deliver it once",
    FaultCode.NOT_A_NUMBER: "the record holds NaN or an infinite number, which JSON does not have; deliver null",
    FaultCode.BAD_TEXT: "a value of the record holds a NUL or half a character; correct it at the source",
    FaultCode.BAD_FIELD_NAME: "a field has no name, one with blanks around it, or one kept for row numbers; rename it",
    FaultCode.MIXED_ARRAY: "an array of the record holds objects and other values; deliver one kind in it",
    FaultCode.NESTED_TOO_DEEP: f"the record is nested more than {DEPTH_AT_MOST} deep; deliver it flatter",
}


class _Shape:
    """One record as rows: its own, and those of the arrays within it."""

    def __init__(self) -> None:
        self.values: dict[str, str | None] = {}
        self.names: dict[str, str] = {}
        self.lists: dict[str, tuple[str, list[_Shape]]] = {}

    def put(self, name: str, key: str, value: str | None) -> None:
        """Give the column `name`, `key` in capitals, its value."""
        if key in self.names:
            raise RecordFaultError(FaultCode.DUPLICATE_FIELD, name)
        self.names[key] = name
        self.values[key] = value


class Records:
    """The records of one file, handed on to its tables."""

    def __init__(self, tables: Tables) -> None:
        """Records for these tables."""
        self._tables = tables
        # Names are few and records many, so each name is looked at and put together once.
        self._names: dict[tuple[str, str], tuple[str, str]] = {}

    def take(self, value: Json, *, number: int) -> None:
        """One record, or what stands in its place, with its number in the file.

        Raises:
            FileFaultError: the tables cannot take it.
        """
        try:
            shape = self._shape(value)
        except RecordFaultError as fault:
            self.refuse(fault.code, number=number, field=fault.field)
            return
        self._write(self._tables.own, shape, number=number, parent=0)

    def refuse(self, code: FaultCode, *, number: int, field: str | None = None) -> None:
        """Set a record aside.

        Raises:
            FileFaultError: so many cannot be read that the file is none of records.
        """
        named = field if field and field.isprintable() and len(field) <= _NAME_AT_MOST else None
        table = self._tables.own
        table.aside(Fault(code=code, file=table.name, message=MESSAGES[code], row=number, field=named))

    def _write(self, table: Table, shape: _Shape, *, number: int | None, parent: int, path: str = "") -> None:
        table.know(shape.names)
        row = table.add(shape.values, number=number, parent=parent)
        for name, elements in shape.lists.values():
            within = f"{path}_{name}" if path else name
            for element in elements:
                self._write(self._tables.within(within), element, number=None, parent=row, path=within)

    def _shape(self, value: Json, depth: int = 0) -> _Shape:
        if isinstance(value, Broken):
            raise RecordFaultError(value.code, value.field)
        if not isinstance(value, dict):
            raise RecordFaultError(FaultCode.MALFORMED_RECORD)
        shape = _Shape()
        self._fill(shape, value, prefix="", depth=depth)
        if not shape.names and not shape.lists:
            raise RecordFaultError(FaultCode.MALFORMED_RECORD)
        return shape

    def _fill(self, shape: _Shape, fields: dict[str, Json], *, prefix: str, depth: int) -> None:
        if depth > DEPTH_AT_MOST:
            raise RecordFaultError(FaultCode.NESTED_TOO_DEEP)
        for key, value in fields.items():
            name, capitals = self._names.get((prefix, key)) or self._named(prefix, key)
            if isinstance(value, dict):
                self._fill(shape, value, prefix=name, depth=depth + 1)
            elif isinstance(value, list):
                self._fill_list(shape, value, name=name, depth=depth + 1)
            else:
                shape.put(name, capitals, _scalar(value, name))

    def _fill_list(self, shape: _Shape, items: list[Json], *, name: str, depth: int) -> None:
        objects = sum(isinstance(item, (dict, Broken)) for item in items)
        if not objects:
            text = _sound(text_of(items, depth=depth), name) if items else None
            shape.put(name, name.upper(), text)
            return
        if objects < len(items):
            raise RecordFaultError(FaultCode.MIXED_ARRAY, name)
        key = name.upper()
        if key in shape.lists:
            raise RecordFaultError(FaultCode.DUPLICATE_FIELD, name)
        shape.lists[key] = (name, [self._shape(item, depth) for item in items])

    def _named(self, prefix: str, key: str) -> tuple[str, str]:
        """The column of a key, as it is named and in capitals."""
        name = f"{prefix}_{key}" if prefix else key
        is_sound = key and key == key.strip() and len(name) <= _NAME_AT_MOST and name.lower() not in _KEPT_NAMES
        if not is_sound or not name.isprintable():
            raise RecordFaultError(FaultCode.BAD_FIELD_NAME, name)
        if len(self._names) < 1 << 14:
            self._names[prefix, key] = (name, name.upper())
        return name, name.upper()


def _scalar(value: Json, name: str) -> str | None:
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, str):
        return _sound(value, name) if value else None
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    raise RecordFaultError(value.code if isinstance(value, Broken) else FaultCode.MALFORMED_RECORD, name)


def _sound(text: str, name: str) -> str:
    """The text, unless no database can hold it."""
    if text.isascii():
        if "\0" in text:
            raise RecordFaultError(FaultCode.BAD_TEXT, name)
        return text
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        raise RecordFaultError(FaultCode.BAD_TEXT, name) from None
    if b"\0" in encoded:
        raise RecordFaultError(FaultCode.BAD_TEXT, name)
    return text
