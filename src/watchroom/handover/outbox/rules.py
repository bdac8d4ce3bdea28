"""What may be written, how an entry of the outbox comes further, and when it is late. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from watchroom.model.code_lists import code_list

LONGEST_NOTE: Final = 4000
"""Characters; what NOMIS takes in one case note."""
LATE_AFTER: Final = timedelta(hours=12)
"""An entry that its legal record does not hold after a shift is late."""
OLDEST_FACT: Final = timedelta(days=31)
"""What happened longer ago belongs in the legal record at once."""
KINDS: Final = ("OBSERVE", "POS", "NEG")
"""Families of notes that staff on a wing write; each has a general kind of its own."""


class State(StrEnum):
    """How far an entry has come: the codes of `outbox_status`."""

    WAITING = "WAITING"
    EXPORTED = "EXPORTED"
    COPIED = "COPIED"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


PENDING: Final = (State.WAITING, State.EXPORTED, State.COPIED, State.REFUSED)
"""The legal record is not known to hold it."""

# INVARIANT: what was taken back, and what a delivery has shown, comes no further.
NEXT: Final[Mapping[State, frozenset[State]]] = {
    State.WAITING: frozenset({State.EXPORTED, State.COPIED, State.ACKNOWLEDGED, State.REFUSED, State.WITHDRAWN}),
    State.EXPORTED: frozenset({State.COPIED, State.ACKNOWLEDGED, State.REFUSED, State.WITHDRAWN}),
    State.COPIED: frozenset({State.ACKNOWLEDGED, State.REFUSED, State.WITHDRAWN}),
    State.REFUSED: frozenset({State.COPIED, State.ACKNOWLEDGED, State.WITHDRAWN}),
    State.ACKNOWLEDGED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
REASONS: Final[Mapping[State, tuple[str, ...]]] = {
    State.REFUSED: ("NOT_ACCEPTED", "TWICE", "WRONG_PERSON", "OTHER"),
    State.WITHDRAWN: ("WRONG_PERSON", "TWICE", "MISTAKEN", "OTHER"),
}
"""Why an entry may have come so far, for the states that need a reason."""


class SubjectRow(NamedTuple):
    """The person whom something is written about, as far as the writer may know them."""

    person_id: UUID
    prison_number: str | None
    family_name: str | None
    given_names: str | None
    site_code: str | None
    unit_code: str | None


class EntryRow(NamedTuple):
    """One entry of the outbox, with its note where the asker may see it."""

    entry_id: UUID
    version: int
    person_id: UUID
    prison_number: str | None
    family_name: str | None
    given_names: str | None
    site_code: str | None
    unit_code: str | None
    system_code: str
    status_code: str
    typed_at: datetime
    typed_by: str | None
    status_at: datetime
    status_by: str | None
    reason_code: str | None
    legal_reference: str | None
    type_code: str | None
    sub_type_code: str | None
    occurred_at: datetime | None
    text: str | None


class WaitingCounts(NamedTuple):
    """How many entries wait for one legal record, as far as the asker may see it.

    `without_words`: their note is taken back or its words are not the asker's to see. `without_number`: their person
    has no prison number, or none that the asker may see. Both cannot be sent as they are.
    """

    status_code: str
    can_go: int
    without_words: int
    without_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What somebody wrote.

    Attributes:
        kind: type and sub-type, such as `OBSERVE/OBS_GEN`.
        occurred_at: when what it tells of happened, timezone-aware.
        text: the words.
        system: code of the legal record that it belongs in.
    """

    kind: str
    occurred_at: datetime | None
    text: str
    system: str


def kinds() -> tuple[str, ...]:
    """The kinds of notes that may be written here: what the code lists offer today in the families of `KINDS`."""
    subs = code_list("case_note_sub_type")
    return tuple(
        f"{family}/{code}" for family in KINDS for code in subs.children(family) if not subs.codes[code].is_withdrawn
    )


def faults(note: Note, *, now: datetime, systems: Sequence[str]) -> dict[str, str]:
    """What is missing or wrong, by field: message ids."""
    at = note.occurred_at
    found = {
        "kind": "" if note.kind in kinds() else "staff.fault.kind",
        "occurred": "staff.fault.occurred"
        if at is None
        else "staff.fault.future"
        if at > now
        else "staff.fault.old"
        if now - at > OLDEST_FACT
        else "",
        "words": "staff.fault.empty" if not note.text else "staff.fault.long" if _is_long(note.text) else "",
        "system": "" if note.system in systems else "staff.fault.system",
    }
    return {name: text for name, text in found.items() if text}


def _is_long(text: str) -> bool:
    return len(text) > LONGEST_NOTE


def is_late(row: EntryRow, *, at: datetime) -> bool:
    """Whether the legal record ought to hold it by now and is not known to."""
    return row.status_code in PENDING and at - row.typed_at >= LATE_AFTER
