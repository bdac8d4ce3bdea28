"""Where somebody may go from any page: one table, by purposes and duties."""

from collections.abc import Callable
from dataclasses import dataclass

from watchroom.insight.rules import BOARD_PURPOSE
from watchroom.policy.clauses import Duty
from watchroom.web.visitors import Visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """One place of the navigation.

    Attributes:
        path: of the page, which asks the gate itself: to be named here opens nothing.
        text: message id.
        is_for: whether somebody is shown the way.
        keeps_purpose: the way keeps the purpose of the page that it is on.
    """

    path: str
    text: str
    is_for: Callable[[Visitor], bool]
    keeps_purpose: bool = False


def _reads_records(visitor: Visitor) -> bool:
    return visitor.purposes != (BOARD_PURPOSE,)


def _reads_numbers(visitor: Visitor) -> bool:
    return BOARD_PURPOSE in visitor.purposes


def _reads_the_log(visitor: Visitor) -> bool:
    return Duty.READ_AUDIT in visitor.duties


# In the order in which they stand on the page.
DESTINATIONS: tuple[Destination, ...] = (
    Destination(path="/", text="web.nav.handover", is_for=_reads_records, keeps_purpose=True),
    Destination(path="/posts", text="web.nav.posts", is_for=_reads_records, keeps_purpose=True),
    Destination(path="/board", text="web.nav.board", is_for=_reads_numbers),
    Destination(path="/subject-access", text="web.nav.subject_access", is_for=_reads_the_log),
    Destination(path="/log", text="web.nav.log", is_for=_reads_the_log),
)
