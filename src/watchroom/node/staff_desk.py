"""What staff write about people, and what they say of how far it has come to its legal record.

Who has the duty is asked once, when the desk is made; whom something may be written about, and which entry may be
touched, is asked of the gate each time: who may not see somebody may not write about them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from watchroom.audit.entries import Act, Entry
from watchroom.gate.askers import Asker
from watchroom.gate.door import Refused
from watchroom.handover.outbox.build import build_entry, build_subject
from watchroom.handover.outbox.rules import NEXT, REASONS, EntryRow, Note, State, SubjectRow
from watchroom.ingest.staff import (
    ENTRY,
    NOTE,
    Overtaken,
    Sealed,
    StaffIntake,
    Standing,
    Whereabouts,
    Writing,
    is_written,
    standing_entries,
    whereabouts,
)
from watchroom.kernel.errors import NotFoundError
from watchroom.node.agreement_desk import AgreementNode
from watchroom.policy.clauses import Duty
from watchroom.store.database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """How far an entry has come, and of which version of it somebody says so.

    `reason` is a code of `outbox_reason`; empty for a state that needs none.
    """

    state: State
    version: int
    reason: str = ""


def staff_desk_of(node: AgreementNode, asker: Asker, *, purpose: str) -> "StaffDesk | Refused":
    """The desk of somebody who records for a purpose; else a recorded refusal."""
    refused = node.gate.not_on_duty(asker, purpose=purpose, duty=Duty.RECORD, what=NOTE)
    if refused is None and asker.organisation != node.agreements.organisation:
        refused = node.gate.refuse(asker, purpose=purpose, what=NOTE, code="not_your_duty")
    return refused or StaffDesk(node=node, asker=asker, purpose=purpose)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffDesk:
    """What one person writes for one purpose. What they do is entered in the audit log before it stands."""

    node: AgreementNode
    asker: Asker
    purpose: str

    @property
    def systems(self) -> tuple[str, ...]:
        """The legal records that a note may belong in, the usual one first."""
        return self.node.jurisdiction.legal_records

    def subject(self, person_id: UUID) -> SubjectRow | Refused:
        """The person to write about.

        Raises:
            NotFoundError: there is nobody, or nobody whom they may see.
        """
        seen = build_subject(self.node.gate, self.asker, purpose=self.purpose, person_id=person_id)
        if isinstance(seen, Refused):
            return seen
        if seen.value is None:
            raise NotFoundError("nobody at this address")
        return seen.value

    def entry(self, entry_id: UUID) -> EntryRow | Refused:
        """One entry of the outbox.

        Raises:
            NotFoundError: there is none, or none that they may see.
        """
        seen = build_entry(self.node.gate, self.asker, purpose=self.purpose, entry_id=entry_id)
        if isinstance(seen, Refused):
            return seen
        if seen.value is None:
            raise NotFoundError("no entry at this address")
        return seen.value

    def write(self, person_id: UUID, note: Note, *, key: UUID) -> Sealed | Overtaken | Refused:
        """Record a note; where that key was written already, nothing: the same form came twice.

        Raises:
            NotFoundError: there is nobody, or nobody whom they may see.
            AuditUnavailableError: it could not be entered; nothing stands.
        """
        subject = self.subject(person_id)
        if isinstance(subject, Refused):
            return subject

        def compose(connection: Connection, at: datetime) -> Writing | Overtaken:
            where = whereabouts(connection, person_id)
            if where is None or is_written(connection, str(key)):
                return Overtaken()
            typed = {"typed_at": at, "typed_by_reference": self.asker.name}
            entry = self._entry_row(str(key), where, state=State.WAITING, at=at)
            return Writing(
                rows={
                    NOTE: [_note_row(str(key), where, note, by=self.asker.name, at=at)],
                    ENTRY: [{**entry, **typed, "case_note_key": str(key), **_coded("system", note.system)}],
                }
            )

        return self._intake.write(compose, witness=lambda sealed: self._enter("written", person_id, sealed=sealed))

    def correct(self, row: EntryRow, note: Note, *, version: int) -> Sealed | Overtaken:
        """Another version of a note of one's own; what stood is kept, and it waits to be sent again.

        Raises:
            AuditUnavailableError: it could not be entered; nothing stands.
        """

        def compose(connection: Connection, at: datetime) -> Writing | Overtaken:
            standing = self._standing(connection, row.entry_id, version=version)
            where = whereabouts(connection, row.person_id)
            is_own = standing is not None and standing.typed_by_reference == self.asker.name
            if standing is None or where is None or not is_own or standing.note_key is None:
                return Overtaken()
            written = _note_row(standing.note_key, where, note, by=self.asker.name, at=standing.typed_at)
            entry = self._entry_row(standing.source_key, where, state=State.WAITING, at=at)
            kept = {"case_note_key": standing.case_note_key, "typed_at": standing.typed_at}
            by = {"typed_by_reference": standing.typed_by_reference}
            return Writing(rows={NOTE: [written], ENTRY: [{**entry, **kept, **by, **_coded("system", note.system)}]})

        return self._intake.write(
            compose, witness=lambda sealed: self._enter("corrected", row.person_id, sealed=sealed)
        )

    def move(self, row: EntryRow, move: Move) -> Sealed | Overtaken:
        """Say how far an entry has come.

        Nothing is written where somebody else said something of it since `version`, or where it cannot come so far.

        Raises:
            AuditUnavailableError: it could not be entered; nothing stands.
        """

        return self._moved([(row, move)])[0]

    def move_all(self, moves: Sequence[tuple[EntryRow, Move]]) -> int:
        """Say of several entries how far they have come, all to the same state and in one batch; of how many it was.

        Of those of which somebody else said something meanwhile nothing is said. One whose person is not there any
        more leaves nothing of a batch, so the others are told in halves without it.

        Raises:
            AuditUnavailableError: it could not be entered; what was not entered does not stand.
        """
        done, number = self._moved(moves)
        if isinstance(done, Sealed):
            return number
        half = len(moves) // 2
        return self.move_all(moves[:half]) + self.move_all(moves[half:]) if number and half else 0

    def _moved(self, moves: Sequence[tuple[EntryRow, Move]]) -> tuple[Sealed | Overtaken, int]:
        """What became of it, and of how many entries it could be said."""
        people: list[UUID] = []

        def compose(connection: Connection, at: datetime) -> Writing | Overtaken:
            found = {one.id: one for one in standing_entries(connection, [row.entry_id for row, _ in moves])}
            parts: list[Writing] = []
            for row, move in moves:
                standing = found.get(row.entry_id)
                if standing is not None and standing.seq_from == move.version and may_move(standing.status_code, move):
                    parts.append(moved(standing, move, by=self.asker.name, at=at))
                    people.append(row.person_id)
            return together(parts) if parts else Overtaken()

        def witness(sealed: Sealed) -> None:
            self._enter(moves[0][1].state.value.lower(), *people, sealed=sealed)

        return self._intake.write(compose, witness=witness), len(people)

    @staticmethod
    def _standing(connection: Connection, entry_id: UUID, *, version: int) -> Standing | None:
        found = standing_entries(connection, [entry_id])
        return found[0] if found and found[0].seq_from == version else None

    def _entry_row(self, key: str, where: Whereabouts, *, state: State, at: datetime) -> dict[str, object]:
        said = {"status_at": at, "status_by_reference": self.asker.name}
        return {"source_key": key, **where._asdict(), **_coded("status", state.value), **said}

    def _enter(self, did: str, *people: UUID, sealed: Sealed) -> None:
        self.node.audit.append(
            Entry(
                act=Act.RECORD,
                actor=self.asker.name,
                operator=self.asker.operator,
                organisation=self.asker.organisation,
                role=self.asker.role,
                purpose=self.purpose,
                entity=NOTE,
                count=sealed.changes,
                subjects=tuple(dict.fromkeys(people)),
                detail={"did": did, "batch": str(sealed.batch_id)},
            )
        )

    @property
    def _intake(self) -> StaffIntake:
        node = self.node
        return StaffIntake(
            database=node.database,
            clock=node.clock,
            machine=node.machine_clock,
            model=node.gate.model,
            agency=node.agreements.organisation,
            time_zone=node.jurisdiction.zone.key,
        )


def may_move(status: str, move: Move) -> bool:
    """Whether an entry of that state may come so far, with that reason."""
    needed = REASONS.get(move.state, ("",))
    return move.state in NEXT[State(status)] and move.reason in needed


def moved(
    standing: Standing, move: Move, *, by: str | None, at: datetime, link: tuple[str, str] | None = None
) -> Writing:
    """The next version of an entry.

    Args:
        standing: as it stands.
        move: how far it has come.
        by: account of who says so; None: a delivery showed it.
        at: timezone-aware.
        link: id and key of the row of the legal record that is the same note; what was written here then ends.
    """
    ends = link is not None or move.state is State.WITHDRAWN
    kept = {
        name: getattr(standing, name)
        for name in ("source_key", "person_key", "typed_at", "typed_by_reference", "site_code", "unit_code")
    }
    row: dict[str, object] = {
        **kept,
        "is_restricted": standing.is_restricted,
        "case_note_key": (link[0] if link else None) if ends else standing.case_note_key,
        "legal_reference": link[1] if link else None,
        "status_at": at,
        "status_by_reference": by,
        **_coded("system", standing.system_code),
        **_coded("status", move.state.value),
        **(_coded("reason", move.reason) if move.reason else {}),
    }
    taken_back = (standing.note_key,) if ends and standing.note_key is not None else ()
    return Writing(rows={ENTRY: [row]}, taken_back=taken_back)


def together(parts: Sequence[Writing]) -> Writing:
    """The next versions of several entries, as one batch."""
    return Writing(
        rows={ENTRY: [row for part in parts for row in part.rows[ENTRY]]},
        taken_back=tuple(key for part in parts for key in part.taken_back),
    )


def _coded(field: str, code: str) -> Mapping[str, object]:
    return {f"{field}_code": code, f"{field}_source_value": code}


def _note_row(key: str, where: Whereabouts, note: Note, *, by: str, at: datetime) -> dict[str, object]:
    kind, _, sub_kind = note.kind.partition("/")
    return {
        "source_key": key,
        **where._asdict(),
        **_coded("type", kind),
        **_coded("sub_type", sub_kind),
        "occurred_at": note.occurred_at,
        "written_at": at,
        "staff_reference": by,
        "text": note.text,
        "is_sensitive": False,
    }
