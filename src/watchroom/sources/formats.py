"""The formats in which files are read, by the suffix of their name: one reader for each, behind one contract.

Whatever bytes come, each record of a file ends in exactly one place: it is given to whoever takes rows, or set aside
with a fault, or its file is refused with the reason. In whatever pieces a file is read, the same is read. What is held
in memory does not grow with the file.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO
from zipfile import ZipFile, ZipInfo

from watchroom.sources.caps import Allowance, Caps, Counted, Digested, Reads, laid_down
from watchroom.sources.csv_text import CSV, PIECE, TSV
from watchroom.sources.faults import Fault, FaultCode, FileFaultError
from watchroom.sources.file_names import PACKED, part_name, suffix_of, table_of
from watchroom.sources.json_file import read_json, read_ndjson
from watchroom.sources.packed import Unpacked, members, open_member, opened
from watchroom.sources.parquet_file import read_parquet
from watchroom.sources.reading import read_text
from watchroom.sources.source_file import Contents, Once, SourceFile, Take
from watchroom.sources.xlsx_file import Around, read_xlsx

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """What files are read with.

    Attributes:
        piece: about so many bytes are read at a time, where a format is read from start to end.
        caps: limits of one delivered file.
        folder: for what does not fit into memory, nobody else may read it; None: where the machine keeps such files.
    """

    piece: int = PIECE
    caps: Caps = field(default_factory=Caps)
    folder: Path | None = None

    @property
    def held_in(self) -> str | None:
        """The folder as a text."""
        return None if self.folder is None else str(self.folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A file as its reader is given it.

    Attributes:
        name: of the file.
        stream: its bytes; one that is read in any order can be.
        size: of it in bytes; 0 where it is only read from start to end.
        allowance: how much it may unpack to.
        how: what it is read with.
    """

    name: str
    stream: BinaryIO
    size: int
    allowance: Allowance
    how: How


Reader = Callable[[Given, Take], Contents]
"""Reads one file to its end; what is wrong with it is part of the answer, never raised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format.

    Attributes:
        read: reads it.
        jumps: it is read in any order, not from start to end.
        holds_any: a file of it may hold any table.
    """

    read: Reader
    jumps: bool = False
    holds_any: bool = False


def read_file_of(name: str, stream: BinaryIO, *, size: int, take: Take, how: How) -> Contents:
    """What the file of that name and content holds; its good rows go to `take` as they are read.

    Args:
        name: of the file; its suffix, which is a known one, says how it is written.
        stream: its bytes; of a packed file and of a table of lines it is read once, from start to end.
        size: of the file in bytes.
        take: is given the rows; see `Take`.
        how: what it is read with.
    """
    known = FORMATS[suffix_of(name)]
    allowance = Allowance(size, how.caps)
    digested = Digested(stream)
    is_packed = name.lower().endswith(PACKED)
    try:
        if is_packed:
            packed: BinaryIO = digested  # type: ignore[assignment]  # of it only `read` is used
            contents = _streamed(name, Counted(Unpacked(packed), allowance), take=take, allowance=allowance, how=how)
        elif known.jumps:
            # Its bytes may be read in any order and more than once, so they are gone through beforehand.
            digested.sha256()
            stream.seek(0)
            contents = known.read(Given(name=name, stream=stream, size=size, allowance=allowance, how=how), take)
        else:
            contents = _streamed(name, digested, take=take, allowance=allowance, how=how)
    except FileFaultError as fault:
        contents = refused(name, fault)
    return contents.stamped(name, sha256=digested.sha256(), size=digested.size)


def _streamed(name: str, stream: Reads, *, take: Take, allowance: Allowance, how: How) -> Contents:
    """What a stream holds that can only be read from start to end."""
    known = FORMATS[suffix_of(name)]
    if known.jumps:
        with laid_down(stream, how.held_in) as held:
            size = held.seek(0, 2)
            held.seek(0)
            return known.read(Given(name=name, stream=held, size=size, allowance=allowance, how=how), take)
    given: BinaryIO = stream  # type: ignore[assignment]  # of it only `read` is used
    return known.read(Given(name=name, stream=given, size=0, allowance=allowance, how=how), take)


