"""The export for whoever oversees the agency: entries with their proofs, and the means to check them without us.

One zip: the entries of a range, what shows that each stands in the signed log, what shows that the log only grew, the
public keys with their rotations, a verifier that needs python3 alone, and a page that says how it is used. The export
is itself an entry and says what was exported, so that a range cannot be cut without its being seen.
"""

import json
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

from watchroom.audit.checkpoints import SigningKeys, kept_notes, write_checkpoint
from watchroom.audit.entries import Act, Entry, instant_text
from watchroom.audit.merkle import Frontier
from watchroom.audit.notes import Note, Verifier, parse_note
from watchroom.audit.proofs import consistency_of, inclusion_of, stored_tree
from watchroom.audit.ranges import IndexRange
from watchroom.audit.sequencer import read_frontier
from watchroom.audit.tree import Tree
from watchroom.audit.witness import UnwitnessedError, Witness, witnessed
from watchroom.kernel.errors import WatchroomError
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection, Database, Principal

FORMAT = 1
VERIFIER, README = "verify.py", "README.txt"
_QUERIES = load_queries("watchroom.audit")
_FETCH = 2000
_BEYOND_ANY = (1 << 63) - 1


class NothingToExportError(WatchroomError):
    """No entry was made between the two instants."""


class DatedKey(Protocol):
    """A signing key of the log, past or present, and from when until when it signed."""

    @property
    def verifier(self) -> Verifier:
        """Its public side."""
        ...

    @property
    def from_at(self) -> str:
        """Machine instant from which it signed."""
        ...

    @property
    def until_at(self) -> str | None:
        """Machine instant at which it was retired; None while it is in force."""
        ...


class KeyRing(SigningKeys, Protocol):
    """The keys of the log: the one that signs now, and all that ever did."""

    def known_keys(self) -> Sequence[DatedKey]:
        """Every signing key, the present one first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where a node keeps what speaks for its log.

    Attributes:
        database: of the node.
        checkpoint_dir: where its checkpoints are kept.
        keys: of the log.
        day: machine day in UTC, for the checkpoint that is signed over the export's own entry.
    """

    database: Database
    checkpoint_dir: Path
    keys: KeyRing
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `since` up to, and without, `until`: node instants, as a search has them; and the entries made then.

    Entries that stand between two of the period belong to it, whatever instant they carry: a batch may be committed
    a moment later than its entries were made, and a recorded clock may run through a day twice.
    """

    since: datetime
    until: datetime
    entries: IndexRange

    def detail(self) -> dict[str, str]:
        """What the entry of the export says of it."""
        return {
            "from": instant_text(self.since),
            "to": instant_text(self.until),
            "first_index": str(self.entries.first),
            "last_index": str(self.entries.last),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written.

    Attributes:
        period: what was asked for.
        erased: bodies of it that were lawfully erased.
        size, root: of the signed log that the proofs lead to.
    """

    period: Period
    erased: int
    size: int
    root: bytes

    def as_json(self) -> dict[str, object]:
        """The document of `watchroom audit export`."""
        found = self.period.entries
        return {
            "first": found.first,
            "last": found.last,
            "entries": found.last - found.first + 1,
            "erased": self.erased,
            "size": self.size,
            "root": self.root.hex(),
        }


def period_between(database: Database, *, since: datetime, until: datetime) -> Period:
    """The period with the range of its entries; it gives places only, and no entry.

    Raises:
        NothingToExportError: none was made then.
    """
    asked = {"since": instant_text(since), "until": instant_text(until), "before": _BEYOND_ANY}
    with database.connection(Principal.AUDIT) as connection:
        row = connection.execute(_QUERIES["range_between"].text, asked).fetchone()
    if row is None or row[0] is None:
        raise NothingToExportError("no entry was made between these instants; name others")
    return Period(since=since, until=until, entries=IndexRange(first=row[0], last=row[1]))


