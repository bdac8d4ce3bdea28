"""JSON text (RFC 8259) read value by value: digits stay as written, and what JSON leaves open is named, not guessed."""

from codecs import BOM_UTF8, getincrementaldecoder
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder, dumps
from typing import Any, TypeAlias

from watchroom.sources.caps import RECORD_AT_MOST, Reads
from watchroom.sources.faults import FaultCode, FileFaultError

PIECE = 1 << 20
"""Bytes that are read at a time."""
VALUE_AT_MOST = RECORD_AT_MOST // 4
"""Characters of one record, of at most four bytes each; what a record becomes in memory is many times that."""
DEPTH_AT_MOST = 64
_BLANK = " \t\n\r"


class Number(str):
    """A number with the digits that were written."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """What stands where a value cannot be taken for what it seems.

    Attributes:
        code: why.
        field: the key that is concerned, where there is one.
    """

    code: FaultCode
    field: str | None = None


Json: TypeAlias = "dict[str, Json] | list[Json] | str | bool | Broken | None"
"""A value of JSON, numbers as `Number`."""


class RecordFaultError(Exception):
    """A record cannot be taken: why, and by which of its fields."""

    def __init__(self, code: FaultCode, field: str | None = None) -> None:
        self.code, self.field = code, field
        super().__init__(code.value)


def _object(pairs: list[tuple[str, Json]]) -> "dict[str, Json] | Broken":
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    seen = set[str]()
    twice = next(key for key, _ in pairs if key in seen or seen.add(key))
    return Broken(FaultCode.DUPLICATE_FIELD, twice)


def _constant(_text: str) -> Broken:
    # NaN and the infinities are no JSON, but writers that do not know better write them.
    return Broken(FaultCode.NOT_A_NUMBER)


# The scanner of the standard library, in C: of all that were measured the only one that shows a key that stands twice
# and the digits of a number. ADR 28 has the figures.
_DECODER: Any = JSONDecoder(object_pairs_hook=_object, parse_float=Number, parse_int=Number, parse_constant=_constant)


def scanned(text: str, at: int) -> tuple[Json, int]:
    """The value that begins at `at`, and where it ends.

    Raises:
        ValueError: there is none, or it does not end; `StopIteration` and the decoder's own error are both this.
        RecursionError: it is nested deeper than can be followed.
    """
    try:
        found: tuple[Json, int] = _DECODER.scan_once(text, at)
    except StopIteration as end:
        raise JSONDecodeError("no value", text, int(end.value or at)) from None
    return found


def text_of(value: Json, *, depth: int = 0) -> str:
    """A value as JSON text, numbers as they were written.

    Raises:
        RecordFaultError: it holds what cannot be taken, or is nested too deep.
    """
    if depth > DEPTH_AT_MOST:
        raise RecordFaultError(FaultCode.NESTED_TOO_DEEP)
    if isinstance(value, Broken):
        raise RecordFaultError(value.code, value.field)
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join(text_of(item, depth=depth + 1) for item in value) + "]"
    if isinstance(value, dict):
        written = (f"{dumps(key, ensure_ascii=False)}:{text_of(item, depth=depth + 1)}" for key, item in value.items())
        return "{" + ",".join(written) + "}"
    return dumps(value, ensure_ascii=False)


class Window:
    """The part of a JSON text that is being looked at; what was read is let go."""

    def __init__(self, stream: Reads, *, piece: int = PIECE) -> None:
        """The beginning of what `stream` gives, about `piece` bytes at a time."""
        self._stream = stream
        self._piece = piece
        self._decoder = getincrementaldecoder("utf-8")()
        self._text = ""
        self._at = 0
        self._begin()

    def peek(self) -> str:
        """The next character that is no blank, or nothing at the end."""
        while True:
            text, at = self._text, self._at
            while at < len(text) and text[at] in _BLANK:
                at += 1
            self._at = at
            if at < len(text):
                return text[at]
            if not self._more():
                return ""

    def skip(self) -> None:
        """Go past the character that was looked at."""
        self._at += 1

    def value(self) -> Json:
        """The value that begins here.

        Raises:
            FileFaultError: it does not end, is too long or too deep, or no value begins here.
        """
        while True:
            text, held = self._text, len(self._text) - self._at
            try:
                value, end = scanned(text, self._at)
            except RecursionError:
                raise FileFaultError(FaultCode.MALFORMED_FILE, _TOO_DEEP) from None
            except ValueError as fault:
                # What cannot be read yet may be whole once more of it is there.
                is_cut = _is_cut(fault, text)
                if is_cut and held > VALUE_AT_MOST:
                    raise FileFaultError(FaultCode.TOO_LARGE, _TOO_LONG) from None
                if not is_cut or not self._more():
                    raise _unended(fault, text) from None
                continue
            if end - self._at > VALUE_AT_MOST:
                raise FileFaultError(FaultCode.TOO_LARGE, _TOO_LONG)
            # The digits of a number may go on.
            if end < len(text) or not self._more():
                self._at = end if end < len(text) else len(self._text)
                return value

    def _begin(self) -> None:
        start = b""
        while len(start) < len(BOM_UTF8) and (block := self._stream.read(len(BOM_UTF8) - len(start))):
            start += block
        if start.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise FileFaultError(FaultCode.WRONG_ENCODING, "the file is UTF-16; deliver it as UTF-8")
        self._text = self._decoded(b"" if start == BOM_UTF8 else start)

    def _more(self) -> bool:
        """Read on; whether there was anything."""
        # A value longer than a piece would be tried anew with each piece, so more is read the more is held.
        block = self._stream.read(max(self._piece, (len(self._text) - self._at) // 2))
        text = self._decoded(block, final=not block)
        self._text, self._at = self._text[self._at :] + text, 0
        return bool(block)

    def _decoded(self, block: bytes, *, final: bool = False) -> str:
        try:
            return self._decoder.decode(block, final)
        except UnicodeDecodeError:
            raise FileFaultError(
                FaultCode.WRONG_ENCODING, "the file is not UTF-8, or cut off; deliver it as UTF-8"
            ) from None


_TOO_DEEP = "the file is nested deeper than any record is; deliver an array of records"
_TOO_LONG = f"a record is longer than {VALUE_AT_MOST >> 20} million characters; deliver an array of records, one by one"


# No word, number or escape of JSON is longer, so what is wrong earlier than this is not only cut off.
_LONGEST_WORD = 32


def _is_cut(fault: ValueError, text: str) -> bool:
    """Whether more text might make the value whole."""
    return _is_open(fault) or _place(fault) > len(text) - _LONGEST_WORD


def _is_open(fault: ValueError) -> bool:
    return isinstance(fault, JSONDecodeError) and fault.msg.startswith("Unterminated string")


def _place(fault: ValueError) -> int:
    return fault.pos if isinstance(fault, JSONDecodeError) else 0


def _unended(fault: ValueError, text: str) -> FileFaultError:
    if _is_open(fault) or _place(fault) >= len(text.rstrip(_BLANK)):
        message = "the file ends within a record, so it is cut off; deliver it again"
        return FileFaultError(FaultCode.TRUNCATED_FILE, message)
    return FileFaultError(FaultCode.MALFORMED_FILE, "the file is no JSON (RFC 8259) from here on; deliver it again")
