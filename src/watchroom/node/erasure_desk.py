"""What an officer does about erasure: erase, let come back, finish what was cut off, apply rules of retention.

Each of it wants the duty `erase_records` of the charter, for a purpose, and is an entry of that officer. Whoever has it
may not lift a legal hold by it: that is a duty of its own (`hold_desk`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from watchroom.audit.entries import Act
from watchroom.gate.door import Refused
from watchroom.ingest.overflow import FETCHED_FOLDER, OVERFLOW_FOLDER, overflow_folder
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.kernel.ids import uuid7
from watchroom.model.catalogue import Catalogue
from watchroom.node.audit_desk import Officer
from watchroom.node.create import CHECKPOINT_FOLDER
from watchroom.node.erasure import THING, Eraser, Erasure, Held, NothingThere, as_owner
from watchroom.node.erasures import ERASURES_FILE
from watchroom.node.log_keeping import KeepsLog
from watchroom.node.record_list import NotedErasure, note_lifted, record_list
from watchroom.policy.clauses import Duty
from watchroom.store.database import Principal
from watchroom.store.erasing import Erased, Selection, erasures, lift_tombstone, names_of

__all__ = [
    "PURPOSE",
    "Erased",
    "ErasureDesk",
    "Outcome",
    "Selection",
    "Unfinished",
    "erasure_desk_of",
    "require_words",
]

PURPOSE = "governance.audit"
_LONGEST = 500

Outcome = Erasure | Held | NothingThere


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """What the list outside the database names and the database has not done: how many erasures, and how many of these
    are held."""

    done: int
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureDesk:
    """The erasures of a node in the hands of one officer.

    Attributes:
        node: open.
        model: of the node.
        node_id: of the node.
        officer: has the duty.
        forget_forms: deletes kept forms that hold one of these words.
    """

    node: KeepsLog
    model: Catalogue
    node_id: UUID
    officer: Officer
    forget_forms: Callable[[frozenset[str]], int]

    def erase(self, selection: Selection, *, rule: str) -> Outcome:
        """Erase people with all that names them, or single records.

        Args:
            selection: what goes.
            rule: the rule or the request that asks for it, without a word about a person.

        Raises:
            UsageError: there is no rule, or one too long, or an entity that the model does not have.
            AuditUnavailableError: it could not be entered; nothing was erased.
        """
        require_words(rule, "the rule or the request")
        for entity, _ in selection.records:
            self.model.entity(entity)
        return self._erase(selection.whole(), erasure=uuid7(at=self.node.machine_clock.now()), rule=rule)

    def resume(self) -> Unfinished:
        """Do what the list names and the database has not done: cut off, or held when it was restored.

        Raises:
            ErasuresError: the list cannot be read.
        """
        finished, held = 0, 0
        for one in self.unfinished():
            made = self._erase(one.selection, erasure=one.id, rule=one.rule, known=one)
            held += isinstance(made, Held)
            finished += not isinstance(made, Held)
        return Unfinished(done=finished, held=held)

    def unfinished(self) -> list[NotedErasure]:
        """What the list names and the database has not done.

        Raises:
            ErasuresError: the list cannot be read.
        """
        with self.node.database.connection(Principal.LOADER) as connection:
            done = {one.id for one in erasures(connection)}
        file = self.node.folder / CHECKPOINT_FOLDER / ERASURES_FILE
        return [one for one in record_list(file, self.node_id).erasures if one.id not in done]

    def every(self) -> tuple[Erased, ...]:
        """Every erasure that was done, the latest first; that they were read is entered."""
        with self.node.database.connection(Principal.LOADER) as connection:
            found = erasures(connection)
        self.node.audit.append(replace(self.officer.entry(Act.LIST, THING), count=len(found)))
        return found

    def let_back(self, entity: str, record: UUID, *, reason: str) -> None:
        """Let an erased record be delivered again.

        Raises:
            NotFoundError: no such record was erased, or it may come back already.
            UsageError: there is no reason, or one too long.
        """
        require_words(reason, "why")
        now = self.node.machine_clock.now()
        with as_owner(self.node.database) as connection:
            if not lift_tombstone(connection, entity, record, at=now, by=self.officer.asker.name):
                raise NotFoundError(
                    f"no `{entity}` of that id was erased, or it may come back already; see `erase list`"
                )
            note_lifted(self.node.folder, self.node_id, entity=entity, record=record)
            said = {"did": "let back", "entity": entity, "id": str(record), "reason": reason}
            self.node.audit.append(replace(self.officer.entry(Act.ERASE, THING), detail=said))

    def eraser(self) -> Eraser:
        """What erases, in the name of this officer."""
        return Eraser(
            folder=self.node.folder,
            node_id=self.node_id,
            database=self.node.database,
            audit=self.node.audit,
            model=self.model,
            clock=self.node.clock,
            machine=self.node.machine_clock,
            by=self.officer.entry(Act.ERASE, THING),
        )

    def _erase(self, selection: Selection, *, erasure: UUID, rule: str, known: NotedErasure | None = None) -> Outcome:
        words = self._words_of(selection)
        made = self.eraser().erase(selection, erasure=erasure, rule=rule, known=known)
        if not isinstance(made, Erasure):
            return made
        # After the commit, for they end by themselves within minutes; cut off here, that is what ends them.
        self.forget_forms(words)
        self._clear_overflow()
        return replace(made, is_swept=self.eraser().sweep(made.records))

    def _words_of(self, selection: Selection) -> frozenset[str]:
        """By what a kept form would name these people: their ids, numbers and family names."""
        people = selection.whole().people
        with self.node.database.connection(Principal.LOADER) as connection:
            return frozenset(str(one) for one in people) | names_of(connection, people)

    def _clear_overflow(self) -> None:
        """What a killed delivery or fetch left in the node's folder goes; one that is being taken keeps its own."""
        for name in (OVERFLOW_FOLDER, FETCHED_FOLDER):
            with overflow_folder(self.node.folder / name):
                pass


def erasure_desk_of(
    node: KeepsLog,
    officer: Officer,
    *,
    model: Catalogue,
    node_id: UUID,
    forget_forms: Callable[[frozenset[str]], int],
) -> ErasureDesk | Refused:
    """The desk of somebody who may erase; else a recorded refusal."""
    refused = node.gate.not_on_duty(officer.asker, purpose=officer.purpose, duty=Duty.ERASE_RECORDS, what=THING)
    desk = ErasureDesk(node=node, model=model, node_id=node_id, officer=officer, forget_forms=forget_forms)
    return refused or desk


def require_words(given: str, what: str) -> None:
    """Nothing, where somebody said what is asked for, and not too much of it.

    Raises:
        UsageError: they did not.
    """
    if not given.strip() or len(given) > _LONGEST:
        raise UsageError(f"it needs {what}, of at most {_LONGEST} letters and without a word about a person")
