"""Messages of a standard as the tables of one delivery: whatever bytes come, read by the codec that a mapping names.

Many messages make one table of each kind: their rows are numbered on, and `OBJECT_MESSAGE` says which message a row is
of. A message that cannot be read is set aside whole and takes no other with it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, cast

from watchroom.sources.arrow import ArrowTable, pa, row_numbers
from watchroom.sources.caps import Digested
from watchroom.sources.codecs.contract import LIMITS, Codec, Decoded, Limits
from watchroom.sources.codecs.tables import MESSAGE_COLUMN, OBJECT_COLUMNS, as_tables
from watchroom.sources.csv_table import ROW_COLUMN
from watchroom.sources.faults import Fault, FaultCode, FileFaultError
from watchroom.sources.file_names import PACKED
from watchroom.sources.packed import Unpacked
from watchroom.sources.source_file import SourceFile, Take

MESSAGE_TABLE = "MESSAGE"
"""The table in which messages are counted: one row is a message. It has no columns: their bytes are kept elsewhere."""
_FOLDER = "messages"
# As in a file of CSV text, where the header is row 1.
_FIRST_ROW = 2


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message as it came.

    Attributes:
        name: by which its issues are found again: a file's name, or the line of what was pushed.
        content: the bytes that its codec reads.
        as_sent: the bytes as they came, where an envelope of another standard lies around it.
        key: by which its envelope knows it; None: it has none, or its envelope gives it no number.
    """

    name: str
    content: bytes
    as_sent: bytes | None = None
    key: str | None = None

    @property
    def kept(self) -> bytes:
        """The bytes that are kept."""
        return self.content if self.as_sent is None else self.as_sent

    @cached_property
    def sha256(self) -> str:
        """Digest of the bytes that are kept, hexadecimal."""
        return hashlib.sha256(self.kept).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A message, and what its codec found in it.

    Attributes:
        message: as it came.
        decoded: what it holds.
        key: by which it is known when it comes again; None: its standard gives its messages none, or it was refused.
    """

    message: Message
    decoded: Decoded
    key: str | None = None


def hear(message: Message, codec: Codec, *, key_table: str | None = None, limits: Limits = LIMITS) -> Heard:
    """What a message says.

    Args:
        message: as it came.
        codec: of its standard.
        key_table: the codec's table whose keys are those of messages and not of things; None: it has none.
        limits: how much of a message is taken.
    """
    decoded = codec.decode(message.content, file=message.name, limits=limits)
    keys = sorted(one.key for one in decoded.of(key_table)) if key_table and not decoded.is_refused else []
    # A digest: keys hold numbers of people, and one message may carry many.
    key = hashlib.sha256("\n".join(keys).encode("utf-8", "surrogatepass")).hexdigest() if keys else message.key
    return Heard(message=message, decoded=decoded, key=None if decoded.is_refused else key)


@dataclass(frozen=True, kw_only=True)
class FileHeard:
    """A file of a folder of messages.

    Attributes:
        given: the message that it is, or why it cannot be read.
        sha256: of the file's bytes as they were delivered, hexadecimal; empty: they could not be read.
    """

    given: Message | Fault
    sha256: str = ""


def message_in(path: Path) -> FileHeard:
    """A file as a message, one packed with gzip unpacked; or why it cannot be read."""
    try:
        with path.open("rb") as stream:
            digested = Digested(stream)
            given: Message | Fault
            try:
                given = Message(name=path.name, content=_content(path.name, digested))
            except FileFaultError as fault:
                given = fault.fault(path.name)
            return FileHeard(given=given, sha256=digested.sha256())
    except OSError as error:
        message = f"the file cannot be read ({error.strerror}); check its permissions"
        return FileHeard(given=Fault(code=FaultCode.UNREADABLE_FILE, file=path.name, message=message))


def _content(name: str, stream: Digested) -> bytes:
    """The bytes of a message, one more than any may have: its codec then refuses it as too large."""
    if not name.lower().endswith(PACKED):
        return stream.read(LIMITS.size + 1)
    packed: BinaryIO = stream  # type: ignore[assignment]  # of it only `read` is used
    unpacked = Unpacked(packed)
    content = bytearray()
    while len(content) <= LIMITS.size and (piece := unpacked.read(1 << 20)):
        content += piece
    return bytes(content)


def lay_out(heard: Sequence[Heard], codec: Codec, *, take: Take) -> tuple[SourceFile, ...]:
    """Hand on the rows of messages; the tables that have any, and the one in which the messages are counted."""
    good = [one for one in heard if not one.decoded.is_refused]
    files = [
        SourceFile(
            name=f"{_FOLDER}/{MESSAGE_TABLE}",
            table_name=MESSAGE_TABLE,
            sha256=_digest(heard, MESSAGE_TABLE),
            rows_read=len(heard),
            bad_rows=len(heard) - len(good),
        )
    ]
    parts = [(one.message.name, as_tables(codec, one.decoded)) for one in good]
    for name, table in codec.tables.items():
        rows = _joined([(message, tables[name]) for message, tables in parts if tables[name].num_rows])
        if rows is None:
            continue
        take(name, rows)
        files.append(
            SourceFile(
                name=f"{_FOLDER}/{name}",
                table_name=name,
                sha256=_digest(good, name),
                size=sum(len(one.message.content) for one in good),
                header=(*OBJECT_COLUMNS, *table.columns, MESSAGE_COLUMN),
                rows_read=rows.num_rows,
                is_plain=False,
                is_bare=False,
            )
        )
    return tuple(files)


def _joined(parts: Sequence[tuple[str, ArrowTable]]) -> ArrowTable | None:
    """The rows of several messages, numbered on."""
    if not parts:
        return None
    told = [
        table.append_column(MESSAGE_COLUMN, pa.array([name] * table.num_rows, pa.string())) for name, table in parts
    ]
    joined = pa.concat_tables([cast("object", table) for table in told]).drop_columns([ROW_COLUMN])
    rows: ArrowTable = joined.append_column(ROW_COLUMN, row_numbers(first=_FIRST_ROW, count=joined.num_rows))
    return rows


def _digest(heard: Sequence[Heard], table: str) -> str:
    whole = "\n".join((table, *(f"{one.message.name} {one.message.sha256}" for one in heard)))
    return hashlib.sha256(whole.encode("utf-8", "surrogateescape")).hexdigest()
