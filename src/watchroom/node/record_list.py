"""What the list outside the database says of the record: what was erased, what is held, what may come back.

A restore from an older backup brings back what was erased since, and forgets holds that were placed since. This list,
kept and copied away with the checkpoints, knows both. It holds ids, digests of keys and rules, and nothing of anybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from watchroom.node.erasures import note_line, read_lines
from watchroom.store.erasing import Selection
from watchroom.store.holds import Hold, HoldKind

_ERASED, _HELD, _LIFTED, _ENDED = "record_erasure", "hold", "tombstone_lifted", "record_erasure_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedErasure:
    """One erasure of records, as it was decided.

    Attributes:
        id: of the erasure.
        selection: what was to go.
        tombstones: entity, id, source and digest of the key of each record that went.
        rule: or the request.
        by: who decided.
        is_by_time: a rule of retention decided.
        is_done: it was committed, or was not; None: the node was killed before it could say.
    """

    id: UUID
    selection: Selection
    tombstones: tuple[tuple[str, str, str, str], ...]
    rule: str
    by: str
    is_by_time: bool = False
    is_done: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordList:
    """What a list says of the record of one node.

    Attributes:
        erasures: in the order in which they were decided.
        holds: as each stands at the end of the list.
        lifted: (entity, id) of erased records that may be delivered again.
        damaged: how many lines cannot be read.
    """

    erasures: tuple[NotedErasure, ...] = ()
    holds: tuple[Hold, ...] = ()
    lifted: tuple[tuple[str, str], ...] = ()
    damaged: int = 0


def note_records(folder: Path, node_id: UUID, erasure: NotedErasure) -> None:
    """Put an erasure of records on the list; returns when it is on the disk.

    INVARIANT: noted before it is committed, so that none is done which a restore could undo.
    """
    line = {
        "kind": _ERASED,
        "node_id": str(node_id),
        "id": str(erasure.id),
        "people": [str(one) for one in erasure.selection.people],
        "records": [[entity, str(record)] for entity, record in erasure.selection.records],
        "tombstones": [list(one) for one in erasure.tombstones],
        "rule": erasure.rule,
        "by": erasure.by,
        "is_by_time": erasure.is_by_time,
        "ends": True,
    }
    note_line(folder, line)


def note_ended(folder: Path, node_id: UUID, erasure: UUID, *, is_done: bool) -> None:
    """Put on the list that an erasure which stands on it was committed, or was not done."""
    note_line(folder, {"kind": _ENDED, "node_id": str(node_id), "id": str(erasure), "is_done": is_done})


def note_hold(folder: Path, node_id: UUID, hold: Hold) -> None:
    """Put a hold, as it stands, on the list; what was typed of its reason is not there."""
    line = {
        "kind": _HELD,
        "node_id": str(node_id),
        "id": str(hold.id),
        "of": hold.kind.value,
        "person_id": _text(hold.person_id),
        "entity": hold.entity,
        "record_id": _text(hold.record_id),
        "authority": hold.authority,
        "placed_at": hold.placed_at.isoformat(),
        "placed_by": hold.placed_by,
        "until_at": _iso(hold.until_at),
        "lifted_at": _iso(hold.lifted_at),
        "lifted_by": hold.lifted_by,
    }
    note_line(folder, line)


def note_lifted(folder: Path, node_id: UUID, *, entity: str, record: UUID) -> None:
    """Put on the list that an erased record may be delivered again."""
    note_line(folder, {"kind": _LIFTED, "node_id": str(node_id), "entity": entity, "id": str(record)})


def record_list(file: Path, node_id: UUID, *, is_strict: bool = True) -> RecordList:
    """What a list says of the record of a node; nothing, where there is none.

    Args:
        file: the list.
        node_id: of the node.
        is_strict: a line that cannot be read, or says nothing that is known, fails it; else it is counted.

    Raises:
        ErasuresError: it cannot be read.
    """
    if not file.exists():
        return RecordList()
    # By id: what was done again after a restore stands on the list once more.
    erasures, holds, lifted = dict[UUID, NotedErasure](), dict[UUID, Hold](), list[tuple[str, str]]()

    def read(line: Mapping[str, Any]) -> None:
        kind = line.get("kind")
        if kind is None or line["node_id"] != str(node_id):
            return
        if kind == _ERASED:
            erasure = _erasure(line)
            known = erasures.get(erasure.id)
            erasures[erasure.id] = erasure if known is None else replace(erasure, is_done=known.is_done)
        elif kind == _ENDED:
            ended = UUID(line["id"])
            if ended in erasures:
                erasures[ended] = replace(erasures[ended], is_done=bool(line["is_done"]))
        elif kind == _HELD:
            hold = _hold(line)
            holds[hold.id] = hold
        elif kind == _LIFTED:
            lifted.append((str(line["entity"]), str(UUID(line["id"]))))
        else:
            raise ValueError("a line of a kind that this version does not know")

    damaged: list[int] = []
    read_lines(file, read, damaged=None if is_strict else damaged)
    return RecordList(
        erasures=tuple(erasures.values()),
        holds=tuple(holds.values()),
        lifted=tuple(lifted),
        damaged=len(damaged),
    )


def _erasure(line: Mapping[str, Any]) -> NotedErasure:
    given: Sequence[Sequence[str]] = line["tombstones"]
    tombstones = tuple(
        (str(entity), str(UUID(record)), str(source), digest) for entity, record, source, digest in given
    )
    return NotedErasure(
        id=UUID(line["id"]),
        selection=Selection(
            people=tuple(UUID(one) for one in line["people"]),
            records=tuple((str(entity), UUID(record)) for entity, record in line["records"]),
        ),
        tombstones=tombstones,
        rule=str(line["rule"]),
        by=str(line["by"]),
        is_by_time=bool(line.get("is_by_time", str(line["rule"]).startswith("retention: "))),
        # Before lists said how an erasure ended, one that stood there counted as done.
        is_done=None if line.get("ends") else True,
    )


def _hold(line: Mapping[str, Any]) -> Hold:
    return Hold(
        id=UUID(line["id"]),
        kind=HoldKind(line["of"]),
        person_id=_id(line["person_id"]),
        entity=line["entity"],
        record_id=_id(line["record_id"]),
        authority=str(line["authority"]),
        reason="",
        placed_at=datetime.fromisoformat(line["placed_at"]),
        placed_by=str(line["placed_by"]),
        until_at=_instant(line["until_at"]),
        lifted_at=_instant(line["lifted_at"]),
        lifted_by=line["lifted_by"],
    )


def _text(given: UUID | None) -> str | None:
    return None if given is None else str(given)


def _iso(given: datetime | None) -> str | None:
    return None if given is None else given.isoformat()


def _id(given: str | None) -> UUID | None:
    return None if given is None else UUID(given)


def _instant(given: str | None) -> datetime | None:
    return None if given is None else datetime.fromisoformat(given)
