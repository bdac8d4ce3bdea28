"""What a restore knows of erasures and holds since its backup was made; where it cannot know, it says so or refuses."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from watchroom.kernel.errors import WatchroomError
from watchroom.node.backup_file import read_head
from watchroom.node.backup_manifest import FILE, Manifest
from watchroom.node.create import CHECKPOINT_FOLDER
from watchroom.node.erasures import Erasure, erasures_in
from watchroom.node.list_file import ERASURES_FILE, is_whole
from watchroom.node.record_list import RecordList, record_list


class ListMissingError(WatchroomError):
    """Nobody can tell what was erased and held since a backup was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedList:
    """Which list of erasures and holds a restore goes by.

    Attributes:
        file: a copy of it; None: it still lies where the node wrote it.
        may_lack: go on where it is not there or lost lines, with what is known.
    """

    file: Path | None = None
    may_lack: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a list says of erasures in the log, and of the record; `is_all`: nothing of it is missing."""

    is_all: bool
    erasures: tuple[Erasure, ...] = ()
    records: RecordList = field(default_factory=RecordList)


def known_erasures(backup: Path, manifest: Manifest, asked: AskedList) -> Known:
    """What is known of erasures and holds since a backup was made.

    Raises:
        ListMissingError: the list is not there, is shorter than it was, or older than the backup.
        ErasuresError: it cannot be read.
    """
    file = asked.file or _left_behind(backup)
    # A list only grows, so one that is shorter than that of the backup is of an earlier day.
    kept = manifest.sums.get(f"{FILE}{CHECKPOINT_FOLDER}/{ERASURES_FILE}")
    is_there = file is not None and file.is_file()
    is_all = file is not None and is_whole(file) and file.stat().st_size >= (kept.size if kept else 0)
    if not is_all and not asked.may_lack:
        what = "has lost lines, or is older than the backup" if is_there else "is not where the node was"
        raise ListMissingError(
            f"nobody can tell what was erased or held after {manifest.made_at}: the list `{ERASURES_FILE}` of the"
            f" checkpoints {what}; nothing was restored. Name the copy that you keep of it with `--erasures`, or go on"
            " with `--erasures-unknown`: people, records and words of the log that were erased since then stand again,"
            " and holds that were placed since do not"
        )
    if file is None or not is_there:
        return Known(is_all=False)
    node_id = manifest.settings().node_id
    return Known(is_all=is_all, erasures=erasures_in(file), records=record_list(file, node_id))


def _left_behind(backup: Path) -> Path | None:
    """The list that still lies beside the checkpoints of the node that was backed up; None: not where one may look."""
    with backup.open("rb") as stream:
        place = Path(read_head(stream).key_file).parent.parent / CHECKPOINT_FOLDER
    try:
        # Anybody could write a backup that names a folder of theirs.
        is_ours = place.stat().st_uid == os.geteuid()
    except OSError:
        return None
    return place / ERASURES_FILE if is_ours else None
