"""Verdicts of officers on the entries that name a person: each is an entry first, and is only added to."""

from dataclasses import dataclass
from uuid import UUID

from watchroom.audit.entries import AuditTrail, Entry
from watchroom.audit.subject_rules import Ground, Verdict
from watchroom.kernel.errors import UsageError
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Database, Principal

_QUERIES = load_queries("watchroom.audit", "verdicts.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A verdict on one entry.

    Attributes:
        entry_index: which entry.
        verdict: what becomes of it.
        ground: which letter of s.45(4); None exactly where it is released.
        reason: the officer's own words; never released.

    Raises:
        UsageError: ground and verdict do not fit, or there is no reason.
    """

    entry_index: int
    verdict: Verdict
    ground: Ground | None
    reason: str

    def __post_init__(self) -> None:
        if (self.verdict is Verdict.RELEASED) is not (self.ground is None):
            raise UsageError("name a ground where something is held back, and none where it is released")
        if not self.reason.strip():
            raise UsageError("a verdict needs a reason; the officer answers for it")


def record_verdict(database: Database, person_id: UUID, *, decided: Decided, log: AuditTrail, entry: Entry) -> None:
    """Keep a verdict; its entry comes first, so no verdict is in force without one.

    Args:
        database: of the node.
        person_id: who asked.
        decided: the verdict.
        log: where it is entered.
        entry: who decides; names the person.

    Raises:
        UsageError: the log has no such entry about this person; nothing was entered.
        AuditUnavailableError: it could not be entered; there is no verdict.
    """
    place = {"person_id": str(person_id), "entry_index": decided.entry_index}
    with database.connection(Principal.AUDIT) as connection:
        if connection.execute(_QUERIES["is_about"].text, place).fetchone() is None:
            raise UsageError(f"entry `{decided.entry_index}` does not concern this person; take one of the draft")
    receipt = log.append(entry)
    row = {
        **place,
        "verdict": decided.verdict.value,
        "ground": None if decided.ground is None else decided.ground.value,
        "reason": decided.reason,
        "decided_by": entry.actor,
        "recorded_in": receipt.index,
    }
    with database.connection(Principal.AUDIT) as connection:
        connection.execute(_QUERIES["add_verdict"].text, row)


def verdicts_on(database: Database, person_id: UUID) -> dict[int, Decided]:
    """The verdict in force on each entry that concerns the person, by index; each stands in the log as well."""
    with database.connection(Principal.AUDIT) as connection:
        rows = connection.execute(_QUERIES["verdicts"].text, {"person_id": str(person_id)}).fetchall()
    return {
        index: Decided(
            entry_index=index,
            verdict=Verdict(verdict),
            ground=None if ground is None else Ground(ground),
            reason=reason,
        )
        for index, verdict, ground, reason in rows
    }
