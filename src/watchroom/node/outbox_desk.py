"""What leaves the outbox as a file, and what comes back: the delivery in which a legal record holds an entry."""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from watchroom.audit.entries import Act, AuditTrail, Entry
from watchroom.gate.door import Refused
from watchroom.handover.outbox.build import build_export
from watchroom.handover.outbox.document import as_lines
from watchroom.handover.outbox.rules import State
from watchroom.ingest.registry import Source
from watchroom.ingest.staff import (
    NOTE,
    Overtaken,
    Sealed,
    StaffIntake,
    Writing,
    delivered,
    standing_entries,
)
from watchroom.kernel.errors import UsageError
from watchroom.node.settings import operator
from watchroom.node.staff_desk import Move, StaffDesk, moved, together
from watchroom.store.database import Connection, Principal

# One pass links each delivered note with one entry; of several alike each takes a pass.
_PASSES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A file of entries, and what is not in it.

    Attributes:
        path: where it is; None: nothing could go, and there is no file.
        entries: how many are in it; overtaken: of how many of them somebody said something meanwhile.
        left: how many more can go, with the next file.
        without_words, without_number: see `WaitingCounts`.
    """

    path: Path | None
    entries: int
    overtaken: int
    left: int
    without_words: int
    without_number: int


def export_waiting(desk: StaffDesk, *, system: str, to: Path, at: datetime) -> Exported | Refused:
    """Write what waits for a legal record into a file that is the reader's alone, and say so of each entry.

    The file comes first: whatever happens in between, an entry is sent twice, with the same reference, and never lost.

    Args:
        desk: of whoever exports; a clause has to let them.
        system: code of the legal record.
        to: a file that is not there yet, or a folder, in which the file is named by system and instant.
        at: the instant, timezone-aware.

    Raises:
        UsageError: the pack does not name that legal record, or the file is there or cannot be made.
        AuditUnavailableError: it could not be entered; no file is left, or the entries still wait.
    """
    if system not in desk.systems:
        raise UsageError(f"notes of this node belong in no such record; name one of: {', '.join(desk.systems)}")
    seen = build_export(desk.node.gate, desk.asker, purpose=desk.purpose, system=system)
    if isinstance(seen, Refused):
        return seen
    rows, counts = seen.value.rows, seen.value.counts
    stuck = {"without_words": counts.without_words, "without_number": counts.without_number}
    if not rows:
        return Exported(path=None, entries=0, overtaken=0, left=0, **stuck)
    path = to / f"outbox-{system.lower()}-{at:%Y%m%dT%H%M%S}.ndjson" if to.is_dir() else to
    _make(path, as_lines(rows, desk.node.jurisdiction.zone))
    told = desk.move_all([(row, Move(state=State.EXPORTED, version=row.version)) for row in rows])
    return Exported(
        path=path, entries=len(rows), overtaken=len(rows) - told, left=max(counts.can_go - len(rows), 0), **stuck
    )


def _make(path: Path, text: str) -> None:
    """A file that was not there, for its owner alone; nothing is left of one that could not be written whole."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as fault:
        raise UsageError(f"`{path}` cannot be made ({fault.strerror}): name a file that is not there yet") from None
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def link_delivered(intake: StaffIntake, source: Source, *, legal_mappings: Mapping[str, str], audit: AuditTrail) -> int:
    """Link the entries that the deliveries of a source hold with what it delivered: one fact from then on.

    The delivered note stands, and what staff wrote ends; its entry says where it is. How many were linked.

    Raises:
        AuditUnavailableError: it could not be entered; nothing is linked, and the next delivery tries again.
    """
    linked = 0
    for system in (one for one, mapping in legal_mappings.items() if mapping == source.mapping):
        for _ in range(_PASSES):
            number = _linked(intake, source, system=system, audit=audit)
            linked += number
            if not number:
                break
    return linked


def _linked(intake: StaffIntake, source: Source, *, system: str, audit: AuditTrail) -> int:
    with intake.database.connection(Principal.LOADER) as connection:
        if not delivered(connection, source=source.name, system=system):
            return 0
    people: list[UUID] = []

    def compose(connection: Connection, at: datetime) -> Writing | Overtaken:
        found = {one.entry_id: one for one in delivered(connection, source=source.name, system=system)}
        standing = standing_entries(connection, list(found))
        if not standing:
            return Overtaken()
        people.extend(UUID(one.person_key) for one in standing)
        return together(
            [
                moved(
                    one,
                    Move(state=State.ACKNOWLEDGED, version=one.seq_from),
                    by=None,
                    at=at,
                    link=(found[one.id].delivered_id, found[one.id].delivered_key),
                )
                for one in standing
            ]
        )

    def witness(sealed: Sealed) -> None:
        who = operator()
        audit.append(
            Entry(
                act=Act.RECORD,
                actor=who,
                operator=who,
                organisation=intake.agency,
                entity=NOTE,
                count=len(people),
                subjects=tuple(people),
                detail={"did": "linked", "batch": str(sealed.batch_id), "source": source.name},
            )
        )

    return 0 if isinstance(intake.write(compose, witness=witness), Overtaken) else len(people)
