"""What an officer does with the audit log: export it, answer a person about it, erase what is due.

Each of it wants the duty, for a purpose, and is an entry of that officer; the log is read as the entry's witness.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from watchroom.audit.entries import Act, Entry, Outcome, instant_text
from watchroom.audit.erasure import erase_bodies, subjects_of
from watchroom.audit.export import Exported, NothingToExportError, Shelf, period_between, write_export
from watchroom.audit.ranges import IndexRange
from watchroom.audit.read import about
from watchroom.audit.subject import Draft, NotReleased, draft_of, released_of
from watchroom.audit.verdicts import Decided, record_verdicts, verdicts_on
from watchroom.audit.witness import enter_reading
from watchroom.gate.askers import Asker
from watchroom.gate.door import Refused
from watchroom.gate.known_people import person_meant
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.node.create import CHECKPOINT_FOLDER
from watchroom.node.erasures import erasure_of, note_erasure
from watchroom.node.log_keeping import KeepsLog
from watchroom.node.settings import read_settings
from watchroom.policy.clauses import Duty
from watchroom.store.called import require_unnamed
from watchroom.store.database import Principal

_LONGEST_REASON = 500
_MOST_NAMED = 50
_THING = "subject_access"


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """Who works at the desk, and what for.

    Attributes:
        asker: their account.
        purpose: dotted name, such as `governance.audit`.
    """

    asker: Asker
    purpose: str

    def entry(self, act: Act, thing: str) -> Entry:
        """An entry of theirs."""
        asker = self.asker
        return Entry(
            act=act,
            actor=asker.name,
            organisation=asker.organisation,
            role=asker.role,
            purpose=self.purpose,
            entity=thing,
            operator=asker.operator,
        )


def export_log(node: KeepsLog, officer: Officer, out: Path, *, since: datetime, until: datetime) -> Exported | Refused:
    """Write the export of a period to `out`, which appears whole or not at all, readable by its owner alone.

    Args:
        node: open.
        officer: has the duty to read the log.
        out: a file in a folder that is there.
        since, until: node instants with a time zone, the first included.

    Raises:
        UsageError: the period ends before it begins.
        NothingToExportError: no entry was made then; that it was asked for is entered.
        AuditUnavailableError: the export could not be entered; nothing was written.
    """
    if refused := _refused(node, officer, Duty.READ_AUDIT):
        return refused
    if since >= until:
        raise UsageError("the period ends before it begins; name an earlier `--from` or a later `--to`")
    try:
        period = period_between(node.database, since=since, until=until)
    except NothingToExportError:
        asked = {"from": instant_text(since), "to": instant_text(until)}
        node.audit.append(replace(officer.entry(Act.EXPORT, "audit"), count=0, outcome=Outcome.FAILED, detail=asked))
        raise
    entry = replace(officer.entry(Act.EXPORT, "audit"), count=_length(period.entries), detail=period.detail())
    shelf = Shelf(
        database=node.database,
        checkpoint_dir=node.folder / CHECKPOINT_FOLDER,
        keys=node.keys,
        day=node.machine_clock.now().date(),
    )
    fresh = out.with_name(f".{out.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600, exist_ok=False)
    try:
        made = write_export(fresh, shelf=shelf, period=period, witness=enter_reading(node.audit, entry))
        fresh.replace(out)
    finally:
        fresh.unlink(missing_ok=True)
    return made


def subject_draft(node: KeepsLog, officer: Officer, person: UUID | str, *, upto: int | None = None) -> Draft | Refused:
    """The draft of an answer to a person: what of the log concerns them, with what is proposed; it releases nothing.

    Args:
        node: open.
        officer: has the duty to read the log.
        person: who asked; see `gate.known_people.people_meant`.
        upto: only entries below this index; None: all.

    Raises:
        NotFoundError: as `whom_they_may_answer`.
        AuditUnavailableError: the reading could not be entered; nothing is given.
    """
    if refused := _refused(node, officer, Duty.READ_AUDIT):
        return refused
    person_id = whom_they_may_answer(node, officer, str(person))
    entry = replace(officer.entry(Act.CONSULT, _THING), subjects=(person_id,))
    return _draft(node, person_id, entry=entry, upto=upto)


def decide_line(node: KeepsLog, officer: Officer, person: UUID | str, *, decided: Decided) -> Refused | None:
    """Record an officer's verdict on one entry of the draft; the latest one holds.

    Raises:
        NotFoundError: as `whom_they_may_answer`.
        UsageError: the entry does not concern the person.
        AuditUnavailableError: it could not be entered; there is no verdict.
    """
    if refused := _refused(node, officer, Duty.READ_AUDIT):
        return refused
    person_id = whom_they_may_answer(node, officer, str(person))
    entry = replace(officer.entry(Act.DECIDE, _THING), subjects=(person_id,))
    record_verdicts(node.database, person_id, meant=lambda _: [decided], log=node.audit, entry=entry)
    return None


def released_answer(
    node: KeepsLog, officer: Officer, person: UUID | str, *, upto: int
) -> Draft | NotReleased | Refused:
    """What recorded verdicts release to a person, of entries below `upto`; nothing while one waits for a verdict.

    Raises:
        NotFoundError: as `whom_they_may_answer`.
        AuditUnavailableError: it could not be entered; nothing is given.
    """
    if refused := _refused(node, officer, Duty.READ_AUDIT):
        return refused
    person_id = whom_they_may_answer(node, officer, str(person))
    entry = replace(officer.entry(Act.CONSULT, _THING), subjects=(person_id,))
    found = released_of(_draft(node, person_id, entry=entry, upto=upto))
    if isinstance(found, Draft):
        # INVARIANT: entered before it is given; what is not released is in the log as looked at, never as given out.
        detail = {"upto": str(upto)}
        node.audit.append(replace(entry, act=Act.EXPORT, count=len(found.lines), detail=detail))
    return found


def erase_entries(node: KeepsLog, officer: Officer, *, what: Sequence[IndexRange], reason: str) -> int | Refused:
    """Erase the bodies of ranges of entries; returns how many there were.

    Args:
        node: open.
        officer: has the duty to erase.
        what: entries that are there.
        reason: the rule or the request that asks for it, without a word about a person: it is kept for ever.

    Raises:
        UsageError: a range is not one of entries that are there, or there is no reason, or one too long.
        NamesSomebodyError: the reason holds a name, number or birth date of whom the entries name.
        AuditUnavailableError: it could not be entered; nothing was erased.
    """
    if refused := _refused(node, officer, Duty.ERASE_AUDIT):
        return refused
    size = node.audit.committed().size
    if not what or not all(0 <= one.first <= one.last < size for one in what):
        raise UsageError(f"the log has entries 0 to {size - 1}; name a range of these, the first one first")
    if not reason.strip() or len(reason) > _LONGEST_REASON:
        raise UsageError(f"an erasure needs a reason of at most {_LONGEST_REASON} letters: the rule or the request")
    _require_unnamed(node, what, reason=reason)
    by = officer.entry(Act.ERASE, "audit_body")
    erased = 0
    for one in what:
        note_erasure(node.folder, erasure_of(read_settings(node.folder), one, reason=reason))
        erased += erase_bodies(node.database, log=node.audit, what=one, by=by, reason=reason)
    return erased


def _require_unnamed(node: KeepsLog, what: Sequence[IndexRange], *, reason: str) -> None:
    """Nothing, where a reason names nobody whom the entries name; of entries about very many it is not asked.

    With the names of a whole prison any word of a rule would be one.
    """
    people = subjects_of(node.database, what, most=_MOST_NAMED + 1)
    if len(people) <= _MOST_NAMED:
        with node.database.connection(Principal.LOADER) as connection:
            require_unnamed(connection, people, {"the reason": reason})


def whom_they_may_answer(node: KeepsLog, officer: Officer, named: str, *, thing: str = _THING) -> UUID:
    """The person whom an officer means by a number or an id (`people_meant`), and whose request they may work.

    Args:
        node: open.
        officer: has the duty for what they look the person up for.
        named: as it was typed.
        thing: what they look the person up for, of the things of the log.

    Raises:
        NotFoundError: nobody, more than one, or somebody who is hidden from the officer is meant: their own person
            or kin, or a restricted person who does not admit them (ADR 14). One answer, one entry, the same work.
        AuditUnavailableError: that nobody was found could not be entered.
    """
    try:
        return person_meant(node.database, named, hidden=node.gate.hidden_from(officer.asker))
    except NotFoundError:
        in_vain(node, officer, thing=thing)
        raise


def in_vain(node: KeepsLog, officer: Officer, *, thing: str = _THING) -> None:
    """Enter that somebody was looked up and not found, and for what; what was typed may be anything and is not kept."""
    node.audit.append(replace(officer.entry(Act.CONSULT, thing), count=0))


def _draft(node: KeepsLog, person_id: UUID, *, entry: Entry, upto: int | None) -> Draft:
    found = about(node.database, person_id, witness=enter_reading(node.audit, entry))
    return draft_of(person_id, found=found, verdicts=verdicts_on(node.database, person_id), upto=upto)


def _refused(node: KeepsLog, officer: Officer, duty: Duty) -> Refused | None:
    thing = "audit_body" if duty is Duty.ERASE_AUDIT else "audit"
    return node.gate.not_on_duty(officer.asker, purpose=officer.purpose, duty=duty, what=thing)


def _length(what: IndexRange) -> int:
    return what.last - what.first + 1
