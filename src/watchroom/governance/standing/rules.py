"""What waits for the node's own organisation, when a review is due, and in which order agreements are listed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from watchroom.gate.agreements import AgreementState, Kept
from watchroom.policy.clauses import Agreement

# So long before its day a review is said to be due: it takes both parties' data protection officers.
REVIEW_NOTICE: Final = timedelta(days=30)
# So many versions, and so many drafts, are on one page.
LINES_A_PAGE: Final = 50
GIVING: Final = frozenset({AgreementState.IN_FORCE})
# What may still be suspended: whatever every party has signed and nothing has closed yet.
OPEN: Final = frozenset({AgreementState.IN_FORCE, AgreementState.AGREED, AgreementState.LAPSED})


class Review(StrEnum):
    """How near the review of an agreement is."""

    LATER = "later"
    DUE = "due"
    OVERDUE = "overdue"


class Waiting(StrEnum):
    """What the node's own organisation is waited for to do."""

    SIGN = "sign"
    REVIEW = "review"


class Closed(StrEnum):
    """Why a version cannot be signed any more."""

    SUPERSEDED = "superseded"
    SUSPENDED = "suspended"
    ENDED = "ended"


class Group(StrEnum):
    """Where a version stands in the list; in the order of the page."""

    WAITS = "waits"
    IN_FORCE = "in_force"
    LAPSED = "lapsed"
    SUSPENDED = "suspended"
    AGREED = "agreed"
    UNSIGNED = "unsigned"
    PAST = "past"


_GROUPS: Final = {
    AgreementState.UNSIGNED: Group.UNSIGNED,
    AgreementState.AGREED: Group.AGREED,
    AgreementState.IN_FORCE: Group.IN_FORCE,
    AgreementState.SUSPENDED: Group.SUSPENDED,
    AgreementState.LAPSED: Group.LAPSED,
    AgreementState.SUPERSEDED: Group.PAST,
    AgreementState.ENDED: Group.PAST,
}


Groups = tuple[tuple[Group, tuple[Kept, ...]], ...]


def review_of(agreement: Agreement, *, on: date) -> Review:
    """How near the review is on a day of the node; on its very day it is due and not overdue."""
    if on > agreement.review_by:
        return Review.OVERDUE
    return Review.DUE if on > agreement.review_by - REVIEW_NOTICE else Review.LATER


def closed_by(kept: Kept, *, on: date) -> Closed | None:
    """Why a signature under a version would give nothing, whosever it is; None: it may be signed."""
    if kept.state is AgreementState.SUPERSEDED:
        return Closed.SUPERSEDED
    if kept.state is AgreementState.SUSPENDED:
        return Closed.SUSPENDED
    return Closed.ENDED if kept.agreement.valid_to < on else None


def waiting_for(kept: Kept, *, organisation: str, on: date) -> Waiting | None:
    """What `organisation` is waited for to do with a version; None: nothing."""
    if organisation in kept.unsigned and closed_by(kept, on=on) is None:
        return Waiting.SIGN
    if kept.state in GIVING and review_of(kept.agreement, on=on) is not Review.LATER:
        return Waiting.REVIEW
    return None


def grouped(kept: Sequence[Kept], *, organisation: str, on: date) -> Groups:
    """The versions by group, in the order of the page; each in one of them, and no group is empty."""
    found: dict[Group, list[Kept]] = {group: [] for group in Group}
    for one in kept:
        is_waiting = waiting_for(one, organisation=organisation, on=on) is not None
        is_over = one.state is AgreementState.UNSIGNED and one.agreement.valid_to < on
        found[Group.WAITS if is_waiting else Group.PAST if is_over else _GROUPS[one.state]].append(one)
    return tuple((group, tuple(ones)) for group, ones in found.items() if ones)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paged:
    """A page of the versions by group; `more`: digest of the last one where the list goes on, empty: it ends."""

    groups: Groups
    more: str


def page_of(groups: Groups, *, most: int, after: str = "") -> Paged:
    """So many versions in the order of the page, after the one of a digest; from the beginning where there is none."""
    every = [(group, one) for group, ones in groups for one in ones]
    begin = next((place for place, (_, one) in enumerate(every, 1) if one.agreement.digest == after), 0)
    shown = every[begin : begin + most]
    kept: dict[Group, list[Kept]] = {}
    for group, one in shown:
        kept.setdefault(group, []).append(one)
    more = shown[-1][1].agreement.digest if begin + most < len(every) else ""
    return Paged(groups=tuple((group, tuple(ones)) for group, ones in kept.items()), more=more)


def versions_of(kept: Sequence[Kept], name: str) -> tuple[Kept, ...]:
    """The versions of one name, the latest first."""
    return tuple(sorted((one for one in kept if one.agreement.name == name), key=lambda one: -one.agreement.version))
