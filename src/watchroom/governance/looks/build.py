"""Builds the review of looks: what stands out in the log, the queue of one reviewer, one case, a decision."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from watchroom.audit.entries import Act, Entry
from watchroom.audit.look_records import Case, Decision, Found, KnownCase, Opened, Waiting
from watchroom.gate.askers import Asker
from watchroom.gate.door import Gate, Refused
from watchroom.gate.look_facts import LookFacts
from watchroom.gate.looks import LookKeeper, Reviewed
from watchroom.governance.looks.rules import (
    BOUNDS,
    WEEK,
    Precision,
    Queue,
    cases_of,
    looks_of,
    precision_of,
    queue_of,
)
from watchroom.kernel.errors import UsageError
from watchroom.policy.clauses import Duty

PURPOSE: Final = "governance.audit"
THING: Final = "looks"
# How far back a review looks where nothing else is said.
USUAL_SPAN: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The review of looks in the hands of one person: `gate` says whether they may, `keeper` does it."""

    gate: Gate
    keeper: LookKeeper
    asker: Asker
    purpose: str = PURPOSE

    def entry(self, act: Act) -> Entry:
        """An entry of theirs."""
        return Entry(
            act=act,
            actor=self.asker.name,
            organisation=self.asker.organisation,
            role=self.asker.role,
            purpose=self.purpose,
            entity=THING,
            operator=self.asker.operator,
        )

    def refused(self) -> Refused | None:
        """A recorded refusal where they have not the duty to read the log."""
        return self.gate.not_on_duty(self.asker, purpose=self.purpose, duty=Duty.READ_AUDIT, what=THING)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookQueue:
    """The queue of one reviewer, with the precision of each reason so far.

    Attributes:
        queue: in order.
        precision: from what was decided.
        decided: within the last week.
        reviewed_at: machine instant of the latest review of the log; None: there was none.
    """

    queue: Queue
    precision: tuple[Precision, ...]
    decided: int
    reviewed_at: datetime | None


def review_looks(desk: Desk, *, since: datetime | None = None) -> Reviewed | Refused:
    """Look through the log and keep what stands out.

    Args:
        desk: whose.
        since: machine instant with a time zone; None: the last week.

    Raises:
        AuditUnavailableError: it could not be entered; nothing was read.
        UsageError: `since` has not come yet; nothing was looked through, and the page may not say so.
    """
    if refused := desk.refused():
        return refused
    now = desk.keeper.now()
    if since is not None and since > now:
        raise UsageError("that instant has not come yet, so nothing was looked through; name an earlier `--from`")

    def sort(facts: Sequence[LookFacts], known: Sequence[KnownCase]) -> list[Found]:
        return cases_of(looks_of(facts), known=known, now=now, new_id=desk.keeper.new_id)

    entry = desk.entry(Act.COUNT)
    return desk.keeper.review(since=since or now - USUAL_SPAN, entry=entry, bounds=BOUNDS, sort=sort)


def look_queue(desk: Desk) -> LookQueue | Refused:
    """What is put before the reviewer now; one entry, which names everybody in it.

    Raises:
        AuditUnavailableError: it could not be entered; nothing is given.
    """
    if refused := desk.refused():
        return refused

    def chosen(waiting: Waiting) -> Sequence[Case]:
        return queue_of(waiting.cases, decided=waiting.decided).cases

    since = desk.keeper.now() - WEEK
    waiting = desk.keeper.waiting(since=since, entry=desk.entry(Act.LIST), chosen=chosen)
    return LookQueue(
        queue=queue_of(waiting.cases, decided=waiting.decided),
        precision=precision_of(waiting.outcomes),
        decided=waiting.decided,
        reviewed_at=waiting.reviewed_at,
    )


def look_case(desk: Desk, case_id: UUID) -> Opened | Refused:
    """One case with its entries.

    Raises:
        NotFoundError: there is none, it is about the reviewer or somebody of theirs, or another one decided it: one
            answer.
        AuditUnavailableError: it could not be entered; nothing is given.
    """
    return desk.refused() or desk.keeper.opened(case_id, entry=desk.entry(Act.CONSULT))


def decide_case(desk: Desk, case_id: UUID, *, decision: Decision) -> Refused | None:
    """Record what the reviewer decided; nobody decides of their own looks.

    Raises:
        NotFoundError: as `look_case`.
        AuditUnavailableError: it could not be entered; nothing is decided.
    """
    if refused := desk.refused():
        return refused
    desk.keeper.decide(case_id, decision=decision, entry=replace(desk.entry(Act.DECIDE), count=1))
    return None
