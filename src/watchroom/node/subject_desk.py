"""What an officer does for a person who asks who has looked at them: open, draw a draft, decide, second, answer.

Who has the duty is asked once, when the desk is made; each thing that is done at it is an entry of the log first.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from watchroom.audit.entries import Act, Entry
from watchroom.audit.read import about
from watchroom.audit.subject import Draft, NotReleased, draft_of, released_of
from watchroom.audit.subject_requests import (
    Step,
    StepKind,
    SubjectRequest,
    add_request,
    add_step,
    no_such_request,
    one_request,
    some_requests,
)
from watchroom.audit.verdicts import Decided, Standing, record_verdicts, verdicts_on
from watchroom.audit.witness import enter_reading
from watchroom.gate.askers import Asker
from watchroom.gate.door import Refused
from watchroom.gate.record_restrictions import RestrictedRecord
from watchroom.kernel.errors import NotFoundError
from watchroom.kernel.ids import uuid7
from watchroom.node.audit_desk import Officer, in_vain, whom_they_may_answer
from watchroom.node.record_desk import RestrictsRecords
from watchroom.policy.clauses import Duty

PURPOSE = "governance.audit"
_THING = "subject_access"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A request with its draft as it stands, and how many entries came since it was drawn.

    Attributes:
        request: with what was done for it.
        draft: of entries below the end of the draft that was drawn last.
        since: entries about the person that came later, those of this very work not counted.
        restricted: records about the person that are kept and not used.
    """

    request: SubjectRequest
    draft: Draft
    since: int
    restricted: tuple[RestrictedRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some requests; `more`: the last of them where the list goes on, else None."""

    requests: tuple[SubjectRequest, ...]
    more: UUID | None


def subject_desk_of(node: RestrictsRecords, asker: Asker) -> "SubjectDesk | Refused":
    """The desk of somebody who may read the log; else a recorded refusal."""
    refused = node.gate.not_on_duty(asker, purpose=PURPOSE, duty=Duty.READ_AUDIT, what=_THING)
    return refused or SubjectDesk(node=node, officer=Officer(asker=asker, purpose=PURPOSE))


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectDesk:
    """The requests of a node in the hands of one officer."""

    node: RestrictsRecords
    officer: Officer

    def today(self) -> date:
        """The day of the node."""
        return self.node.clock.now().astimezone(self.node.jurisdiction.zone).date()

    def requests(self, *, most: int, before: UUID | None = None) -> Page:
        """So many requests but of people who are hidden from the officer, the one that came last first.

        That they were listed is entered; a list names nobody.
        """
        found = some_requests(self.node.database, hidden=self._hidden(), most=most + 1, before=before)
        page = found[:most]
        self.node.audit.append(replace(self.officer.entry(Act.LIST, _THING), count=len(page)))
        return Page(requests=page, more=page[-1].id if len(found) > most else None)

    def open(self, *, person: str, reference: str, received_on: date) -> UUID:
        """Open a request and draw its first draft; returns its id.

        Args:
            person: prison number or id, as the officer typed it; kept nowhere.
            reference: the agency's own.
            received_on: day of the node on which the request came.

        Raises:
            NotFoundError: nobody, more than one person, or somebody who is hidden from the officer is meant; that it
                was asked is entered.
            UsageError: the reference is none.
            AuditUnavailableError: it could not be entered; nothing is opened.
        """
        person_id = whom_they_may_answer(self.node, self.officer, person)
        now = self.node.clock.now()
        request = SubjectRequest(
            id=uuid7(at=self.node.machine_clock.now()),
            person_id=person_id,
            reference=reference,
            received_on=received_on,
            opened_by=self.officer.asker.name,
            opened_at=now,
        )
        receipt = self.node.audit.append(self._entry(request, did="opened", reference=reference))
        drawn = Step(kind=StepKind.DRAWN, upto=receipt.index, by=self.officer.asker.name, at=now)
        add_request(self.node.database, replace(request, steps=(drawn,)), receipt=receipt)
        return request.id

    def look(self, request_id: UUID) -> Work:
        """The request with its draft; that it was looked at is entered.

        Raises:
            NotFoundError: there is no such request; that it was asked is entered.
        """
        request = self._request(request_id)
        return self._work(request, did="looked")

    def draw(self, request_id: UUID) -> None:
        """Bring the draft up to date: it ends at this very act from now on. Verdicts stay as they are.

        Raises:
            NotFoundError: there is no such request; that it was asked is entered.
        """
        request = self._request(request_id)
        receipt = self.node.audit.append(self._entry(request, did="drawn"))
        step = Step(kind=StepKind.DRAWN, upto=receipt.index, by=self.officer.asker.name, at=self.node.clock.now())
        add_step(self.node.database, request_id, step=step, receipt=receipt)

    def decide(self, request_id: UUID, meant: Callable[[Mapping[int, Standing]], Sequence[Decided]]) -> int:
        """Record verdicts; returns how many.

        Args:
            request_id: of the request.
            meant: the verdicts, given those in force; nobody decides about the person between the two.

        Raises:
            UsageError: an entry does not concern the person; nothing was recorded.
            NotFoundError: there is no such request.
        """
        request = self._request(request_id)
        entry = replace(self.officer.entry(Act.DECIDE, _THING), subjects=(request.person_id,))
        return len(
            record_verdicts(self.node.database, request.person_id, meant=meant, log=self.node.audit, entry=entry)
        )

    def answer(self, request_id: UUID) -> Work | NotReleased:
        """The answer as it is given to the person; nothing while an entry waits for a verdict.

        Raises:
            NotFoundError: there is no such request.
            AuditUnavailableError: it could not be entered; nothing is given.
        """
        work = self.look(request_id)
        found = released_of(work.draft)
        if isinstance(found, NotReleased):
            return found
        # INVARIANT: entered before it is given; what is not released is in the log as looked at, never as given out.
        entry = replace(
            self._entry(work.request, did="answered", upto=str(found.upto)), act=Act.EXPORT, count=len(found.lines)
        )
        receipt = self.node.audit.append(entry)
        step = Step(kind=StepKind.ANSWERED, upto=found.upto, by=self.officer.asker.name, at=self.node.clock.now())
        add_step(self.node.database, request_id, step=step, receipt=receipt)
        return work

    def _request(self, request_id: UUID) -> SubjectRequest:
        # INVARIANT: asked first, so that a request that is not there costs what a hidden one does.
        hidden = self._hidden()
        try:
            found = one_request(self.node.database, request_id)
            if found.person_id in hidden:
                raise no_such_request()
        except NotFoundError:
            in_vain(self.node, self.officer)
            raise
        return found

    def _hidden(self) -> frozenset[UUID]:
        """Of whom the officer works no request, and is told that there is none: own matters, and restricted people."""
        return self.node.gate.hidden_from(self.officer.asker)

    def _work(self, request: SubjectRequest, *, did: str) -> Work:
        upto = request.draft.upto if request.draft is not None else 0
        found = about(
            self.node.database, request.person_id, witness=enter_reading(self.node.audit, self._entry(request, did=did))
        )
        draft = draft_of(
            request.person_id, found=found, verdicts=verdicts_on(self.node.database, request.person_id), upto=upto
        )
        later = [one for one in found.entries if one.index >= upto and one.header.get("entity") != _THING]
        restricted = self.node.record_restrictions.about(request.person_id)
        return Work(request=request, draft=draft, since=len(later), restricted=restricted)

    def _entry(self, request: SubjectRequest, *, did: str, **detail: str) -> Entry:
        said = {"did": did, "request": str(request.id), **detail}
        return replace(self.officer.entry(Act.CONSULT, _THING), subjects=(request.person_id,), detail=said)
