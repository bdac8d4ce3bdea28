"""For how long something can be given, which of it is chosen first, and why something is refused. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from watchroom.gate.request_records import Request
from watchroom.policy.on_request import Askable

# One hour, a shift, a day, three days, a week, two weeks, four weeks: as far as the agreement goes.
SPANS = tuple(timedelta(hours=hours) for hours in (1, 12, 24, 72, 168, 336, 672))
# What is chosen before anybody chooses: a shift.
USUAL = timedelta(hours=12)
# So many requests of a list are on one page.
LINES_A_PAGE = 50
# An answer is due soon when so much of the time is left at most.
SOON = timedelta(hours=1)


class PersonRow(NamedTuple):
    """Somebody whom a request is about, as far as the reader may know of them."""

    person_id: UUID
    prison_number: str | None
    family_name: str | None
    given_names: str | None
    site_code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """From where on each list is shown: after the request of that id; None: from its beginning."""

    mine: UUID | None = None
    waiting: UUID | None = None
    open: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept of requests, for one reader.

    Attributes:
        mine: what they have asked for, the latest first: one more than a page has, where there are more.
        waiting: what waits for them, the oldest first.
        open: what was given by them or their like and is open, the oldest first.
        known: all that may be asked for, by name.
        decides: whether they decide on anything at all.
        sites: establishments at which they decide.
        place: from where on the lists are shown.
        most: so many of each.
    """

    mine: tuple[Request, ...]
    waiting: tuple[Request, ...]
    open: tuple[Request, ...]
    known: Mapping[str, Askable]
    decides: bool
    sites: tuple[str, ...]
    place: Place = Place()
    most: int = LINES_A_PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """The same with the people whom the reader may know of: what is about anybody else is not in it.

    Attributes:
        more: where the lists go on that do: each an id for `Place`; None: that was all.
        people: by id; of what the reader has asked for somebody may be missing, whom they may not know of any more.
    """

    at: datetime
    mine: tuple[Request, ...]
    waiting: tuple[Request, ...]
    open: tuple[Request, ...]
    known: Mapping[str, Askable]
    decides: bool
    people: Mapping[UUID, PersonRow]
    more: Place = Place()


def inbox_of(kept: Kept, people: Sequence[PersonRow], *, at: datetime) -> Inbox:
    """What of the requests somebody may read who sees those people; of their own requests all."""
    seen = {person.person_id: person for person in people}
    here = {person.person_id for person in people if person.site_code in kept.sites}
    # INVARIANT: cut after what is hidden was left out, so that nobody is told of more than they will be shown.
    waiting, more_waiting = _page([one for one in kept.waiting if one.person_id in here], kept.place.waiting, kept.most)
    is_open, more_open = _page([one for one in kept.open if one.person_id in here], kept.place.open, kept.most)
    mine, more_mine = _page(kept.mine, None, kept.most)
    return Inbox(
        at=at,
        mine=mine,
        waiting=waiting,
        open=is_open,
        known=kept.known,
        decides=kept.decides,
        people=seen,
        more=Place(mine=more_mine, waiting=more_waiting, open=more_open),
    )


def _page(found: Sequence[Request], after: UUID | None, most: int) -> tuple[tuple[Request, ...], UUID | None]:
    """So many of a list, the oldest first, that come after an id, and the last of them where there are more."""
    rest = [one for one in found if after is None or one.id > after]
    page = tuple(rest[:most])
    return page, page[-1].id if len(rest) > most else None


def spans_of(lasts: timedelta) -> tuple[timedelta, ...]:
    """For how long something can be given that can be given for `lasts` at most, the shortest first."""
    return tuple(sorted({*(span for span in SPANS if span < lasts), lasts}))


def first_span(lasts: timedelta) -> timedelta:
    """For how long it is given where nobody chooses."""
    return min(USUAL, lasts)
