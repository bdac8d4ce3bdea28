"""Checks on the bytes of a CSV file (RFC 4180) that come before any parsing.

A parser forgives: it takes a quote that never closes as one huge value, and glues what follows a closing quote
to the value. Each such kindness hides lost rows, so the bytes are checked first, by whole-file operations.
"""

import re

from watchroom.sources.faults import Fault, FaultCode

BOM = b"\xef\xbb\xbf"
# A value in quotes, with delimiters, line ends or the ends of the text around it; quotes inside are doubled.
_QUOTED = re.compile(rb'(?<![^,\r\n])"[^"]*+(?:""[^"]*+)*+"(?![^,\r\n])')
_LINE_END = re.compile(rb"\r\n|\r|\n")


def text_fault(content: bytes, *, file: str) -> Fault | None:
    """The first fault that makes the content of a file unfit for parsing; None: it is sound CSV text."""
    if not content.removeprefix(BOM).strip(b"\r\n\t "):
        return Fault(code=FaultCode.EMPTY_FILE, file=file, message="the file is empty; deliver it again")
    return _encoding_fault(content, file) or _quote_fault(content.removeprefix(BOM), file)


def _encoding_fault(content: bytes, file: str) -> Fault | None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Fault(code=FaultCode.WRONG_ENCODING, file=file, message="the file is UTF-16; deliver it as UTF-8", row=1)
    nul = content.find(b"\0")
    if nul >= 0:
        message = "the row holds a NUL byte, so the file is damaged or not UTF-8; deliver it again"
        return Fault(code=FaultCode.NUL_BYTE, file=file, message=message, row=_row_at(content, nul))
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        message = "the row is not UTF-8; deliver the file as UTF-8"
        row = _row_at(content, error.start)
        return Fault(code=FaultCode.WRONG_ENCODING, file=file, message=message, row=row)
    return None


def _quote_fault(content: bytes, file: str) -> Fault | None:
    """A quote that is left over once all well-formed quoted values are taken out."""
    if b'"' not in content or b'"' not in _QUOTED.sub(b"", content):
        return None
    left_over = list(_quotes_left_over(content))
    row = _row_at(content, left_over[0])
    if len(left_over) == 1 and (left_over[0] == 0 or content[left_over[0] - 1] in b",\r\n"):
        message = "a quote opened in this row is never closed, so the file is cut off or damaged; deliver it again"
        return Fault(code=FaultCode.UNCLOSED_QUOTE, file=file, message=message, row=row)
    message = "a quote stands inside a value of this row, or is not closed or doubled; export with RFC 4180 quoting"
    return Fault(code=FaultCode.STRAY_QUOTE, file=file, message=message, row=row)


def _quotes_left_over(content: bytes) -> list[int]:
    """Positions of the first quotes, two at most, outside well-formed quoted values."""
    positions: list[int] = []
    sound_until = 0
    for quoted in [*_QUOTED.finditer(content), None]:
        start, end = quoted.span() if quoted else (len(content), len(content))
        position = content.find(b'"', sound_until, start)
        while position >= 0 and len(positions) < 2:
            positions.append(position)
            position = content.find(b'"', position + 1, start)
        sound_until = end
    return positions


def _row_at(content: bytes, position: int) -> int:
    """The row, header = 1, that holds the byte at `position`; line ends inside quoted values are not counted."""
    return len(_LINE_END.findall(_QUOTED.sub(b"", content[:position]))) + 1


def ends_with_newline(content: bytes) -> bool:
    """Whether the last row is closed by a line end."""
    return content.endswith((b"\n", b"\r"))