def write_export(out: Path, *, shelf: Shelf, period: Period, witness: Witness) -> Exported:
    """Write the export of a period to the file `out`.

    A checkpoint is signed over the state that the export is made from, which holds the export's own entry.

    Args:
        out: replaced whole by the caller; written here from its begin.
        shelf: where the node keeps what speaks for its log.
        period: of `period_between`, also in the detail of the witness's entry.
        witness: that the export was entered.

    Raises:
        UnwitnessedError: the witness is none of this log, was used before, or is of another export.
        NoteError: a checkpoint that is kept cannot be read.
    """
    _require_same(witness.entry, period)
    with witnessed(shelf.database, witness) as connection, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as export:
        # INVARIANT: the state that is signed is the one of this snapshot, so what it shows as erased is entered in it.
        head = read_frontier(connection)
        write_checkpoint(shelf.checkpoint_dir, size=head.size, root=head.root(), keys=shelf.keys, day=shelf.day)
        tree = stored_tree(connection, size=head.size)
        parts = files("watchroom.audit")
        export.writestr(README, parts.joinpath("export_readme.txt").read_bytes())
        export.writestr(VERIFIER, parts.joinpath("portable_verifier.py").read_bytes())
        _write_keys(export, shelf.keys, period=period, witness=witness)
        _write_checkpoints(export, shelf, tree=tree, head=head, first=period.entries.first)
        size = {"size": head.size, "own_index": witness.receipt.index}
        beside = _entries(connection, lambda cursor: cursor.execute(_QUERIES["entries_of_note"].text, size))
        _write_lines(export, "beside.jsonl", (_proven(tree, one, size=head.size) for one in beside))
        erased = _write_range(export, connection, tree=tree, what=period.entries)
        return Exported(period=period, erased=erased, size=head.size, root=head.root())


def _require_same(entry: Entry, period: Period) -> None:
    said = period.detail()
    if entry.act is not Act.EXPORT or {name: entry.detail.get(name) for name in said} != said:
        raise UnwitnessedError("the entry of this export does not say what is exported")


def _write_keys(export: zipfile.ZipFile, keys: KeyRing, *, period: Period, witness: Witness) -> None:
    known = keys.known_keys()
    manifest = {
        "format": FORMAT,
        "origin": known[0].verifier.name,
        "export_index": witness.receipt.index,
        **period.detail(),
        "first_index": period.entries.first,
        "last_index": period.entries.last,
    }
    export.writestr("manifest.json", json.dumps(manifest, indent=1))
    rows = [
        {"key": key.verifier.text(), "from": key.from_at, "until": key.until_at, "upto": key.verifier.upto}
        for key in known
    ]
    export.writestr("keys.json", json.dumps({"keys": rows}, indent=1))


def _write_checkpoints(export: zipfile.ZipFile, shelf: Shelf, *, tree: Tree, head: Frontier, first: int) -> None:
    """The last checkpoint before the entry at `first`, of each day, of each key, and the head; with what joins them."""
    last: dict[str, tuple[Note, str]] = {}
    for kept in kept_notes(shelf.checkpoint_dir):
        note = parse_note(kept.text)
        size = note.checkpoint.size
        for of, most in (("range", first), (kept.file, head.size), (note.signatures[0].key_id.hex(), head.size)):
            if size <= most and (of not in last or last[of][0].checkpoint.size <= size):
                last[of] = (note, kept.text)
    chosen = {(note.checkpoint.size, note.signatures[0].key_id): text for note, text in last.values()}
    present = shelf.keys.signer().verifier.key_id
    order = sorted(chosen, key=lambda one: (one[0], one[1] == present))
    export.writestr("checkpoints.txt", "".join(f"{chosen[one]}===\n" for one in order))
    steps = (consistency_of(tree, old, size=new).as_json() for (old, _), (new, _) in pairwise(order))
    _write_lines(export, "consistency.jsonl", steps)


def _write_range(export: zipfile.ZipFile, connection: Connection, *, tree: Tree, what: IndexRange) -> int:
    """The entries of the range; returns how many bodies of it are erased."""
    erased = 0
    asked = {"first_index": what.first, "last_index": what.last}

    def proven() -> Iterator[dict[str, object]]:
        nonlocal erased
        for one in _entries(connection, lambda cursor: cursor.execute(_QUERIES["entries_between"].text, asked)):
            erased += one[3] is None
            yield _proven(tree, one, size=tree.size)

    _write_lines(export, "entries.jsonl", proven())
    return erased


def _entries(
    connection: Connection, ask: Callable[[Any], object]
) -> Iterator[tuple[int, str, bytes | None, str | None]]:
    with connection.cursor(name="audit_export") as cursor:
        cursor.itersize = _FETCH
        ask(cursor)
        yield from cursor


def _proven(tree: Tree, one: tuple[int, str, bytes | None, str | None], *, size: int) -> dict[str, object]:
    index, header, salt, body = one
    return {
        "index": index,
        "header": header,
        "salt": None if salt is None else bytes(salt).hex(),
        "body": body,
        "audit_path": [b64encode(step).decode() for step in inclusion_of(tree, index, size=size).path],
    }


def _write_lines(export: zipfile.ZipFile, name: str, lines: Iterable[dict[str, object]]) -> None:
    with export.open(name, "w", force_zip64=True) as file:
        for line in lines:
            file.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
