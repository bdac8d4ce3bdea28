"""Who is shown which broken glasses, and what the log says of one: each look is an entry."""

from collections.abc import Sequence
from uuid import UUID

from watchroom.audit.entries import Act, AuditUnavailableError, Entry
from watchroom.audit.read import Recorded, of_opening
from watchroom.audit.witness import enter_reading
from watchroom.gate.askers import Asker
from watchroom.gate.glass import Glass
from watchroom.gate.glass_kept import Broken, Outcome
from watchroom.gate.view import Refused
from watchroom.policy.clauses import Duty

REVIEW_PURPOSE = "governance.audit"


def glasses_for(glass: Glass, asker: Asker) -> tuple[Broken, ...] | Refused:
    """What somebody may know of: all for whoever reviews, else their own and what they were told of.

    Those whose review is late come first, then those that nobody has reviewed, then the latest. Whoever can neither
    break one nor was told of any is refused. While the log cannot be written, whoever may break one has the look kept
    in the spool, and is shown their own.

    Raises:
        AuditUnavailableError: the look could not be recorded; nothing is given.
    """
    is_owner, every = Duty.REVIEW_GLASS in glass.gate.duties(asker), glass.every()
    found = [one for one in every if is_owner or asker.name in (one.opened.account, *one.told)]
    may_break = bool(glass.offers(asker))
    if not (is_owner or found or may_break):
        return glass.gate.refuse(asker, purpose="", what="glass", code="not_your_duty")
    try:
        glass.audit.append(_entry(Act.LIST, asker, "glass", count=len(found), detail={"did": "listed"}))
    except AuditUnavailableError:
        if not may_break:
            raise
        found = [one for one in found if one.opened.account == asker.name]
        glass.spool.append(_entry(Act.LIST, asker, "glass", count=len(found), detail={"did": "listed"}))
    now = glass.machine.now()
    return tuple(sorted(found, key=lambda one: (not one.is_overdue(machine_now=now), one.review is not None)))


def waiting_for(every: Sequence[Broken], asker: Asker, *, is_owner: bool) -> int:
    """How many broken glasses somebody was told of, or has to see to, that nobody has reviewed; a number, no look."""
    return sum(one.review is None and (is_owner or asker.name in one.told) for one in every)


def review_glass(glass: Glass, asker: Asker, opening: UUID, *, outcome: Outcome, words: str) -> Broken | Refused:
    """Review a broken glass, as somebody whose duty it is; else a recorded refusal.

    Raises:
        NotFoundError, UsageError, AuditUnavailableError: as `Glass.review`.
    """
    refused = glass.gate.not_on_duty(asker, purpose=REVIEW_PURPOSE, duty=Duty.REVIEW_GLASS, what="glass")
    return refused or glass.review(asker, opening, outcome=outcome, words=words)


def record_of(glass: Glass, asker: Asker, broken: Broken) -> tuple[Recorded, ...] | Refused:
    """What the log says of a broken glass: why, in the words of whoever broke it, and every read under it.

    It is itself an entry, whose witness opens the log.

    Raises:
        AuditUnavailableError: it could not be recorded; nothing is given.
    """
    refused = glass.gate.not_on_duty(asker, purpose=REVIEW_PURPOSE, duty=Duty.REVIEW_GLASS, what="glass")
    if refused is not None:
        return refused
    entry = _entry(Act.CONSULT, asker, "audit", count=1, detail={"did": "reviewed", "about": str(broken.id)})
    witness = enter_reading(glass.audit, entry)
    return of_opening(glass.database, broken.id, since=broken.recorded_in or 0, witness=witness)


def _entry(act: Act, asker: Asker, thing: str, *, count: int, detail: dict[str, str]) -> Entry:
    return Entry(
        act=act,
        actor=asker.name,
        organisation=asker.organisation,
        role="+".join(sorted(set(asker.roles))),
        entity=thing,
        count=count,
        operator=asker.operator,
        detail=detail,
    )
