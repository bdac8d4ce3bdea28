"""The list of what was erased, beside the checkpoints: a restore from before an erasure erases again.

A backup is a copy of what was erased after it was made. Only something outside it can say so: this list, which is
kept where the checkpoints are and is copied away with them. Of the audit log it holds indices and the rule, and nothing
of anybody; lines of another kind are of the record (`record_list`).
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from watchroom.audit.entries import AuditTrail, Entry
from watchroom.audit.erasure import erasable_bodies, erase_bodies
from watchroom.audit.ranges import IndexRange
from watchroom.kernel.errors import WatchroomError
from watchroom.node.create import CHECKPOINT_FOLDER
from watchroom.node.list_file import TORN, append_to_list
from watchroom.node.settings import Settings
from watchroom.store.database import Database

_SUM = "sum"
T = TypeVar("T")


class ErasuresError(WatchroomError):
    """A list of erasures that cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """One erasure.

    Attributes:
        node_id, epoch: of the node then; indices mean nothing in another one, nor after another restore.
        first, last: the range, both included.
        reason: the rule or the request.
    """

    node_id: str
    epoch: str
    first: int
    last: int
    reason: str

    @property
    def what(self) -> IndexRange:
        """The range."""
        return IndexRange(first=self.first, last=self.last)


def erasure_of(settings: Settings, what: IndexRange, *, reason: str) -> Erasure:
    """An erasure in the node of these settings."""
    return Erasure(
        node_id=str(settings.node_id), epoch=str(settings.epoch), first=what.first, last=what.last, reason=reason
    )


def note_erasure(folder: Path, erasure: Erasure) -> None:
    """Put an erasure on the list of the node in `folder`; returns when it is on the disk.

    INVARIANT: noted before it is done, so that none is done which a restore could undo. One that was noted and then not
    done was decided all the same: the officer is told that it failed, and does it again.
    """
    note_line(folder, asdict(erasure))


def note_line(folder: Path, line: Mapping[str, object]) -> None:
    """Put a line on the list of the node in `folder`, with a sum of it; returns when it is on the disk."""
    told = {**line, _SUM: _sum_of(line)}
    append_to_list(folder / CHECKPOINT_FOLDER, json.dumps(told, sort_keys=True))


def _sum_of(line: Mapping[str, object]) -> str:
    return sha256(json.dumps(line, sort_keys=True).encode()).hexdigest()[:16]


def erasures_in(file: Path) -> tuple[Erasure, ...]:
    """The erasures in the audit log that a list names, the first one first.

    Raises:
        ErasuresError: it cannot be read; a last line that a power failure cut off is left out, for it was not done.
    """
    return tuple(read_lines(file, lambda line: None if "kind" in line else _one(line)))


def read_lines(
    file: Path, read: Callable[[Mapping[str, Any]], T | None], *, damaged: list[int] | None = None
) -> list[T]:
    """What is read of the lines of a list; those that `read` gives nothing for are left out.

    Args:
        file: the list.
        read: what is made of a line.
        damaged: takes the numbers of lines that cannot be read, and the others are read; None: one fails them all.

    Raises:
        ErasuresError: the list, or a line of it, cannot be read.
    """
    try:
        lines = file.read_bytes().split(b"\n")[:-1]
    except OSError:
        raise _unreadable(file, "it") from None
    found: list[T] = []
    for number, line in enumerate(lines, start=1):
        if line.endswith(TORN.rstrip().encode()):
            continue
        try:
            made = read(_checked(json.loads(line)))
        except (ValueError, TypeError, KeyError, AttributeError):
            if damaged is None:
                raise _unreadable(file, f"line {number} of it") from None
            damaged.append(number)
            continue
        if made is not None:
            found.append(made)
    return found


def _checked(line: dict[str, Any]) -> Mapping[str, Any]:
    """A line without its sum; one that was written before lines had one has none."""
    told = line.pop(_SUM, None)
    if told is not None and told != _sum_of(line):
        raise ValueError("a line that is not as it was written")
    return line


def _unreadable(file: Path, what: str) -> ErasuresError:
    return ErasuresError(
        f"the list of erasures `{file}` cannot be read, {what} is damaged; name the copy that you keep beside the"
        " checkpoints"
    )


def erase_again(database: Database, *, erasures: Iterable[Erasure], size: int, log: AuditTrail, by: Entry) -> int:
    """Erase once more what a backup brought back; returns how many bodies there were.

    Args:
        database: of the node that was restored.
        erasures: of the node and epoch that were backed up.
        size: entries of the backup; later ones are others than those that were meant.
        log: of the node that was restored; each erasure is an entry first.
        by: who restores.

    Raises:
        AuditUnavailableError: one could not be entered; it and those after it were not done.
    """
    erased = 0
    for one in erasures:
        what = IndexRange(first=one.first, last=min(one.last, size - 1))
        if what.first <= what.last and erasable_bodies(database, what):
            erased += erase_bodies(database, log=log, what=what, by=by, reason=one.reason)
    return erased


def _one(line: Mapping[str, Any]) -> Erasure:
    found = Erasure(
        node_id=str(UUID(line["node_id"])),
        epoch=str(UUID(line["epoch"])),
        first=int(line["first"]),
        last=int(line["last"]),
        reason=str(line["reason"]),
    )
    if not 0 <= found.first <= found.last:
        raise ValueError("a range goes up")
    return found
