"""What an officer does about legal holds: place, lift and read them.

Each of it wants the duty `legal_holds` of the charter, for a purpose, and is an entry of that officer. Whoever erases
records need not have it: then nobody can lift a hold and erase what it kept.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from watchroom.audit.entries import Act
from watchroom.gate.door import Refused
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.model.catalogue import Catalogue
from watchroom.node.audit_desk import Officer
from watchroom.node.erasure import OF_THE_RECORD, as_owner
from watchroom.node.erasure_desk import require_words
from watchroom.node.log_keeping import KeepsLog
from watchroom.node.record_list import note_hold
from watchroom.policy.clauses import Duty
from watchroom.store.holds import Hold, HoldKind, every_hold, lift_hold, place_hold, propose_holds

__all__ = ["Hold", "HoldDesk", "HoldKind", "hold_desk_of"]

THING = "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldDesk:
    """The legal holds of a node in the hands of one officer.

    Attributes:
        node: open.
        model: of the node.
        node_id: of the node.
        officer: has the duty.
    """

    node: KeepsLog
    model: Catalogue
    node_id: UUID
    officer: Officer

    def place(self, hold: Hold) -> Hold:
        """Place a hold; it goes before every erasure and every rule from now on.

        Raises:
            UsageError: it lacks an authority or a reason, or one is too long, or it names no entity of the model.
            AuditUnavailableError: it could not be entered; nothing is held.
        """
        require_words(hold.authority, "an authority: who asks for it")
        require_words(hold.reason, "a reason")
        if hold.entity is not None:
            self.model.entity(hold.entity)
        if hold.until_at is not None and hold.until_at <= hold.placed_at:
            raise UsageError("the hold would be over already; name a later `--until`")
        with as_owner(self.node.database) as connection:
            place_hold(connection, hold)
            note_hold(self.node.folder, self.node_id, hold)
            self._enter_hold("placed", hold)
        return hold

    def lift(self, hold_id: UUID, *, reason: str) -> Hold:
        """Lift a hold.

        Raises:
            NotFoundError: there is no such hold, or it was lifted.
            UsageError: there is no reason, or one too long.
        """
        require_words(reason, "why")
        now = self.node.clock.now()
        with as_owner(self.node.database) as connection:
            by = self.officer.asker.name
            if not lift_hold(connection, hold_id, at=now, by=by, reason=reason):
                raise NotFoundError("there is no such hold, or it was lifted already; see `hold list`")
            (hold,) = [one for one in every_hold(connection, at=now) if one.id == hold_id]
            note_hold(self.node.folder, self.node_id, hold)
            self._enter_hold("lifted", hold)
        return hold

    def holds(self) -> tuple[Hold, ...]:
        """All holds, those in force first, with those that the record tells of by itself; the look is entered."""
        now = self.node.clock.now()
        with as_owner(self.node.database) as connection:
            propose_holds(connection, at=now, by=OF_THE_RECORD)
            found = every_hold(connection, at=now)
            said = replace(self.officer.entry(Act.HOLD, "hold"), count=len(found), detail={"did": "read"})
            self.node.audit.append(said)
        return found

    def _enter_hold(self, did: str, hold: Hold) -> None:
        # INVARIANT: before the commit, so that without its entry nothing is held or let go.
        said = {"did": did, "hold": str(hold.id), "kind": hold.kind.value, "entity": hold.entity or ""}
        about = () if hold.person_id is None else (hold.person_id,)
        self.node.audit.append(replace(self.officer.entry(Act.HOLD, THING), subjects=about, detail=said))


def hold_desk_of(node: KeepsLog, officer: Officer, *, model: Catalogue, node_id: UUID) -> HoldDesk | Refused:
    """The desk of somebody who may place and lift holds; else a recorded refusal."""
    refused = node.gate.not_on_duty(officer.asker, purpose=officer.purpose, duty=Duty.LEGAL_HOLDS, what=THING)
    return refused or HoldDesk(node=node, model=model, node_id=node_id, officer=officer)
