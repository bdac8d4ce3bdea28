"""What an officer does about legal holds: place, lift and read them.

Each of it wants the duty `legal_holds` of the charter, for a purpose, and is an entry of that officer. Whoever erases
records need not have it: then nobody can lift a hold and erase what it kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from watchroom.audit.entries import Act
from watchroom.gate.door import Refused
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.model.catalogue import Catalogue
from watchroom.node.audit_desk import Officer
from watchroom.node.erasure import as_owner
from watchroom.node.erasure_desk import require_words, touches_hidden
from watchroom.node.log_keeping import KeepsLog
from watchroom.node.record_list import note_hold
from watchroom.policy.clauses import Duty
from watchroom.store.about import PERSON, people_of, stands_or_stood
from watchroom.store.called import require_unnamed
from watchroom.store.database import Connection, Principal
from watchroom.store.erasing import Selection
from watchroom.store.holds import (
    OF_THE_RECORD,
    Hold,
    HoldKind,
    deaths_told,
    every_hold,
    lift_hold,
    place_hold,
    propose_holds,
)

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
            NamesSomebodyError: the authority or the reason names whom it is about.
            UsageError: it lacks an authority or a reason, or one is too long, or it names no entity of the model.
            AuditUnavailableError: it could not be entered; nothing is held.
        """
        require_words(hold.authority, "an authority: who asks for it")
        require_words(hold.reason, "a reason")
        if hold.entity is not None:
            self.model.entity(hold.entity)
        if hold.entity == PERSON and hold.record_id is not None:
            hold = replace(hold, person_id=hold.record_id, entity=None, record_id=None)
        self._require_there(hold)
        self._require_unnamed(hold, {"the authority": hold.authority, "the reason": hold.reason})
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
            NamesSomebodyError: the reason names whom it is about; the hold stands.
        """
        require_words(reason, "why")
        now = self.node.clock.now()
        with as_owner(self.node.database) as connection:
            by = self.officer.asker.name
            known = {one.id: one for one in every_hold(connection, at=now)}
            is_shown = hold_id in known and not self._is_hidden(known[hold_id])
            if is_shown:
                self._require_unnamed(known[hold_id], {"the reason": reason})
            if not is_shown or not lift_hold(connection, hold_id, at=now, by=by, reason=reason):
                raise NotFoundError("there is no such hold, or it was lifted already; see `hold list`")
            (hold,) = [one for one in every_hold(connection, at=now) if one.id == hold_id]
            self._enter_hold("lifted", hold)
        # INVARIANT: after the commit, so that the list never says lifted of what stands.
        note_hold(self.node.folder, self.node_id, hold)
        return hold

    def holds(self) -> tuple[Hold, ...]:
        """All holds, those in force first, with those that the record tells of by itself; the look is entered."""
        now = self.node.clock.now()
        with as_owner(self.node.database) as connection:
            placed = propose_holds(connection, at=now, by=OF_THE_RECORD)
            if placed:
                said = {"did": "placed by itself", "kind": HoldKind.DEATH_IN_CUSTODY.value}
                entry = replace(self.officer.entry(Act.HOLD, THING), count=len(placed), subjects=tuple(placed))
                self.node.audit.append(replace(entry, detail=said))
            found = tuple(one for one in every_hold(connection, at=now) if not self._is_hidden(one))
            found = self._with_deaths(connection, found)
            said = replace(self.officer.entry(Act.HOLD, "hold"), count=len(found), detail={"did": "read"})
            self.node.audit.append(said)
        return found

    def _with_deaths(self, connection: Connection, holds: tuple[Hold, ...]) -> tuple[Hold, ...]:
        """The holds, those that the record told of with the records that did, as far as these exist for the officer."""
        hidden = self.node.gate.records_hidden_from(self.officer.asker)
        told = deaths_told(
            connection, {one.person_id for one in holds if one.is_by_itself and one.person_id is not None}
        )

        def told_by(hold: Hold) -> tuple[str, ...]:
            records = told.get(hold.person_id, ()) if hold.is_by_itself and hold.person_id is not None else ()
            return tuple(f"{entity} {record}" for entity, record in records if record not in hidden)

        return tuple(replace(one, told_by=told_by(one)) for one in holds)

    def _is_hidden(self, hold: Hold) -> bool:
        """Whether it is of somebody who does not exist for the officer."""
        return touches_hidden(self.node, self.officer, _selected(hold), model=self.model)

    def _require_there(self, hold: Hold) -> None:
        """Nothing, where the record holds, or held, what is to be held, and the officer may know.

        Raises:
            NotFoundError: it does not, or they may not; nobody can tell which.
        """
        named = (PERSON, hold.person_id) if hold.person_id is not None else (hold.entity, hold.record_id)
        entity, record = named
        if entity is None or record is None:
            return
        with self.node.database.connection(Principal.LOADER) as connection:
            is_there = stands_or_stood(connection, self.model.entity(entity), record)
        if not is_there or self._is_hidden(hold):
            self.node.audit.append(replace(self.officer.entry(Act.HOLD, THING), count=0, detail={"did": "refused"}))
            raise NotFoundError(f"the record holds, and held, no `{entity}` of that id; nothing is held")

    def _require_unnamed(self, hold: Hold, said: Mapping[str, str]) -> None:
        """Nothing, where what is said of a hold names nobody whom it is about.

        Raises:
            NamesSomebodyError: it does; nothing was done.
        """
        chosen = _selected(hold)
        with self.node.database.connection(Principal.LOADER) as connection:
            about = people_of(connection, self.model, chosen.records).values()
            require_unnamed(connection, frozenset(chosen.people).union(*about), said)

    def _enter_hold(self, did: str, hold: Hold) -> None:
        # INVARIANT: before the commit, so that without its entry nothing is held or let go.
        said = {"did": did, "hold": str(hold.id), "kind": hold.kind.value, "entity": hold.entity or ""}
        about = () if hold.person_id is None else (hold.person_id,)
        self.node.audit.append(replace(self.officer.entry(Act.HOLD, THING), subjects=about, detail=said))


def _selected(hold: Hold) -> Selection:
    """What a hold names, as it would be selected to be erased."""
    if hold.person_id is not None:
        return Selection(people=(hold.person_id,))
    named = ((hold.entity, hold.record_id),) if hold.entity is not None and hold.record_id is not None else ()
    return Selection(records=named)


def hold_desk_of(node: KeepsLog, officer: Officer, *, model: Catalogue, node_id: UUID) -> HoldDesk | Refused:
    """The desk of somebody who may place and lift holds; else a recorded refusal."""
    refused = node.gate.not_on_duty(officer.asker, purpose=officer.purpose, duty=Duty.LEGAL_HOLDS, what=THING)
    return refused or HoldDesk(node=node, model=model, node_id=node_id, officer=officer)
