"""Gathers what waits for an officer of information governance; that they asked is entered."""

from typing import Protocol

from watchroom.audit.entries import Act
from watchroom.audit.subject_requests import owed_since
from watchroom.gate.askers import Asker
from watchroom.gate.door import Refused
from watchroom.gate.glass import Glass
from watchroom.gate.glass_reading import waiting_for
from watchroom.gate.looks import LookKeeper
from watchroom.gate.requests import Requests
from watchroom.governance.looks.rules import WEEK, queue_of
from watchroom.governance.waiting.rules import ToAgree, Waits, answers_of, to_agree
from watchroom.node.agreement_desk import AgreementNode
from watchroom.node.audit_desk import Officer
from watchroom.node.log_keeping import KeepsLog
from watchroom.node.spooling import spool_fault
from watchroom.policy.clauses import Duty
from watchroom.store.unnamed import unnamed_in_custody

PURPOSE = "governance.audit"
_THING = "waiting"


class WaitingNode(KeepsLog, AgreementNode, Protocol):
    """The node, as far as this desk needs it."""

    @property
    def glass(self) -> Glass:
        """What an agreement opens in an emergency."""
        ...

    @property
    def looks(self) -> LookKeeper:
        """The review of looks."""
        ...

    @property
    def requests(self) -> Requests:
        """What somebody asks to be shown."""
        ...


def waits_for(node: WaitingNode, asker: Asker) -> Waits | Refused:
    """What waits for somebody who may read the log, in numbers; else a recorded refusal.

    Raises:
        AuditUnavailableError: it could not be entered; nothing is given.
    """
    refused = node.gate.not_on_duty(asker, purpose=PURPOSE, duty=Duty.READ_AUDIT, what=_THING)
    if refused is not None:
        return refused
    # The one entry of this page: the queue is counted and none of its cases is given.
    entry = Officer(asker=asker, purpose=PURPOSE).entry(Act.COUNT, _THING)
    found = node.looks.waiting(since=node.looks.now() - WEEK, entry=entry, chosen=lambda _: ())
    today = node.clock.now().astimezone(node.jurisdiction.zone).date()
    return Waits(
        agreements=_to_agree(node) if node.gate.is_on_duty(asker, purpose=PURPOSE, duty=Duty.AGREEMENTS) else None,
        requests=node.requests.count_waiting(asker),
        glasses=waiting_for(node.glass, asker),
        looks=None if found.reviewed_at is None else len(queue_of(found.cases, decided=found.decided).cases),
        # A number may not tell of a request that the list of this officer leaves out.
        answers=answers_of(owed_since(node.database, hidden=node.gate.hidden_from(asker)), today=today),
        unnamed=unnamed_in_custody(node.database),
        spooled=spool_fault(node.spool) is not None,
    )


def _to_agree(node: WaitingNode) -> ToAgree:
    today = node.clock.now().astimezone(node.jurisdiction.zone).date()
    return to_agree(node.agreements.kept(), organisation=node.agreements.organisation, on=today)
