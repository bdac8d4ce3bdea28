"""Who is shown which broken glasses, and what the log says of one: each look is an entry."""

from uuid import UUID

from watchroom.audit.entries import Act, AuditUnavailableError, Entry
from watchroom.audit.read import Recorded, of_opening
from watchroom.audit.witness import enter_reading
from watchroom.gate.askers import Asker
from watchroom.gate.glass import Glass
from watchroom.gate.glass_kept import Broken, Listed, Outcome, Span
from watchroom.gate.view import Refused
from watchroom.kernel.errors import NotFoundError
from watchroom.policy.clauses import Duty

REVIEW_PURPOSE = "governance.audit"


def glasses_for(glass: Glass, asker: Asker, *, span: Span) -> Listed | Refused:
    """Some of what somebody may know of: of all for whoever reviews, else of their own and what they were told of.

    Those whose review is late come first, then those that nobody has reviewed, then the latest. Whoever was told is
    shown it no more once their account, their roles or their establishments would not have them told. Whoever can
    neither break one nor was told of any is refused. While the log cannot be written, whoever may break one has the
    look kept in the spool, and is shown their own.

    Raises:
        AuditUnavailableError: the look could not be recorded; nothing is given.
    """
    is_owner, may_break = reviews(glass, asker), bool(glass.offers(asker))
    is_own = _is_own_alone(glass, asker)
    found = glass.listed(asker, span=span, is_owner=is_owner, is_own=is_own)
    if not (is_owner or may_break or glass.listed(asker, span=Span(most=1), is_own=is_own).broken):
        return glass.gate.refuse(asker, purpose="", what="glass", code="not_your_duty")
    try:
        glass.audit.append(_listed(asker, found))
    except AuditUnavailableError:
        if not may_break:
            raise
        found = glass.listed(asker, span=span, is_own=True)
        glass.spool.append(_listed(asker, found))
    return found


def reviews(glass: Glass, asker: Asker) -> bool:
    """Whether it is somebody's duty now to review broken glasses; whoever asks enters what comes of it."""
    return glass.gate.is_on_duty(asker, purpose=REVIEW_PURPOSE, duty=Duty.REVIEW_GLASS)


def waiting_for(glass: Glass, asker: Asker) -> int:
    """How many broken glasses somebody was told of, or has to see to, that nobody has reviewed; a number, no look."""
    return 0 if _is_own_alone(glass, asker) else glass.count_unreviewed(asker, is_owner=reviews(glass, asker))


def _is_own_alone(glass: Glass, asker: Asker) -> bool:
    """Whether somebody was told in vain: suspended where broken glasses are reviewed, so only their own are shown."""
    return glass.gate.is_suspended(asker, purpose=REVIEW_PURPOSE)


def review_glass(glass: Glass, asker: Asker, opening: UUID, *, outcome: Outcome, words: str) -> Broken | Refused:
    """Review a broken glass, as somebody whose duty it is; else a recorded refusal.

    Raises:
        NotFoundError, UsageError, AuditUnavailableError: as `Glass.review`.
    """
    refused = glass.gate.not_on_duty(asker, purpose=REVIEW_PURPOSE, duty=Duty.REVIEW_GLASS, what="glass")
    return refused or glass.review(asker, opening, outcome=outcome, words=words)


def record_of(glass: Glass, asker: Asker, opening: UUID) -> tuple[Broken, tuple[Recorded, ...]] | Refused:
    """A broken glass and what the log says of it: why, in the words of whoever broke it, and every read under it.

    It is itself an entry, whose witness opens the log. Whoever may not review is refused, be there such a glass or not.

    Raises:
        NotFoundError: there is none of that id; that it was asked is entered.
        AuditUnavailableError: it could not be recorded; nothing is given.
    """
    refused = glass.gate.not_on_duty(asker, purpose=REVIEW_PURPOSE, duty=Duty.REVIEW_GLASS, what="glass")
    if refused is not None:
        return refused
    try:
        broken = glass.one(opening)
    except NotFoundError:
        glass.audit.append(_entry(Act.CONSULT, asker, "glass", count=0, detail={"did": "reviewed"}))
        raise
    entry = _entry(Act.CONSULT, asker, "audit", count=1, detail={"did": "reviewed", "about": str(broken.id)})
    witness = enter_reading(glass.audit, entry)
    return broken, of_opening(glass.database, broken.id, since=broken.recorded_in or 0, witness=witness)


def _listed(asker: Asker, found: Listed) -> Entry:
    return _entry(Act.LIST, asker, "glass", count=len(found.broken), detail={"did": "listed"})


def _entry(act: Act, asker: Asker, thing: str, *, count: int, detail: dict[str, str]) -> Entry:
    return Entry(
        act=act,
        actor=asker.name,
        organisation=asker.organisation,
        role=asker.role,
        entity=thing,
        count=count,
        operator=asker.operator,
        detail=detail,
    )
