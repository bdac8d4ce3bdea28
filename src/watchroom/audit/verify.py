"""Finding the first entry at fault: every header and body is hashed again and held against every checkpoint.

Nothing that is stored beside an entry is evidence, for whoever can change the one can change the other. The
hash beside a header only helps to name the very entry; the judges are the checkpoints, which are kept outside
the database and signed.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from watchroom.audit.checkpoints import KeptNote, kept_notes
from watchroom.audit.entries import Act, AuditUnavailableError, commitment
from watchroom.audit.merkle import Frontier, leaf_hash
from watchroom.audit.notes import NoteError, Verifier, parse_note
from watchroom.audit.ranges import IndexRange, covers, parse_ranges
from watchroom.audit.sequencer import read_frontier
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection, Database, Principal

_QUERIES = load_queries("watchroom.audit")
_FETCH = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A log in which nothing was found wanting.

    Attributes:
        entries: their number.
        root: over all of them, 32 bytes.
        checkpoints: how many signed ones were held against it.
        since_checkpoint: entries that no checkpoint covers yet; for these the database is the only witness.
        erased: bodies that were lawfully erased, each named by a later entry.
    """

    entries: int
    root: bytes
    checkpoints: int
    since_checkpoint: int
    erased: int

    def as_json(self) -> dict[str, object]:
        """The document of `watchroom audit verify`."""
        return {
            "entries": self.entries,
            "root": self.root.hex(),
            "checkpoints": self.checkpoints,
            "since_checkpoint": self.since_checkpoint,
            "erased": self.erased,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """The first entry at which the log is not what was committed.

    Attributes:
        index: of that entry, or of the place where it should be.
        last: the fault lies between `index` and this one when it cannot be told more closely; else the same.
        reason: what is wrong, in words.
    """

    index: int
    last: int
    reason: str

    def as_json(self) -> dict[str, object]:
        """The document of `watchroom audit verify` when it fails."""
        return {"fault": {"index": self.index, "last": self.last, "reason": self.reason}}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    index: int
    header: str
    leaf: bytes
    salt: bytes | None
    body: str | None


class _FaultFoundError(Exception):
    def __init__(self, index: int, reason: str, *, last: int | None = None) -> None:
        super().__init__(reason)
        self.fault = Fault(index=index, last=index if last is None else last, reason=reason)


def verify(
    database: Database,
    *,
    checkpoint_dir: Path,
    verifiers: Sequence[Verifier],
    told: Callable[[int], None] | None = None,
) -> Verified | Fault:
    """Whether the log is whole and unchanged, or the first entry at fault.

    Args:
        database: of the node.
        checkpoint_dir: where its checkpoints are kept.
        verifiers: all signing keys that the node ever had.
        told: now and then receives how many entries were found whole by then.

    Raises:
        DatabaseUnavailableError: the database does not answer.
    """
    # INVARIANT: checkpoints are read before the database, so each one speaks of entries that are committed.
    try:
        walk = _Walk(_trusted(checkpoint_dir, verifiers))
        with database.connection(Principal.AUDIT) as connection:
            connection.execute("set transaction isolation level repeatable read, read only")
            for row in _rows(connection):
                walk.take(row)
                if told is not None and row.index % _FETCH == 0:
                    told(row.index)
            walk.finish(connection)
    except _FaultFoundError as found:
        return found.fault
    return walk.verified()


class _Walk:
    """Goes through the log once, from its first entry to its last."""

    def __init__(self, checkpoints: dict[int, list[tuple[bytes, str]]]) -> None:
        self._checkpoints = checkpoints
        self._frontier = Frontier()
        self._good = 0
        self._bodiless: list[int] = []
        self._erased: list[IndexRange] = []
        self._check_checkpoints()

    def take(self, row: _Row) -> None:
        expected = self._frontier.size
        if row.index != expected:
            raise _FaultFoundError(expected, "the entry is missing")
        leaf = leaf_hash(row.header.encode())
        if leaf != row.leaf:
            raise _FaultFoundError(expected, "the header was altered: it does not give the hash beside it")
        header = _object(row.header, expected)
        if header.get("index") != expected:
            raise _FaultFoundError(
                expected, f"the entry stands in the place of another: it says `{header.get('index')}`"
            )
        self._take_body(row, header)
        self._frontier = self._frontier.extend([leaf])
        self._check_checkpoints()

    def finish(self, connection: Connection) -> None:
        size = self._frontier.size
        beyond = [known for known in self._checkpoints if known > size]
        if beyond:
            raise _FaultFoundError(
                size, f"the log ends here, but a checkpoint was signed over {min(beyond)} entries", last=max(beyond) - 1
            )
        self._check_frontier(connection)
        if not self._checkpoints:
            # INVARIANT: one was signed over the empty log when the node was made, so there never is none.
            raise _FaultFoundError(0, "no signed checkpoint is kept: nothing outside the database speaks for this log")
        for index in self._bodiless:
            if not covers(self._erased, index):
                raise _FaultFoundError(index, "the body is missing, and no entry says that it was erased")
        row = connection.execute(_QUERIES["headless_bodies"].text).fetchone()
        if row and row[0]:
            raise _FaultFoundError(int(row[1]), "a body belongs to no entry")

    def verified(self) -> Verified:
        return Verified(
            entries=self._frontier.size,
            root=self._frontier.root(),
            checkpoints=sum(len(known) for known in self._checkpoints.values()),
            since_checkpoint=self._frontier.size - self._good,
            erased=len(self._bodiless),
        )

    def _take_body(self, row: _Row, header: dict[str, Any]) -> None:
        is_erasure = header.get("act") == Act.ERASE
        if row.body is None or row.salt is None:
            if is_erasure:
                raise _FaultFoundError(row.index, "the body of an erasure is missing")
            self._bodiless.append(row.index)
            return
        if commitment(row.salt, row.body) != header.get("body"):
            raise _FaultFoundError(row.index, "the body was altered: it is not the one that the header commits to")
        if is_erasure and header.get("entity") == "audit_body":
            detail = _object(row.body, row.index).get("detail")
            named = parse_ranges(str(cast(dict[str, Any], detail).get("indices", "")))
            # INVARIANT: an erasure speaks of entries before it, so it is no leave to delete later ones.
            self._erased += [IndexRange(first=one.first, last=min(one.last, row.index - 1)) for one in named]

    def _check_checkpoints(self) -> None:
        size = self._frontier.size
        for root, where in self._checkpoints.get(size, ()):
            if root != self._frontier.root():
                raise _FaultFoundError(
                    self._good,
                    f"an entry was altered, dropped or moved: the log does not give the root of {where}",
                    last=max(self._good, size - 1),
                )
            self._good = size

    def _check_frontier(self, connection: Connection) -> None:
        size = self._frontier.size
        try:
            stored = read_frontier(connection)
        except AuditUnavailableError:
            raise _FaultFoundError(size, "the frontier is missing or damaged") from None
        if stored.size > size:
            raise _FaultFoundError(
                size, f"the log ends here, but its frontier counts {stored.size} entries", last=stored.size - 1
            )
        if stored.size < size:
            raise _FaultFoundError(stored.size, f"the frontier counts {stored.size} entries only", last=size - 1)
        if stored != self._frontier:
            raise _FaultFoundError(
                self._good, "an entry or the frontier was altered: they do not agree", last=max(self._good, size - 1)
            )


def _trusted(folder: Path, verifiers: Sequence[Verifier]) -> dict[int, list[tuple[bytes, str]]]:
    """The roots that are signed, by size of the tree, each with the place where it stands."""
    trusted: dict[int, list[tuple[bytes, str]]] = {}
    try:
        for kept in kept_notes(folder):
            size, root = _signed_root(kept, verifiers)
            trusted.setdefault(size, []).append((root, f"checkpoint {kept.number} in `{kept.file}`"))
    except NoteError as fault:
        raise _FaultFoundError(0, str(fault)) from None
    return trusted


def _signed_root(kept: KeptNote, verifiers: Sequence[Verifier]) -> tuple[int, bytes]:
    where = f"checkpoint {kept.number} in `{kept.file}`"
    try:
        note = parse_note(kept.text)
    except NoteError as fault:
        raise _FaultFoundError(0, f"{where}: {fault}") from None
    try:
        note.signed_by(verifiers)
    except NoteError as fault:
        raise _FaultFoundError(max(0, note.checkpoint.size - 1), f"{where}: {fault}") from None
    return note.checkpoint.size, note.checkpoint.root


def _rows(connection: Connection) -> Iterator[_Row]:
    with connection.cursor(name="audit_entries") as cursor:
        cursor.itersize = _FETCH
        cursor.execute(_QUERIES["all_entries"].text)
        for index, header, leaf, salt, body in cursor:
            yield _Row(
                index=index, header=header, leaf=bytes(leaf), salt=None if salt is None else bytes(salt), body=body
            )


def _object(text: str, index: int) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise _FaultFoundError(index, "the entry is not readable")
    return cast(dict[str, Any], value)
