"""Backing a node up into one encrypted file; `restore` makes it again.

The file holds the record, the audit log with its checkpoints, the raw rows, the accounts, the keys, the charter and
the settings. It does not hold what is derived (audiences and their views), sign-in sessions, or how the database is
reached. It opens with the node's backup key, `keys/backup.key`: keep a copy of that elsewhere, and not beside the
backups (docs/adr/0008).
"""

import os
import secrets
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from watchroom.audit.checkpoints import checkpoint_lock
from watchroom.audit.entries import Act, Entry, instant_text
from watchroom.audit.sequencer import read_frontier
from watchroom.audit.verify import Fault, Verified
from watchroom.ingest.overflow import OVERFLOW_FOLDER
from watchroom.kernel.errors import UsageError
from watchroom.node.agreement_signing import AGREEMENT_FILE
from watchroom.node.backup_file import MAGIC, BackupFileError, SealedWriter, key_id
from watchroom.node.backup_manifest import FILE, MANIFEST, TABLE, Manifest, checked
from watchroom.node.backup_parts import PartSum, PartsWriter
from watchroom.node.create import CHARTER_FILE, CHECKPOINT_FOLDER
from watchroom.node.database_access import KEY_FOLDER
from watchroom.node.keys import BACKUP_FILE, SIGNING_FILE, KeyFolder
from watchroom.node.list_file import ERASURES_FILE
from watchroom.node.mapping_texts import MAPPING_FOLDER, mapping_texts
from watchroom.node.model_files import MODEL_FOLDER, model_texts
from watchroom.node.node import Node
from watchroom.node.restore import Restored, restore
from watchroom.node.retention_file import RETENTION_FILE
from watchroom.node.run_file import FOLDER as RUN_FOLDER
from watchroom.node.settings import SETTINGS_FILE, operator
from watchroom.node.spooling import SPOOL_FOLDER
from watchroom.store.dump import Snapshot, snapshot

__all__ = ["BackedUp", "Restored", "back_up", "restore"]

_OF_A_NODE = frozenset(
    {
        CHARTER_FILE,
        CHECKPOINT_FOLDER,
        KEY_FOLDER,
        MAPPING_FOLDER,
        MODEL_FOLDER,
        OVERFLOW_FOLDER,
        RETENTION_FILE,
        SETTINGS_FILE,
        RUN_FOLDER,
        SPOOL_FOLDER,
        "database",
    }
)
_READ = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """A backup that was written, read again and found right.

    Attributes:
        rows: number of rows of all tables.
        entries: number of audit entries.
        key_file: opens the backup; keep a copy elsewhere.
        left_out: names in the node's folder that are not a node's and are not in the backup.
        audit: what verifying the audit log found just before; one at fault is backed up all the same, as evidence.
    """

    rows: int
    entries: int
    key_file: Path
    left_out: tuple[str, ...]
    audit: Verified | Fault


def back_up(node: Node, file: Path, *, with_new_key: bool = False, overwrite: bool = False) -> BackedUp:
    """Write all of the node into `file`, which appears only when it is complete and was read again.

    The node may be in use: what is committed after the beginning is not in the backup.

    Args:
        node: open.
        file: a new one, or with `overwrite` an earlier backup.
        with_new_key: encrypt it, and all later ones, with a fresh key; the present one is kept for the earlier.
        overwrite: replace an earlier backup, and nothing else, once the new one is complete.

    Raises:
        UsageError: `file` is there and may not be replaced, or cannot be written.
        KeyFolderError: the backup key is missing or within the reach of others.
        AuditUnavailableError: the backup could not be entered in the audit log; nothing was written.
    """
    _require_free(file, overwrite=overwrite)
    found = node.verify_audit()
    if with_new_key:
        _renew_key(node)
    key, key_file = node.keys.backup_key(), (node.folder / KEY_FOLDER / BACKUP_FILE).absolute()
    audit = "verified" if isinstance(found, Verified) else "at fault"
    detail = {"file": file.name, "key_id": key_id(key), "audit": audit}
    organisation = node.settings.agency
    node.audit.append(
        Entry(act=Act.BACKUP, actor=operator(), operator=operator(), organisation=organisation, detail=detail)
    )
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with _private(fresh) as stream:
            sealed = SealedWriter(stream, key=key, key_file=key_file)
            manifest = _write_parts(node, PartsWriter(sealed))
            sealed.finish()
        if checked(fresh, key) != manifest:
            raise BackupFileError("the backup reads differently from what was written: look after the disk")
        # Somebody else's backup may have come to stand there meanwhile.
        _require_free(file, overwrite=overwrite)
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
    beside = {f"{MODEL_FOLDER}/{path.name}" for path in (node.folder / MODEL_FOLDER).glob("*")}
    beside -= {f"{MODEL_FOLDER}/{name}" for name in manifest.model}
    mappings = (path for path in (node.folder / MAPPING_FOLDER).rglob("*") if path.is_file())
    beside |= {path.relative_to(node.folder).as_posix() for path in mappings}
    beside -= {f"{MAPPING_FOLDER}/{name}" for name in manifest.mappings}
    left_out = sorted({path.name for path in node.folder.iterdir()} - _OF_A_NODE | beside)
    rows = sum(manifest.rows.values())
    return BackedUp(rows=rows, entries=manifest.entries, key_file=key_file, left_out=tuple(left_out), audit=found)


