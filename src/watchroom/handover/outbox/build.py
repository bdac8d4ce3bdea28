"""Asks the gate for a person to write about, and for what was written and has not arrived."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from watchroom.gate.askers import Asker
from watchroom.gate.door import Act, Asked, Gate, Refused, Seen, View
from watchroom.handover.outbox.rules import PENDING, EntryRow, State, SubjectRow, WaitingCounts
from watchroom.kernel.named_sql import load_queries

QUERIES = load_queries("watchroom.handover.outbox")
ENTRIES_A_PAGE = 200
EXPORTED_AT_MOST = 200
"""So many entries one file holds."""
# What has come to its end stays on the page for so long.
_STAYS = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """What staff wrote, the oldest first, as known at an instant (UTC); `is_cut`: there is more."""

    at: datetime
    rows: Sequence[EntryRow]
    is_cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits to be sent to a legal record: the oldest that can go, each with its words, and how many there are."""

    rows: Sequence[EntryRow]
    counts: WaitingCounts


def build_subject(gate: Gate, asker: Asker, *, purpose: str, person_id: UUID) -> Seen[SubjectRow | None] | Refused:
    """The person to write about; None: nobody, or nobody whom the asker may see."""

    def look(view: View) -> SubjectRow | None:
        found = view.rows(QUERIES["subject"], SubjectRow, person_id=person_id)
        return found[0] if found else None

    return gate.read(asker, asked=Asked(purpose=purpose, act=Act.CONSULT, what="person"), look=look)


def build_entry(gate: Gate, asker: Asker, *, purpose: str, entry_id: UUID) -> Seen[EntryRow | None] | Refused:
    """One entry; None: there is none, or none that the asker may see."""

    def look(view: View) -> EntryRow | None:
        found = view.rows(QUERIES["entry"], EntryRow, entry_id=entry_id)
        return found[0] if found else None

    return gate.read(asker, asked=Asked(purpose=purpose, act=Act.CONSULT, what="outbox_item"), look=look)


def build_outbox(
    gate: Gate, asker: Asker, *, purpose: str, at: datetime, is_past: bool = False
) -> Seen[Outbox] | Refused:
    """What is in the outbox, as far as the asker may see it.

    Args:
        gate, asker: the door, and who asks.
        purpose: dotted name.
        at: timezone-aware.
        is_past: `at` is not simply now, so the record is asked as it was known then.
    """

    def look(view: View) -> Outbox:
        states = [state.value for state in PENDING]
        rows = view.rows(QUERIES["entries"], EntryRow, states=states, since=at - _STAYS, at_most=ENTRIES_A_PAGE + 1)
        return Outbox(at=at, rows=rows[:ENTRIES_A_PAGE], is_cut=len(rows) > ENTRIES_A_PAGE)

    asked = Asked(purpose=purpose, act=Act.LIST, what="outbox_item", as_of=at if is_past else None)
    return gate.read(asker, asked=asked, look=look)


def build_export(gate: Gate, asker: Asker, *, purpose: str, system: str) -> Seen[Waiting] | Refused:
    """What waits to be sent to a legal record, as far as the asker may export it."""

    def look(view: View) -> Waiting:
        given = {"system_code": system, "status_code": State.WAITING.value}
        found = view.rows(QUERIES["waiting_counts"], WaitingCounts, **given)
        counts = found[0] if found else WaitingCounts(State.WAITING.value, 0, 0, 0)
        rows = view.rows(QUERIES["waiting"], EntryRow, **given, at_most=EXPORTED_AT_MOST) if counts.can_go else ()
        return Waiting(rows=rows, counts=counts)

    return gate.read(asker, asked=Asked(purpose=purpose, act=Act.EXPORT, what="outbox_item"), look=look)
