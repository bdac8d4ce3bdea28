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
class Kept:
    """What is kept of requests, for one reader.

    Attributes:
        mine: what they have asked for, the latest first.
        waiting: what waits for them, the oldest first.
        open: what was given by them or their like and is open, the oldest first.
        known: all that may be asked for, by name.
        decides: whether they decide on anything at all.
        sites: establishments at which they decide.
    """

    mine: tuple[Request, ...]
    waiting: tuple[Request, ...]
    open: tuple[Request, ...]
    known: Mapping[str, Askable]
    decides: bool
    sites: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """The same with the people whom the reader may know of: what is about anybody else is not in it.

    Attributes:
        people: by id; of what the reader has asked for somebody may be missing, whom they may not know of any more.
    """

    at: datetime
    mine: tuple[Request, ...]
    waiting: tuple[Request, ...]
    open: tuple[Request, ...]
    known: Mapping[str, Askable]
    decides: bool
    people: Mapping[UUID, PersonRow]


def inbox_of(kept: Kept, people: Sequence[PersonRow], *, at: datetime) -> Inbox:
    """What of the requests somebody may read who sees those people; of their own requests all."""
    seen = {person.person_id: person for person in people}
    here = {person.person_id for person in people if person.site_code in kept.sites}
    return Inbox(
        at=at,
        mine=kept.mine,
        waiting=tuple(one for one in kept.waiting if one.person_id in here),
        open=tuple(one for one in kept.open if one.person_id in here),
        known=kept.known,
        decides=kept.decides,
        people=seen,
    )


def spans_of(lasts: timedelta) -> tuple[timedelta, ...]:
    """For how long something can be given that can be given for `lasts` at most, the shortest first."""
    return tuple(sorted({*(span for span in SPANS if span < lasts), lasts}))


def first_span(lasts: timedelta) -> timedelta:
    """For how long it is given where nobody chooses."""
    return min(USUAL, lasts)
