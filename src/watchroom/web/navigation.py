"""Where somebody may go from any page: one table, by purposes and duties."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from watchroom.governance.looks.build import PURPOSE as AUDIT_PURPOSE
from watchroom.insight.rules import BOARD_PURPOSE
from watchroom.node.engineer_desk import PURPOSE as ENGINEER_PURPOSE
from watchroom.picture.rules import INCIDENT_PURPOSE
from watchroom.policy.clauses import Duty
from watchroom.web.visitors import Visitor

# The page of what is around.
AROUND = "/around"


class Waits(Enum):
    """What may wait for somebody at a place of the navigation."""

    REQUESTS = "requests"
    GLASSES = "glasses"


class Row(Enum):
    """The rows of the navigation: the service, and under it the work about access itself."""

    SERVICE = "service"
    GOVERNANCE = "governance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """One place of the navigation.

    Attributes:
        path: of the page, which asks the gate itself: to be named here opens nothing.
        text: message id.
        is_for: whether somebody is shown the way.
        keeps_purpose: the way keeps the purpose of the page that it is on.
        row: in which it stands.
        waits: what stands beside it counts how many of these wait for them; None: it is not counted.
    """

    path: str
    text: str
    is_for: Callable[[Visitor], bool]
    keeps_purpose: bool = False
    row: Row = Row.SERVICE
    waits: Waits | None = None


def reads_records(visitor: Visitor) -> bool:
    """Whether somebody reads records of people for a purpose of theirs; others count, keep them, or see feeds."""
    others = (BOARD_PURPOSE, AUDIT_PURPOSE, ENGINEER_PURPOSE, INCIDENT_PURPOSE)
    return any(purpose not in others for purpose in visitor.purposes)


def answers_incidents(visitor: Visitor) -> bool:
    """Whether somebody answers for what happens, and so has to know what is around."""
    return INCIDENT_PURPOSE in visitor.purposes


def _is_asked(visitor: Visitor) -> bool:
    return any(purpose not in (BOARD_PURPOSE, ENGINEER_PURPOSE) for purpose in visitor.purposes)


def records(visitor: Visitor) -> bool:
    """Whether somebody records what they saw about people."""
    return Duty.RECORD in visitor.duties


def _reads_log(visitor: Visitor) -> bool:
    return Duty.READ_AUDIT in visitor.duties


def _is_anybody(visitor: Visitor) -> bool:  # noqa: ARG001  their own work is everybody's
    return True


def _reads_numbers(visitor: Visitor) -> bool:
    return BOARD_PURPOSE in visitor.purposes


def _keeps_agreements(visitor: Visitor) -> bool:
    return Duty.AGREEMENTS in visitor.duties


def _restricts(visitor: Visitor) -> bool:
    return Duty.RESTRICT_PEOPLE in visitor.duties


def keeps_sources(visitor: Visitor) -> bool:
    """Whether somebody looks after what sources give."""
    return Duty.QUALITY_COUNTS in visitor.duties


# In the order in which they stand on the page.
DESTINATIONS: tuple[Destination, ...] = (
    Destination(path="/waiting", text="web.nav.waiting_for_you", is_for=_reads_log),
    Destination(path="/sources", text="web.nav.sources", is_for=keeps_sources),
    Destination(path="/quality", text="web.nav.quality", is_for=keeps_sources),
    Destination(path="/dictionary", text="web.nav.dictionary", is_for=keeps_sources),
    Destination(path="/", text="web.nav.handover", is_for=reads_records, keeps_purpose=True),
    Destination(path="/posts", text="web.nav.posts", is_for=reads_records, keeps_purpose=True),
    Destination(path=AROUND, text="web.nav.around", is_for=answers_incidents),
    Destination(path="/requests", text="web.nav.requests", is_for=_is_asked, keeps_purpose=True, waits=Waits.REQUESTS),
    Destination(path="/outbox", text="web.nav.outbox", is_for=records, keeps_purpose=True),
    Destination(path="/board", text="web.nav.board", is_for=_reads_numbers),
    Destination(
        path="/break-glass",
        text="web.nav.glass",
        is_for=lambda visitor: visitor.may_break or visitor.glasses > 0 or Duty.REVIEW_GLASS in visitor.duties,
        waits=Waits.GLASSES,
    ),
    Destination(path="/quarantine", text="web.nav.quarantine", is_for=keeps_sources),
    Destination(path="/codes", text="web.nav.codes", is_for=keeps_sources),
    Destination(path="/my-work", text="web.nav.my_work", is_for=_is_anybody),
    Destination(path="/agreements", text="web.nav.agreements", is_for=_keeps_agreements, row=Row.GOVERNANCE),
    Destination(path="/rooms", text="web.nav.rooms", is_for=_keeps_agreements, row=Row.GOVERNANCE),
    Destination(path="/kept-records", text="web.nav.kept_records", is_for=_restricts, row=Row.GOVERNANCE),
    Destination(path="/looks", text="web.nav.looks", is_for=_reads_log, row=Row.GOVERNANCE),
    Destination(path="/subject-access", text="web.nav.subject_access", is_for=_reads_log, row=Row.GOVERNANCE),
    Destination(path="/log", text="web.nav.log", is_for=_reads_log, row=Row.GOVERNANCE),
)
