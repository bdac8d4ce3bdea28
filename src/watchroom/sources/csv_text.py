"""Checks on the bytes of a CSV file (RFC 4180), or of one with tabs, that come before any parsing.

A parser forgives: it takes a quote that never closes as one huge value, and glues what follows a closing quote
to the value. Each such kindness hides lost rows, so the bytes are checked first, a piece of whole records at a time.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from watchroom.sources.caps import RECORD_AT_MOST
from watchroom.sources.faults import Fault, FaultCode

BOM = b"\xef\xbb\xbf"
NO_BREAK_SPACE = "\u00a0".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How the values of a row are told apart.

    Attributes:
        delimiter: one character.
        quoted: a value in quotes, with delimiters, line ends or the ends of the text around it; quotes inside are
            doubled.
        blanks: what surely stands where a value has a blank at an end.
    """

    delimiter: str
    quoted: re.Pattern[bytes]
    blanks: tuple[bytes, ...]

    @classmethod
    def of(cls, delimiter: str) -> "Dialect":
        """RFC 4180 with that delimiter."""
        mark = delimiter.encode()
        near = rb"[^" + mark + rb"\r\n]"
        quoted = re.compile(rb"(?<!" + near + rb')"[^"]*+(?:""[^"]*+)*+"(?!' + near + rb")")
        # INVARIANT: a value with a blank at an end stands beside a delimiter, a line end or a quote. No-break spaces
        # are rare: any counts.
        sides = (mark + b" ", b" " + mark, b"\n ", b" \n", b" \r", b"\r ", b'" ', b' "', NO_BREAK_SPACE)
        return cls(delimiter=delimiter, quoted=quoted, blanks=sides)


CSV = Dialect.of(",")
TSV = Dialect.of("\t")
_LINE_END = re.compile(rb"\r\n|\r|\n")


PIECE = 4 << 20
"""Bytes that are read at a time."""
# A record as it is written, where each byte may be a quote that is doubled. INVARIANT: of one that is longer the values
# are too long as well, so that in whatever pieces a file is read the same is refused.
_WRITTEN_AT_MOST = RECORD_AT_MOST * 2 + (1 << 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Bytes of a file.

    Attributes:
        content: whole records, unless not `is_whole`.
        is_whole: no record goes on in the next piece; False: one is longer than any may be.
    """

    content: bytes
    is_whole: bool


def pieces(stream: BinaryIO, *, size: int = PIECE) -> Iterator[Piece]:
    """The bytes of a file, in order and none left out, cut where a record ends.

    A record ends at a line end with an even number of quotes before it. Where quotes are damaged that is a guess,
    but then the piece holds the damage, and its file is refused.
    """
    held = b""
    while block := stream.read(size):
        held += block
        end = _record_end(held)
        if end:
            yield Piece(content=held[:end], is_whole=True)
            held = held[end:]
        elif len(held) > _WRITTEN_AT_MOST:
            yield Piece(content=held, is_whole=False)
            held = b""
    if held:
        yield Piece(content=held, is_whole=True)


def _record_end(content: bytes) -> int:
    """Where the last record of `content` that surely ends within it does; 0: none does."""
    for line_end in (b"\n", b"\r"):
        # A carriage return at the very end may be half a line end.
        end = content.rfind(line_end, 0, len(content) if line_end == b"\n" else len(content) - 1)
        quotes = content.count(b'"', 0, end + 1)
        while end >= 0:
            if quotes % 2 == 0:
                return end + 1
            quote = content.rfind(b'"', 0, end)
            quotes -= 1
            end = content.rfind(line_end, 0, max(quote, 0))
            quotes -= content.count(b'"', end + 1, max(quote, 0))
    return 0


def text_fault(content: bytes, *, file: str, rows_before: int = 0, dialect: Dialect = CSV) -> Fault | None:
    """The first fault that makes whole records unfit for parsing; None: they are sound CSV text.

    Args:
        content: the records.
        file: name of their file.
        rows_before: rows of the file that stand before them, the header included.
        dialect: of the file.
    """
    if not rows_before and content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Fault(code=FaultCode.WRONG_ENCODING, file=file, message="the file is UTF-16; deliver it as UTF-8", row=1)
    # Only at the very start of a file is it a mark and no text.
    content = content if rows_before else content.removeprefix(BOM)
    found = _encoding_fault(content, file, dialect) or _quote_fault(content, file, dialect)
    return replace(found, row=found.row + rows_before) if found is not None and found.row else found


def _encoding_fault(content: bytes, file: str, dialect: Dialect) -> Fault | None:
    nul = content.find(b"\0")
    if nul >= 0:
        message = "the row holds a NUL byte, so the file is damaged or not UTF-8; deliver it again"
        return Fault(code=FaultCode.NUL_BYTE, file=file, message=message, row=_row_at(content, nul, dialect))
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        message = "the row is not UTF-8; deliver the file as UTF-8"
        row = _row_at(content, error.start, dialect)
        return Fault(code=FaultCode.WRONG_ENCODING, file=file, message=message, row=row)
    return None


def _quote_fault(content: bytes, file: str, dialect: Dialect) -> Fault | None:
    """A quote that is left over once all well-formed quoted values are taken out."""
    if b'"' not in content or b'"' not in dialect.quoted.sub(b"", content):
        return None
    left_over = _quotes_left_over(content, dialect)
    row = _row_at(content, left_over[0], dialect)
    if len(left_over) == 1 and (left_over[0] == 0 or content[left_over[0] - 1] in dialect.delimiter.encode() + b"\r\n"):
        message = "a quote opened in this row is never closed, so the file is cut off or damaged; deliver it again"
        return Fault(code=FaultCode.UNCLOSED_QUOTE, file=file, message=message, row=row)
    message = "a quote stands inside a value of this row, or is not closed or doubled; export with RFC 4180 quoting"
    return Fault(code=FaultCode.STRAY_QUOTE, file=file, message=message, row=row)


def _quotes_left_over(content: bytes, dialect: Dialect) -> list[int]:
    """Positions of the first quotes, two at most, outside well-formed quoted values."""
    positions: list[int] = []
    sound_until = 0
    for quoted in [*dialect.quoted.finditer(content), None]:
        start, end = quoted.span() if quoted else (len(content), len(content))
        position = content.find(b'"', sound_until, start)
        while position >= 0 and len(positions) < 2:
            positions.append(position)
            position = content.find(b'"', position + 1, start)
        sound_until = end
    return positions


def _row_at(content: bytes, position: int, dialect: Dialect) -> int:
    """The row, header = 1, that holds the byte at `position`; line ends inside quoted values are not counted."""
    return len(_LINE_END.findall(dialect.quoted.sub(b"", content[:position]))) + 1


def ends_with_newline(content: bytes) -> bool:
    """Whether the last row is closed by a line end."""
    return content.endswith((b"\n", b"\r"))


def is_bare(content: bytes, dialect: Dialect = CSV) -> bool:
    """Whether no value of sound text can begin or end with a blank; quoted values are not looked into."""
    # The first value of a piece has nothing before it that would show the blank, nor has the last one after it.
    is_at_edge = content.startswith(b" ") or content.endswith(b" ")
    return not is_at_edge and not any(blank in content for blank in dialect.blanks)


def is_plain(content: bytes, dialect: Dialect = CSV) -> bool:
    """Whether no value of sound text can hold a line end, a tab or a backslash."""
    # Outside quotes a tab that delimits is part of no value.
    has_tab = dialect.delimiter != "\t" and b"\t" in content
    return b'"' not in content and not has_tab and b"\\" not in content
