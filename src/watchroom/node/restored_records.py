"""What was erased from the record after a backup, and is erased again by a restore from it; holds come first."""

from dataclasses import dataclass
from uuid import UUID

from watchroom.node.erasure import Eraser, Erasure, Held, as_owner
from watchroom.node.record_list import RecordList, note_ended, note_hold, note_lifted, note_records
from watchroom.store.erasing import erasures
from watchroom.store.holds import keep_hold
from watchroom.store.letting_back import lift_tombstone


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What was erased once more.

    Attributes:
        records: how many records.
        held: erasures that were not done, for a hold covers some of it; they stay on the list.
    """

    records: int = 0
    held: int = 0


def erase_records_again(eraser: Eraser, known: RecordList) -> Again:
    """Erase once more what a backup brought back, under the holds that stood when the list was last written.

    Args:
        eraser: of the node that was restored.
        known: what the list says of it.

    Raises:
        AuditUnavailableError: one could not be entered; it and those after it were not done.
    """
    with as_owner(eraser.database) as connection:
        done = {one.id for one in erasures(connection)}
        # INVARIANT: before anything is erased, so that no hold is forgotten with the backup.
        for hold in known.holds:
            keep_hold(connection, hold)
            note_hold(eraser.folder, eraser.node_id, hold)
    records, held, entities = 0, 0, set[str]()
    for one in known.erasures:
        if one.id in done or one.is_done is False:
            continue
        if one.is_done is None:
            # Nobody knows whether it was done. What an officer decided waits for them; a rule decides anew.
            if not one.is_by_time:
                note_records(eraser.folder, eraser.node_id, one)
            continue
        made = eraser.erase(one.selection, erasure=one.id, rule=one.rule, known=one)
        if isinstance(made, Erasure):
            records += sum(made.records.values())
            entities |= made.records.keys()
        elif isinstance(made, Held):
            held += 1
            note_records(eraser.folder, eraser.node_id, one)
            note_ended(eraser.folder, eraser.node_id, one.id, is_done=True)
    _let_back(eraser, known)
    if entities:
        # What a backup brought back stands in no row any more; its room is freed as that of every erasure is.
        eraser.sweep(sorted(entities))
    return Again(records=records, held=held)


def _let_back(eraser: Eraser, known: RecordList) -> None:
    with as_owner(eraser.database) as connection:
        for entity, record in known.lifted:
            lift_tombstone(connection, entity, UUID(record), at=eraser.machine.now(), by=eraser.by.actor)
    for entity, record in known.lifted:
        note_lifted(eraser.folder, eraser.node_id, entity=entity, record=UUID(record))
