"""What is wrong with something that a source delivered: a value, never a traceback.

A message names the file, the row, the field and what to do; it never repeats a value.
"""

from dataclasses import dataclass
from enum import StrEnum

from watchroom.kernel.errors import WatchroomError


class FaultCode(StrEnum):
    """Kinds of fault that are found in a delivery before anything is mapped."""

    MISSING_FOLDER = "missing_folder"
    NO_TABLES = "no_tables"
    NOT_A_TABLE = "not_a_table"
    DUPLICATE_FILE = "duplicate_file"
    UNREADABLE_FILE = "unreadable_file"
    EMPTY_FILE = "empty_file"
    WRONG_ENCODING = "wrong_encoding"
    NUL_BYTE = "nul_byte"
    UNCLOSED_QUOTE = "unclosed_quote"
    STRAY_QUOTE = "stray_quote"
    TRUNCATED_FILE = "truncated_file"
    NO_FINAL_NEWLINE = "no_final_newline"
    BAD_HEADER = "bad_header"
    RAGGED_ROW = "ragged_row"
    RAGGED_FILE = "ragged_file"
    # Of messages of a standard (codecs).
    NOT_WELL_FORMED = "not_well_formed"
    NOT_THIS_STANDARD = "not_this_standard"
    FORBIDDEN_CONTENT = "forbidden_content"
    ELEMENT_MISSING = "element_missing"
    ELEMENT_UNREADABLE = "element_unreadable"
    ELEMENT_NOT_UNDERSTOOD = "element_not_understood"
    MEMBER_TWICE = "member_twice"
    OBJECT_TWICE = "object_twice"
    BAD_GEOMETRY = "bad_geometry"
    MENDED_GEOMETRY = "mended_geometry"
    SWAPPED_AXES = "swapped_axes"
    VALUES_DISAGREE = "values_disagree"
    MALFORMED_FILE = "malformed_file"
    TOO_LARGE = "too_large"
    TOO_MANY_COLUMNS = "too_many_columns"
    UNKNOWN_TYPE = "unknown_type"
    MALFORMED_RECORD = "malformed_record"
    DUPLICATE_FIELD = "duplicate_field"
    NOT_A_NUMBER = "not_a_number"
    BAD_TEXT = "bad_text"
    BAD_FIELD_NAME = "bad_field_name"
    MIXED_ARRAY = "mixed_array"
    NESTED_TOO_DEEP = "nested_too_deep"
    ERROR_CELL = "error_cell"
    FORMULA_WITHOUT_VALUE = "formula_without_value"
    VALUE_OUTSIDE_COLUMNS = "value_outside_columns"
    FIELDS_NOT_READ = "fields_not_read"
    MERGED_CELLS = "merged_cells"
    HIDDEN_CELLS = "hidden_cells"


# A file with one of these cannot be trusted in any of its rows.
REFUSING: frozenset[FaultCode] = frozenset(
    {
        FaultCode.DUPLICATE_FILE,
        FaultCode.UNREADABLE_FILE,
        FaultCode.EMPTY_FILE,
        FaultCode.WRONG_ENCODING,
        FaultCode.NUL_BYTE,
        FaultCode.UNCLOSED_QUOTE,
        FaultCode.STRAY_QUOTE,
        FaultCode.TRUNCATED_FILE,
        FaultCode.BAD_HEADER,
        FaultCode.RAGGED_FILE,
        FaultCode.NOT_WELL_FORMED,
        FaultCode.NOT_THIS_STANDARD,
        FaultCode.FORBIDDEN_CONTENT,
        FaultCode.MALFORMED_FILE,
        FaultCode.TOO_LARGE,
        FaultCode.TOO_MANY_COLUMNS,
        FaultCode.UNKNOWN_TYPE,
    }
)

# One with these is read whole; they say how far what was read can be trusted.
NOTING: frozenset[FaultCode] = frozenset(
    {
        FaultCode.NO_FINAL_NEWLINE,
        FaultCode.NOT_A_TABLE,
        FaultCode.FIELDS_NOT_READ,
        FaultCode.MERGED_CELLS,
        FaultCode.HIDDEN_CELLS,
        FaultCode.MENDED_GEOMETRY,
        FaultCode.VALUES_DISAGREE,
    }
)

# Of an element of a message; the others of the message are read.
OF_ELEMENTS: frozenset[FaultCode] = frozenset(
    {
        FaultCode.ELEMENT_MISSING,
        FaultCode.ELEMENT_UNREADABLE,
        FaultCode.ELEMENT_NOT_UNDERSTOOD,
        FaultCode.MEMBER_TWICE,
        FaultCode.OBJECT_TWICE,
        FaultCode.BAD_GEOMETRY,
        FaultCode.SWAPPED_AXES,
    }
)

# One of these sets a row aside.
ASIDE: frozenset[FaultCode] = frozenset(
    {
        FaultCode.RAGGED_ROW,
        FaultCode.MALFORMED_RECORD,
        FaultCode.DUPLICATE_FIELD,
        FaultCode.NOT_A_NUMBER,
        FaultCode.BAD_TEXT,
        FaultCode.BAD_FIELD_NAME,
        FaultCode.MIXED_ARRAY,
        FaultCode.NESTED_TOO_DEEP,
        FaultCode.ERROR_CELL,
        FaultCode.FORMULA_WITHOUT_VALUE,
        FaultCode.VALUE_OUTSIDE_COLUMNS,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault of a delivery.

    Attributes:
        code: what kind.
        file: name of the file, without its folder.
        row: as the format counts: in a table of lines or cells the header is row 1; in NDJSON it is the line; in
            JSON and Parquet the record, from 1; None: the whole file.
        field: name of the column, where it is known.
        message: what is wrong and what to do, without any value.
        place: in a message of a standard the path of the element, as `entry[3].resource`.
        holds_any: of a file that may hold any table, so that nobody can say that nothing of it is needed.
        leaves_out: in a message of a standard an object was left out for it, and nobody can say which one it was.
    """

    code: FaultCode
    file: str
    message: str
    row: int | None = None
    field: str | None = None
    place: str | None = None
    holds_any: bool = False
    leaves_out: bool = False

    @property
    def refuses(self) -> bool:
        """Whether no row of the file can be trusted."""
        return self.code in REFUSING


class FileFaultError(WatchroomError):
    """A file cannot be read on; raised by what reads its bytes, and told as a fault by the reader of its format."""

    def __init__(self, code: FaultCode, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)

    def fault(self, file: str, *, row: int | None = None) -> Fault:
        """As a fault of the file of that name."""
        return Fault(code=self.code, file=file, message=self.message, row=row)
