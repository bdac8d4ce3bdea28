"""Gathers what the page of break-glass shows; the look is an entry."""

from uuid import UUID

from watchroom.audit.read import Recorded
from watchroom.gate.askers import Asker
from watchroom.gate.glass import Glass
from watchroom.gate.glass_kept import Listed, Span
from watchroom.gate.glass_reading import glasses_for, record_of, reviews
from watchroom.gate.view import Refused
from watchroom.governance.glass.rules import LINES_A_PAGE, Glasses


def build_glasses(glass: Glass, asker: Asker, *, after: UUID | None = None) -> Glasses | Refused:
    """What somebody may break, has broken, was told of or has to review, a page of it after the one of that id.

    Raises:
        AuditUnavailableError: the look could not be recorded.
    """
    broken = glasses_for(glass, asker, span=Span(most=LINES_A_PAGE, after=after))
    return broken if isinstance(broken, Refused) else glasses_of(glass, asker, broken)


def glasses_of(glass: Glass, asker: Asker, listed: Listed) -> Glasses:
    """The same of what is at hand; no look, so not to be shown without one."""
    return Glasses(
        now=glass.clock.now(),
        machine_now=glass.machine.now(),
        asker=asker.name,
        offers=glass.offers(asker),
        broken=listed.broken,
        more=listed.more,
        may_review=reviews(glass, asker),
    )


def build_review(glass: Glass, asker: Asker, opening: UUID) -> tuple[Glasses, tuple[Recorded, ...]] | Refused:
    """One broken glass with what the log says of it, for whoever reviews.

    Raises:
        NotFoundError: there is none of that id; that it was asked is entered.
        AuditUnavailableError: the look could not be recorded.
    """
    found = record_of(glass, asker, opening)
    if isinstance(found, Refused):
        return found
    one, record = found
    return glasses_of(glass, asker, Listed(broken=(one,))), record
