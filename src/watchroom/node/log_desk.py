"""What an officer sees of the log itself: how it stands, and entries that are sought. Each look is an entry first."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from watchroom.audit.checkpoints import last_note
from watchroom.audit.entries import Act, Entry
from watchroom.audit.merkle import Frontier
from watchroom.audit.notes import Note, NoteError, parse_note
from watchroom.audit.read import Found, Search, found_by
from watchroom.audit.witness import enter_reading
from watchroom.gate.askers import Asker
from watchroom.gate.door import Refused
from watchroom.kernel.clock import in_zone
from watchroom.node.audit_desk import Officer
from watchroom.node.create import CHECKPOINT_FOLDER
from watchroom.node.log_keeping import KeepsLog
from watchroom.node.spooling import spool_fault
from watchroom.policy.clauses import Duty

PURPOSE = "governance.audit"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogState:
    """How the log stands.

    Attributes:
        head: everything that is committed.
        checkpoint: the signed note that was kept last; None: none is kept, or it cannot be read.
        spool: what is wrong with the spool, in words; None: nothing waits in it.
    """

    head: Frontier
    checkpoint: Note | None
    spool: str | None


def log_desk_of(node: KeepsLog, asker: Asker) -> "LogDesk | Refused":
    """The desk of somebody who may read the log; else a recorded refusal."""
    refused = node.gate.not_on_duty(asker, purpose=PURPOSE, duty=Duty.READ_AUDIT, what="audit")
    return refused or LogDesk(node=node, officer=Officer(asker=asker, purpose=PURPOSE))


@dataclass(frozen=True, slots=True, kw_only=True)
class LogDesk:
    """The log of a node in the hands of one officer."""

    node: KeepsLog
    officer: Officer

    def look(self, search: Search, *, before: int | None = None) -> Found:
        """Entries that are sought, the last one first; what was sought stands in the erasable part of the entry.

        Raises:
            AuditUnavailableError: the reading could not be entered; nothing is given.
        """
        said = {"actor": search.actor, "act": search.act, "agreement": search.agreement}
        span = {"since": search.since, "until": search.until}
        said |= {name: instant.isoformat() for name, instant in span.items() if instant is not None}
        entry = replace(
            self.officer.entry(Act.CONSULT, "audit"), detail={name: value for name, value in said.items() if value}
        )
        witness = enter_reading(self.node.audit, entry)
        return found_by(self.node.database, search, witness=witness, before=before)

    def state(self) -> LogState:
        """How the log stands; it names nobody."""
        try:
            kept = last_note(self.node.folder / CHECKPOINT_FOLDER)
            checkpoint = None if kept is None else parse_note(kept.text)
        except NoteError:
            checkpoint = None
        return LogState(head=self.node.audit.committed(), checkpoint=checkpoint, spool=spool_fault(self.node.spool))

    def verifier(self) -> Entry:
        """The entry of a verification that this officer asks for."""
        return self.officer.entry(Act.VERIFY, "audit")

    def today(self) -> date:
        """The day of the node: searches and exports are both by its days."""
        return self.node.clock.now().astimezone(self.node.jurisdiction.zone).date()

    def day(self, day: date, *, days: int = 1) -> tuple[datetime, datetime]:
        """A day of the node, or so many from it on: its first instant, and that of the day after."""
        zone = self.node.jurisdiction.zone
        return in_zone(datetime.combine(day, time()), zone), in_zone(
            datetime.combine(day + timedelta(days=days), time()), zone
        )
