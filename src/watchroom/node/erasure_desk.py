"""What an officer does about erasure: erase, let come back, finish what was cut off, apply rules of retention.

Each of it wants the duty `erase_records` of the charter, for a purpose, and is an entry of that officer. Whoever has it
may not lift a legal hold by it: that is a duty of its own (`hold_desk`).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from uuid import UUID

from watchroom.audit.entries import Act
from watchroom.audit.erasure import typed_about
from watchroom.gate.door import Refused
from watchroom.ingest.overflow import FETCHED_FOLDER, OVERFLOW_FOLDER, overflow_folder
from watchroom.kernel.errors import NamesSomebodyError, NotFoundError, UsageError
from watchroom.kernel.ids import uuid7
from watchroom.model.catalogue import Catalogue
from watchroom.node.audit_desk import Officer
from watchroom.node.create import CHECKPOINT_FOLDER
from watchroom.node.erasure import THING, Doubles, Eraser, Erasure, Held, NothingThere, as_owner, eraser_of
from watchroom.node.list_file import ERASURES_FILE
from watchroom.node.log_keeping import KeepsLog
from watchroom.node.record_list import NotedErasure, RecordList, note_ended, note_lifted, record_list
from watchroom.policy.clauses import Duty
from watchroom.store.about import people_of
from watchroom.store.called import called, require_unnamed
from watchroom.store.database import Principal
from watchroom.store.erasing import Erased, Selection, erasures, names_of
from watchroom.store.letting_back import Tombstone, erased_under, lift_tombstone

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

Outcome = Erasure | Held | Doubles | NothingThere


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
            NamesSomebodyError: the rule holds a name, number or birth date of whom it erases; nothing was erased.
            AuditUnavailableError: it could not be entered; nothing was erased.
        """
        require_words(rule, "the rule or the request")
        for entity, _ in selection.records:
            self.model.entity(entity)
        if touches_hidden(self.node, self.officer, selection, model=self.model):
            # As of what is not there: the same words, the same entry.
            said = {"did": "refused", "why": "nothing is there", "rule": rule}
            self.node.audit.append(replace(self.officer.entry(Act.ERASE, THING), count=0, detail=said))
            return NothingThere()
        self._require_unnamed(selection, rule=rule)
        return self._erase(selection.whole(), erasure=uuid7(at=self.node.machine_clock.now()), rule=rule)

    def resume(self) -> Unfinished:
        """Do what the list names and the database has not done: cut off, or held when it was restored.

        Raises:
            ErasuresError: the list cannot be read.
        """
        finished, held = 0, 0
        self._settle()
        for one in self.unfinished():
            made = self._erase(one.selection, erasure=one.id, rule=one.rule, known=one)
            held += isinstance(made, Held)
            finished += not isinstance(made, Held)
        return Unfinished(done=finished, held=held)

    def unfinished(self) -> list[NotedErasure]:
        """What an officer decided, the list names and the database has not done; a rule of retention decides anew.

        Raises:
            ErasuresError: the list cannot be read.
        """
        done = self._done()
        return [
            one
            for one in self.listed().erasures
            if one.id not in done and one.is_done is not False and not one.is_by_time
        ]

    def listed(self) -> RecordList:
        """What the list outside the database says, but for lines of it that are damaged.

        Raises:
            ErasuresError: it cannot be read.
        """
        return record_list(self.node.folder / CHECKPOINT_FOLDER / ERASURES_FILE, self.node_id, is_strict=False)

    def _done(self) -> set[UUID]:
        with self.node.database.connection(Principal.LOADER) as connection:
            return {one.id for one in erasures(connection)}

    def _settle(self) -> None:
        """Say on the list how erasures ended of which the node was killed before it could."""
        done = self._done()
        for one in self.listed().erasures:
            if one.is_done is None and (one.id in done or one.is_by_time):
                note_ended(self.node.folder, self.node_id, one.id, is_done=one.id in done)

    def every(self) -> tuple[Erased, ...]:
        """Every erasure that was done, the latest first; that they were read is entered."""
        with self.node.database.connection(Principal.LOADER) as connection:
            found = erasures(connection)
        self.node.audit.append(replace(self.officer.entry(Act.LIST, THING), count=len(found)))
        return found

    def erased_under(self, number: str) -> tuple[Tombstone, ...]:
        """What was erased under a number: the key that a source gives, or the number of a person; that is entered."""
        with self.node.database.connection(Principal.LOADER) as connection:
            found = erased_under(connection, number, entities=self.model.entities)
        said = {"did": "looked for what was erased under a number"}
        self.node.audit.append(replace(self.officer.entry(Act.LIST, THING), count=len(found), detail=said))
        return found

    def let_back(self, entity: str, record: UUID, *, reason: str) -> int:
        """Let an erased record be delivered again, of a person all that was theirs and nobody else's; how many.

        Raises:
            NotFoundError: no such record was erased, or it may come back already.
            UsageError: there is no reason, or one too long.
        """
        require_words(reason, "why")
        now = self.node.machine_clock.now()
        with as_owner(self.node.database) as connection:
            number = lift_tombstone(connection, entity, record, at=now, by=self.officer.asker.name)
            if not number:
                raise NotFoundError(
                    f"no `{entity}` of that id was erased, or it may come back already; see `erase find`"
                )
            said = {"did": "let back", "entity": entity, "id": str(record), "reason": reason}
            self.node.audit.append(replace(self.officer.entry(Act.ERASE, THING), count=number, detail=said))
        # INVARIANT: after the commit, so that the list never lets anything back that the database refuses.
        note_lifted(self.node.folder, self.node_id, entity=entity, record=record)
        return number

    def eraser(self) -> Eraser:
        """What erases, in the name of this officer."""
        by = self.officer.entry(Act.ERASE, THING)
        return eraser_of(self.node, model=self.model, node_id=self.node_id, by=by)

    def _erase(self, selection: Selection, *, erasure: UUID, rule: str, known: NotedErasure | None = None) -> Outcome:
        words, entries = self._words_of(selection), self.entries_about(selection.whole().people)
        made = self.eraser().erase(selection, erasure=erasure, rule=rule, known=known)
        if not isinstance(made, Erasure):
            return made
        # After the commit, for they end by themselves within minutes; cut off here, that is what ends them.
        self.forget_forms(words)
        self._clear_overflow()
        return replace(made, entries=entries, is_swept=self.eraser().sweep(made.records))

    def entries_about(self, people: Collection[UUID]) -> tuple[int, ...]:
        """Which entries of the log hold words that somebody typed about people; found only before they are erased."""
        with as_owner(self.node.database) as connection:
            return typed_about(connection, people, pattern=called(connection, people).pattern) if people else ()

    def _require_unnamed(self, selection: Selection, *, rule: str) -> None:
        chosen = selection.whole()
        with self.node.database.connection(Principal.LOADER) as connection:
            about = people_of(connection, self.model, chosen.records).values()
            people = frozenset(chosen.people).union(*about)
            try:
                require_unnamed(connection, people, {"the rule or the request": rule})
            except NamesSomebodyError:
                said = {"did": "refused", "why": "the rule names somebody"}
                self.node.audit.append(replace(self.officer.entry(Act.ERASE, THING), count=0, detail=said))
                raise

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


def touches_hidden(node: KeepsLog, officer: Officer, selection: Selection, *, model: Catalogue) -> bool:
    """Whether a selection names somebody, or a record about somebody, who does not exist for an officer (ADR 14)."""
    chosen = selection.whole()
    people, records = node.gate.hidden_from(officer.asker), node.gate.records_hidden_from(officer.asker)
    if not people.isdisjoint(chosen.people) or not records.isdisjoint(record for _, record in chosen.records):
        return True
    with node.database.connection(Principal.LOADER) as connection:
        about = people_of(connection, model, chosen.records)
    return any(not people.isdisjoint(ones) for ones in about.values())


def require_words(given: str, what: str) -> None:
    """Nothing, where somebody said what is asked for, and not too much of it.

    Raises:
        UsageError: they did not.
    """
    if not given.strip() or len(given) > _LONGEST:
        raise UsageError(f"it needs {what}, of at most {_LONGEST} letters and without a word about a person")
