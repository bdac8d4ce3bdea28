"""How a room stands, and what it gives to whom. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from watchroom.gate.case_room_reading import MemberKept, RoomKept
from watchroom.policy.clauses import Agreement, Recipient

# So many rooms are on one page.
LINES_A_PAGE = 50
# A room that is open for no longer than this closes soon.
SOON = timedelta(days=2)
# Two clocks that differ by more than this are told apart on the page.
SAME_CLOCK = timedelta(minutes=1)


class RoomState(StrEnum):
    """Where a room stands."""

    OPEN = "open"
    CLOSED = "closed"
    OVER = "over"


class Given(StrEnum):
    """Whether a member is given anything in the room, by the agreements in force."""

    GIVEN = "given"
    NO_AGREEMENT = "no_agreement"
    NO_ROLE = "no_role"
    DISABLED = "disabled"


def state_of(room: RoomKept) -> RoomState:
    """Open, closed by somebody, or over by itself."""
    if room.is_open:
        return RoomState.OPEN
    return RoomState.CLOSED if room.closed_by is not None else RoomState.OVER


def is_soon(room: RoomKept, *, now: datetime) -> bool:
    """Whether an open room closes soon; `now` is the node's."""
    return room.is_open and room.closes_at - now <= SOON


def recipients_in(agreement: Agreement) -> tuple[Recipient, ...]:
    """Those to whom an agreement gives as members of a room."""
    return tuple(one for one in agreement.recipients if one.member_of is not None)


def given_to(member: MemberKept, agreements: Sequence[Agreement]) -> tuple[Given, tuple[Agreement, ...]]:
    """Whether somebody who is in a room is given anything there, and by which agreements.

    Of the accounts of partners their node knows the roles; here the organisation alone counts.
    """
    if member.is_disabled:
        return Given.DISABLED, ()
    theirs = [one for one in agreements if _receiving(one, member)]
    if not theirs:
        return Given.NO_AGREEMENT, ()
    roles = member.roles
    found = [one for one in theirs if roles is None or _receiving(one, member) & set(roles)]
    return (Given.GIVEN, tuple(found)) if found else (Given.NO_ROLE, ())


def _receiving(agreement: Agreement, member: MemberKept) -> set[str]:
    """The roles of a member's organisation that receive in a room."""
    return {role for one in recipients_in(agreement) if one.organisation == member.organisation for role in one.roles}


def organisations_of(agreements: Sequence[Agreement], *, own: str) -> tuple[str, ...]:
    """Of which organisations somebody can be let in at the page: the node's own, then those that receive in a room."""
    others = {one.organisation for agreement in agreements for one in recipients_in(agreement)}
    return own, *sorted(others - {own})
