"""Making a node again from its backup: everything is checked before anything is written."""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from watchroom.audit.entries import Act, Entry
from watchroom.audit.log import AuditLog
from watchroom.audit.ranges import IndexRange
from watchroom.audit.verify import Fault, verify
from watchroom.kernel.clock import Clock, MachineClock
from watchroom.kernel.errors import UsageError, WatchroomError
from watchroom.kernel.ids import uuid7
from watchroom.kernel.secrets import Secret
from watchroom.node.backup_file import BackupFileError, Head, key_id, opened, read_head
from watchroom.node.backup_manifest import FILE, TABLE, Manifest, checked
from watchroom.node.backup_parts import Part, read_parts
from watchroom.node.create import CHARTER_FILE, CHECKPOINT_FOLDER
from watchroom.node.database_access import (
    KEY_FOLDER,
    embedded_server,
    make_database,
    opened_database,
    require_reachable,
)
from watchroom.node.erasure import Eraser
from watchroom.node.erasures import erase_again, erasure_of, note_erasure
from watchroom.node.folders import make_folder, require_empty
from watchroom.node.keys import KeyFolder, KeyFolderError
from watchroom.node.known_erasures import AskedList, Known, known_erasures
from watchroom.node.list_file import begin_list
from watchroom.node.mapping_texts import write_mapping_texts
from watchroom.node.model_files import model_of, write_model_texts
from watchroom.node.restored_records import Again, erase_records_again
from watchroom.node.retention_file import RETENTION_FILE
from watchroom.node.settings import Settings, operator, write_settings
from watchroom.store.database import Database
from watchroom.store.dump import Loading, loading, require_no_node
from watchroom.store.roles import Roles, prefix_of
from watchroom.store.schema import migrations


class RestoreError(WatchroomError):
    """A backup cannot be made into a node here."""


class BackedUpFaultError(WatchroomError):
    """The node is restored and can be used, but its audit log was at fault already when it was backed up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A node that was made again.

    Attributes:
        rows: number of rows of all tables.
        entries: number of audit entries, the one about the restore not counted.
        epoch: the fresh one, by which partners see that they have to read again.
        erased: bodies of audit entries that were erased after the backup was made, and now again.
        made_at: machine instant of the backup, as text in UTC.
        knows_erasures: whether the whole list said what was erased and held since.
        records: records that were erased after the backup was made, and now again.
        held: erasures that were not done again, for a legal hold covers some of it; they stay on the list.
    """

    rows: int
    entries: int
    epoch: UUID
    erased: int
    made_at: str
    knows_erasures: bool
    records: int = 0
    held: int = 0


LEFT_BEHIND = AskedList()


