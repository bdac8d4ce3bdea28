"""What is wrong with something that a source delivered: a value, never a traceback.

A message names the file, the row, the field and what to do; it never repeats a value.
"""

from dataclasses import dataclass
from enum import StrEnum


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
    TOO_LARGE = "too_large"
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
        FaultCode.TOO_LARGE,
        FaultCode.NOT_WELL_FORMED,
        FaultCode.NOT_THIS_STANDARD,
        FaultCode.FORBIDDEN_CONTENT,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault of a delivery.

    Attributes:
        code: what kind.
        file: name of the file, without its folder.
        row: as a spreadsheet counts: the header is row 1; None: the whole file.
        field: name of the column, where it is known.
        message: what is wrong and what to do, without any value.
        place: in a message of a standard the path of the element, as `entry[3].resource`.
    """

    code: FaultCode
    file: str
    message: str
    row: int | None = None
    field: str | None = None
    place: str | None = None

    @property
    def refuses(self) -> bool:
        """Whether no row of the file can be trusted."""
        return self.code in REFUSING
