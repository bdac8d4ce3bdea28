"""Builds the page of requests: asks the gate once, for whom the reader may know of."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from watchroom.gate.askers import Asker
from watchroom.gate.door import Act, Asked, Gate, Refused, Seen, View
from watchroom.gate.request_records import RequestState
from watchroom.gate.requests import Requests
from watchroom.governance.requests.rules import LINES_A_PAGE, Inbox, Kept, PersonRow, Place, inbox_of
from watchroom.kernel.named_sql import load_queries

QUERIES = load_queries("watchroom.governance.requests")


def build_requests(
    gate: Gate, asker: Asker, *, purpose: str, kept: Callable[[], Kept], at: datetime
) -> Seen[Inbox] | Refused:
    """The requests of somebody and those that wait for them, with the people whom they may know of.

    Args:
        gate: the door.
        asker: who reads.
        purpose: for which they look at those people, dotted name.
        kept: gives what is kept of them. It is asked within the read, so that it goes by the policy of that
            read and not by an earlier one.
        at: the node's present, timezone-aware.
    """
    return gate.read(
        asker,
        asked=Asked(purpose=purpose, act=Act.LIST, what="request"),
        look=partial(_look, kept=kept, at=at),
    )


def kept_for(requests: Requests, asker: Asker, *, place: Place | None = None, most: int = LINES_A_PAGE) -> Kept:
    """What is kept of requests for one reader, of which so many of each list are to be shown from a place on.

    What waits or is open has an end: answers are due within days, and what is given ends within weeks.
    """
    at, theirs, begin = requests.now(), requests.for_decider(asker), place or Place()
    return Kept(
        mine=requests.mine(asker, before=begin.mine, most=most + 1),
        waiting=tuple(one for one in theirs if one.state(at) is RequestState.WAITING),
        open=tuple(one for one in theirs if one.state(at) is RequestState.GIVEN),
        known=requests.known(),
        decides=bool(requests.decided_by(asker)),
        sites=asker.all_sites,
        place=begin,
        most=most,
    )


def _look(view: View, *, kept: Callable[[], Kept], at: datetime) -> Inbox:
    found = kept()
    whom = sorted({one.person_id for one in (*found.mine, *found.waiting, *found.open)})
    is_asked = bool(whom) and view.may_see("person")
    people = view.rows(QUERIES["people_asked_about"], PersonRow, person_ids=whom) if is_asked else []
    return inbox_of(found, people, at=at)