def restore(
    folder: Path, file: Path, *, key_file: Path | None = None, dsn: str | None = None, erasures: AskedList = LEFT_BEHIND
) -> Restored:
    """Make the node that `file` holds again, in `folder`; on a failure nothing of it stays there.

    Args:
        folder: absent or empty.
        file: written by `back_up`.
        key_file: holds the backup key; None: it still lies where it lay when the backup was made.
        dsn: administrator's connection to a PostgreSQL of the agency's own; used once. None: the bundled one.
        erasures: the list of what was erased and held since, and whether it may be missing.

    Raises:
        UsageError: the folder holds something.
        ListMissingError: nobody can tell what was erased since, and it may not be missing; nothing was written.
        ErasuresError: that list cannot be read; nothing was written.
        BackupFileError, PartsError: the file is damaged, altered, or of another key; nothing was written.
        RestoreError, LoadError: it does not fit this version or this server.
        BackedUpFaultError: all is restored, and the audit log is at fault as it was in the backup.
    """
    require_empty(folder)
    key = _key(file, key_file)
    manifest = checked(file, key)
    known = known_erasures(file, manifest, erasures)
    _require_same_schema(manifest)
    machine = MachineClock()
    settings = replace(manifest.settings(), epoch=uuid7(at=machine.now()), external_database=dsn is not None)
    if dsn is not None:
        require_reachable(dsn)
        require_no_node(dsn, Roles(prefix=prefix_of(settings.node_id)))
    with _nothing_on_failure(folder):
        new = _Filling(folder=folder, settings=settings, manifest=manifest, machine=machine, known=known)
        fault, erased, again = _fill(new, file, key, dsn)
    if fault is not None:
        raise BackedUpFaultError(
            f"`{folder}` is restored, but its audit log was at fault when it was backed up:"
            f" entry {fault.index}, {fault.reason}"
        )
    return Restored(
        rows=sum(manifest.rows.values()),
        entries=manifest.entries,
        epoch=settings.epoch,
        erased=erased,
        made_at=manifest.made_at,
        knows_erasures=known.is_all,
        records=again.records,
        held=again.held,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filling:
    """What is being made, and from what."""

    folder: Path
    settings: Settings
    manifest: Manifest
    machine: Clock
    known: Known

    @property
    def keys(self) -> KeyFolder:
        return KeyFolder(self.folder / KEY_FOLDER)


def _fill(new: _Filling, file: Path, key: Secret[bytes], dsn: str | None) -> tuple[Fault | None, int, Again]:
    for name in (KEY_FOLDER, CHECKPOINT_FOLDER):
        (new.folder / name).mkdir(mode=0o700)
    write_model_texts(new.folder, new.manifest.model)
    write_mapping_texts(new.folder, new.manifest.mappings)
    make_database(new.folder, settings=new.settings, admin_dsn=dsn, model=model_of(new.folder))
    with opened_database(new.folder, new.settings) as database:
        _load(new, file, key, database)
        begin_list(new.folder / CHECKPOINT_FOLDER)
        fault = _faulty(new, database)
        erased, again = _enter(new, database)
    # INVARIANT: the settings come last, so that a folder with `watchroom.toml` is a whole node.
    write_settings(new.folder, new.settings)
    return fault, erased, again


def _load(new: _Filling, file: Path, key: Secret[bytes], database: Database) -> None:
    tables = {f"{TABLE}{table.name}": table for table in new.manifest.tables}
    # INVARIANT: the file is read a second time here, and every piece is authenticated again before it is used.
    with file.open("rb") as stream, loading(database, model=model_of(new.folder)) as rows:
        for part in read_parts(opened(stream, key=key)):
            if part.name in tables:
                table = tables[part.name]
                _require_equal(table.name, rows.rows(table, part.pieces()), new.manifest.rows[table.name])
            elif part.name.startswith(FILE):
                _write_file(new, part)
        _continue_counters(rows, new.manifest)


def _continue_counters(rows: Loading, manifest: Manifest) -> None:
    for name, last_value in manifest.counters.items():
        rows.counter(name, last_value)


def _write_file(new: _Filling, part: Part) -> None:
    place, _, name = part.name.removeprefix(FILE).rpartition("/")
    if place == KEY_FOLDER:
        new.keys.write(name, Secret(part.content()))
    elif place == CHECKPOINT_FOLDER or (place, name) in (("", CHARTER_FILE), ("", RETENTION_FILE)):
        path = new.folder / place / name
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600 if place else 0o644)
        with os.fdopen(descriptor, "wb") as written:
            for piece in part.pieces():
                written.write(piece)
    else:
        raise RestoreError(
            f"the backup holds `{part.name}`, which this version does not know; use the one that made it"
        )


def _faulty(new: _Filling, database: Database) -> Fault | None:
    """What is wrong with the restored audit log, if anything; the tree has to be that of the backup in any case."""
    found = verify(database, checkpoint_dir=new.folder / CHECKPOINT_FOLDER, verifiers=new.keys.verifiers())
    if isinstance(found, Fault):
        return found
    if (found.entries, found.root.hex()) != (new.manifest.entries, new.manifest.root):
        raise RestoreError("the restored audit log is not that of the backup: nothing was restored")
    return None


