"""Who is shown which broken glasses, and who reviews them: asked of the gate each time, and entered in the log."""

from uuid import UUID

from watchroom.audit.entries import Act, Entry
from watchroom.audit.read import Recorded, of_opening
from watchroom.audit.witness import enter_reading
from watchroom.gate.askers import Asker
from watchroom.gate.door import Refused
from watchroom.gate.glass_kept import Broken, Outcome
from watchroom.node.node import Node
from watchroom.policy.clauses import Duty

REVIEW_PURPOSE = "governance.audit"


def glasses_for(node: Node, asker: Asker) -> tuple[Broken, ...]:
    """What somebody may know of: all for whoever reviews, else their own and what they were told of. It is an entry.

    Those whose review is late come first, then those that nobody has reviewed, then the latest.

    Raises:
        AuditUnavailableError: the look could not be recorded; nothing is given.
    """
    is_owner = Duty.REVIEW_GLASS in node.gate.duties(asker)
    found = [one for one in node.glass.every() if is_owner or asker.name in (one.opened.account, *one.told)]
    node.audit.append(_entry(Act.LIST, asker, "glass", count=len(found), detail={"did": "listed"}))
    now = node.machine_clock.now()
    return tuple(sorted(found, key=lambda one: (not one.is_overdue(machine_now=now), one.review is not None)))


def review_glass(node: Node, asker: Asker, opening: UUID, *, outcome: Outcome, words: str) -> Broken | Refused:
    """Review a broken glass, as somebody whose duty it is; else a recorded refusal."""
    refused = node.gate.not_on_duty(asker, purpose=REVIEW_PURPOSE, duty=Duty.REVIEW_GLASS, what="glass")
    return refused or node.glass.review(asker, opening, outcome=outcome, words=words)


def record_of(node: Node, asker: Asker, broken: Broken) -> tuple[Recorded, ...] | Refused:
    """What the log says of a broken glass: why, in the words of whoever broke it, and every read under it.

    It is itself an entry, whose witness opens the log.
    """
    refused = node.gate.not_on_duty(asker, purpose=REVIEW_PURPOSE, duty=Duty.REVIEW_GLASS, what="glass")
    if refused is not None:
        return refused
    entry = _entry(Act.CONSULT, asker, "audit", count=1, detail={"did": "reviewed", "about": str(broken.id)})
    witness = enter_reading(node.audit, entry)
    return of_opening(node.database, broken.id, since=broken.recorded_in or 0, witness=witness)


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