def refused(name: str, fault: FileFaultError) -> Contents:
    """A file of a known suffix of which nothing is known but why it cannot be read."""
    if FORMATS[suffix_of(name)].holds_any:
        return Contents(faults=(replace(fault.fault(name), holds_any=True),))
    return Contents(files=(SourceFile(name=name, table_name=table_of(name), faults=(fault.fault(name),)),))


def _csv(given: Given, take: Take) -> Contents:
    return Contents(files=(read_text(given.name, given.stream, take=take, piece=given.how.piece, dialect=CSV),))


def _tsv(given: Given, take: Take) -> Contents:
    return Contents(files=(read_text(given.name, given.stream, take=take, piece=given.how.piece, dialect=TSV),))


def _json(given: Given, take: Take) -> Contents:
    return read_json(given.name, given.stream, take=take, piece=min(given.how.piece, _BLOCK))


def _ndjson(given: Given, take: Take) -> Contents:
    return read_ndjson(given.name, given.stream, take=take, piece=min(given.how.piece, _BLOCK))


def _parquet(given: Given, take: Take) -> Contents:
    return read_parquet(given.name, given.stream, take=take, allowance=given.allowance)


def _xlsx(given: Given, take: Take) -> Contents:
    around = Around(allowance=given.allowance, caps=given.how.caps, folder=given.how.held_in)
    return read_xlsx(given.name, given.stream, size=given.size, take=take, around=around)


def _zip(given: Given, take: Take) -> Contents:
    """The files of an archive, each by its format; what is packed within it once more is not opened."""
    files: list[SourceFile] = []
    faults: list[Fault] = []
    once = Once(take)
    try:
        with opened(given.stream, size=given.size, caps=given.how.caps) as archive:
            for entry in members(archive):
                # A folder within an archive says nothing of the table, nor is it ever made.
                last = entry.filename.replace("\\", "/").rsplit("/", 1)[-1]
                if not last.startswith("."):
                    label = part_name(given.name, last)
                    found = once.kept(_member(given, entry, archive=archive, label=label, take=once.taking()))
                    files += found.files
                    faults += found.faults
    except FileFaultError as fault:
        faults.append(replace(fault.fault(given.name), holds_any=True))
    if not files and not faults:
        message = "the archive holds no file; check the delivery"
        faults.append(Fault(code=FaultCode.NO_TABLES, file=given.name, message=message, holds_any=True))
    return Contents(files=tuple(files), faults=tuple(faults))


def _member(given: Given, entry: ZipInfo, *, archive: ZipFile, label: str, take: Take) -> Contents:
    known = None if label.lower().endswith(PACKED) else FORMATS.get(suffix_of(label))
    if known is None or known is FORMATS[".zip"]:
        message = "a file of the archive that is no table, or is packed twice; it was not read"
        return Contents(faults=(Fault(code=FaultCode.NOT_A_TABLE, file=label, message=message),))
    try:
        member = Digested(Counted(open_member(archive, entry), given.allowance))
        found = _streamed(label, member, take=take, allowance=given.allowance, how=given.how)
        return found.stamped(label, sha256=member.sha256(), size=member.size)
    except FileFaultError as fault:
        return refused(label, fault)


FORMATS: dict[str, Format] = {
    ".csv": Format(read=_csv),
    ".tsv": Format(read=_tsv),
    ".json": Format(read=_json),
    ".ndjson": Format(read=_ndjson),
    ".jsonl": Format(read=_ndjson),
    ".parquet": Format(read=_parquet, jumps=True),
    ".xlsx": Format(read=_xlsx, jumps=True, holds_any=True),
    ".zip": Format(read=_zip, jumps=True, holds_any=True),
}