def _enter(new: _Filling, database: Database) -> tuple[int, Again]:
    """That it was restored, then what had been erased since, each with its entry; how many bodies and records."""
    log = AuditLog(
        database,
        clock=new.settings.clock.clock(),
        machine_clock=new.machine,
        keys=new.keys,
        checkpoint_dir=new.folder / CHECKPOINT_FOLDER,
    )
    before = new.manifest.settings().epoch
    detail = {"made_at": new.manifest.made_at, "epoch_before": str(before), "epoch": str(new.settings.epoch)}
    # What is not known of here stands again, and whoever reads the log later learns from when on.
    detail |= {"erasures_since": "known" if new.known.is_all else "not known"}
    try:
        log.append(
            Entry(
                act=Act.RESTORE,
                actor=operator(),
                operator=operator(),
                organisation=new.settings.agency,
                count=sum(new.manifest.rows.values()),
                detail=detail,
            )
        )
        return _erase_again(new, database, log), _erase_records_again(new, database, log)
    finally:
        log.close()


def _erase_again(new: _Filling, database: Database, log: AuditLog) -> int:
    was = new.manifest.settings()
    meant = [one for one in new.known.erasures if (one.node_id, one.epoch) == (str(was.node_id), str(was.epoch))]
    # The list goes on in the new folder, so that another restore from an early backup of it knows them too.
    for one in meant:
        if one.first < new.manifest.entries:
            what = IndexRange(first=one.first, last=min(one.last, new.manifest.entries - 1))
            note_erasure(new.folder, erasure_of(new.settings, what, reason=one.reason))
    by = Entry(act=Act.ERASE, actor=operator(), operator=operator(), organisation=new.settings.agency)
    return erase_again(database, erasures=meant, size=new.manifest.entries, log=log, by=by)


def _erase_records_again(new: _Filling, database: Database, log: AuditLog) -> Again:
    who = operator()
    eraser = Eraser(
        folder=new.folder,
        node_id=new.settings.node_id,
        database=database,
        audit=log,
        model=model_of(new.folder),
        clock=new.settings.clock.clock(),
        machine=new.machine,
        by=Entry(act=Act.ERASE, actor=who, operator=who, organisation=new.settings.agency),
    )
    return erase_records_again(eraser, new.known.records)


def _require_same_schema(manifest: Manifest) -> None:
    here = {migration.name: migration.digest for migration in migrations()}
    if manifest.migrations != here:
        raise RestoreError(
            f"the backup was made by version {manifest.version}, whose database is another one:"
            " restore it with that version, then bring it up to this one"
        )


def _require_equal(table: str, loaded: int, expected: int) -> None:
    if loaded != expected:
        raise RestoreError(f"{loaded} rows of `{table}` were loaded where the backup lists {expected}")


def _key(file: Path, key_file: Path | None) -> Secret[bytes]:
    try:
        with file.open("rb") as stream:
            head = read_head(stream)
        if key_file is not None:
            return Secret(key_file.read_bytes())
    except OSError as fault:
        raise UsageError(f"`{fault.filename}` cannot be read: {fault.strerror}") from None
    for key in _keys_left(head):
        if key_id(key) == head.key_id:
            return key
    raise BackupFileError(
        f"`{head.key_file}` is not here or not yours: name the copy of the backup key (id `{head.key_id}`) with `--key`"
    )


def _keys_left(head: Head) -> tuple[Secret[bytes], ...]:
    """The keys of the node that was backed up, if it is still there and belongs to the one who restores."""
    folder = Path(head.key_file).parent
    try:
        # Anybody could write a backup that names a folder of theirs.
        return KeyFolder(folder).backup_keys() if folder.stat().st_uid == os.geteuid() else ()
    except (KeyFolderError, OSError):
        return ()


@contextmanager
def _nothing_on_failure(folder: Path) -> Generator[None]:
    existed = folder.exists()
    make_folder(folder)
    try:
        yield
    except BaseException:
        embedded_server(folder).erase()
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        if not existed:
            folder.rmdir()
        raise