def _renew_key(node: Node) -> None:
    # INVARIANT: entered first; an entry about a key that was then not renewed does no harm.
    node.audit.append(
        Entry(
            act=Act.KEY_ROTATION,
            actor=operator(),
            operator=operator(),
            organisation=node.settings.agency,
            entity="backup_key",
            detail={"old": key_id(node.keys.backup_key())},
        )
    )
    node.keys.renew_backup_key(at=node.machine_clock.now())


def _write_parts(node: Node, parts: PartsWriter) -> Manifest:
    sums: dict[str, PartSum] = {}

    def keep(name: str, path: Path) -> None:
        sums[name] = parts.part(name, _content(path))

    keep(f"{FILE}{CHARTER_FILE}", node.folder / CHARTER_FILE)
    if (node.folder / RETENTION_FILE).is_file():
        keep(f"{FILE}{RETENTION_FILE}", node.folder / RETENTION_FILE)
    # INVARIANT: checkpoints are read before the database and the keys after it, so that every checkpoint speaks of
    # entries that are in the backup, and is signed by a key that is.
    with checkpoint_lock(node.folder / CHECKPOINT_FOLDER):
        place = node.folder / CHECKPOINT_FOLDER
        outside = [*sorted(place.glob("*.notes")), *place.glob(ERASURES_FILE)]
        notes = [(path, path.read_bytes()) for path in outside]
    for path, content in notes:
        name = f"{FILE}{CHECKPOINT_FOLDER}/{path.name}"
        sums[name] = parts.part(name, [content])
    with snapshot(node.database) as rows:
        counts = _write_tables(rows, parts, sums)
        frontier = read_frontier(rows.connection)
        tables, counters, ledger = rows.tables, rows.counters, rows.migrations
    for path in _keys_to_keep(node.keys):
        keep(f"{FILE}{KEY_FOLDER}/{path.name}", path)
    manifest = Manifest(
        version=version("watchroom"),
        made_at=instant_text(node.machine_clock.now()),
        settings_text=(node.folder / SETTINGS_FILE).read_text(encoding="utf-8"),
        migrations=ledger,
        tables=tables,
        rows=counts,
        counters=counters,
        entries=frontier.size,
        root=frontier.root().hex(),
        sums=sums,
        model=model_texts(node.folder),
        mappings=mapping_texts(node.folder),
    )
    parts.part(MANIFEST, [manifest.content()])
    parts.finish()
    return manifest


def _write_tables(rows: Snapshot, parts: PartsWriter, sums: dict[str, PartSum]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for table in rows.tables:
        lines = _Lines(rows.rows(table))
        sums[f"{TABLE}{table.name}"] = parts.part(f"{TABLE}{table.name}", lines)
        counts[table.name] = lines.count
    return counts


class _Lines:
    """Passes pieces on and counts the rows: a row ends with a line break, and within a value none stands."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self.count = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.count += piece.count(b"\n")
            yield piece


def _keys_to_keep(keys: KeyFolder) -> list[Path]:
    """Keys that a restored node cannot make anew; passwords of the database it can."""
    retired = sorted(keys.folder.glob("backup-*.key"))
    agreements = [path for path in [keys.folder / AGREEMENT_FILE] if path.exists()]
    kept = [keys.folder / SIGNING_FILE, keys.folder / BACKUP_FILE, *agreements, *retired]
    for path in kept:
        keys.read(path.name)
    return kept


def _content(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_READ):
            yield piece


def _require_free(file: Path, *, overwrite: bool) -> None:
    try:
        with file.open("rb") as present:
            if present.read(len(MAGIC)) != MAGIC:
                raise UsageError(f"`{file}` is there and is not a backup: name another file")
            if not overwrite:
                raise UsageError(
                    f"`{file}` is there and is an earlier backup: name another file, or replace it with `--overwrite`"
                )
    except FileNotFoundError:
        if not file.parent.is_dir():
            raise UsageError(f"there is no folder `{file.parent}`: make it, or name another") from None
    except IsADirectoryError:
        raise UsageError(f"`{file}` is a folder: name a file in it") from None


@contextmanager
def _private(file: Path) -> Generator[BinaryIO]:
    """A fresh file that only its owner can read; on the disk when this ends."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as fault:
        raise UsageError(f"`{file.parent}` cannot be written to: {fault.strerror}") from None
    with os.fdopen(descriptor, "wb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())
