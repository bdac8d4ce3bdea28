"""What is kept of a glass that was broken: values, and how they are read. Nothing here changes anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast
from uuid import UUID

from watchroom.gate.askers import Asker
from watchroom.gate.openings import Opened
from watchroom.kernel.named_sql import load_queries
from watchroom.policy.clauses import Agreement
from watchroom.policy.openings import Addition, BreakGlass
from watchroom.store.database import Connection

QUERIES = load_queries("watchroom.gate", "glass.sql")

# The board is told of so many days back.
RATE_DAYS = timedelta(days=30)


class Outcome(StrEnum):
    """What a review came to."""

    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not_justified"
    PASSED_ON = "passed_on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A glass that somebody may break.

    Attributes:
        name: of the opening, as `HMPPS-CHARTER.1#glass`.
        agreement: under which.
        glass: what it says.
        additions: those for the roles of whoever may break it.
    """

    name: str
    agreement: Agreement
    glass: BreakGlass
    additions: tuple[Addition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What somebody else found; `at` is a machine instant."""

    outcome: Outcome
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A glass that was broken.

    Attributes:
        opened: what was opened, for whom, from when to when.
        closed_at: machine instant at which somebody closed it early; None: nobody did.
        reason: of the list of reasons.
        incident: reference; None: none was asked for.
        second: account of the second person; None: none was asked for.
        review_by: machine instant.
        recorded_in: index of its entry in the log; None: it was in the spool when this was kept.
        told: accounts that were told at once.
        review: None: not reviewed.
    """

    opened: Opened
    closed_at: datetime | None
    reason: str
    incident: str | None
    second: str | None
    review_by: datetime
    recorded_in: int | None
    told: tuple[str, ...]
    review: Review | None

    @property
    def id(self) -> UUID:
        """Of the opening."""
        return self.opened.id

    def is_open(self, *, now: datetime, machine_now: datetime) -> bool:
        """Whether it is open by both clocks and nobody has closed it."""
        return self.closed_at is None and self.opened.is_open(now=now, machine_now=machine_now)

    def is_overdue(self, *, machine_now: datetime) -> bool:
        """Whether its review is late."""
        return self.review is None and machine_now > self.review_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Some of the glasses that somebody may know of; `more`: the last of them where the list goes on, else None."""

    broken: tuple[Broken, ...]
    more: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """How much of a list: so many, after the one of that id; None: from its beginning."""

    most: int
    after: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How often the glass was broken lately, and what nobody looked at in time.

    Attributes:
        broken: in the last RATE_DAYS.
        overdue: reviews that are late now, however old.
        by_account: account -> how often, in the last RATE_DAYS.
    """

    broken: int
    overdue: int
    by_account: tuple[tuple[str, int], ...]


def rate_of(broken: tuple[Broken, ...], *, machine_now: datetime) -> Rate:
    """The rate of what was broken: pure."""
    lately = [one for one in broken if one.opened.machine_opened_at > machine_now - RATE_DAYS]
    accounts = sorted({one.opened.account for one in lately})
    counted = [(account, sum(one.opened.account == account for one in lately)) for account in accounts]
    return Rate(
        broken=len(lately),
        overdue=sum(one.is_overdue(machine_now=machine_now) for one in broken),
        by_account=tuple(sorted(counted, key=lambda pair: (-pair[1], pair[0]))),
    )


def glasses_of_ids(connection: Connection, openings: Sequence[UUID]) -> tuple[Broken, ...]:
    """The glasses of those openings, the latest first."""
    return _glasses(connection, opening_ids=list(openings))


def glasses_since(connection: Connection, since: datetime, *, by: Asker | None = None) -> tuple[Broken, ...]:
    """Glasses that were broken since a machine instant, the latest first.

    Args:
        connection: the app's or the migrator's.
        since: machine instant.
        by: of that person alone; None: of anybody, and all that nobody has reviewed, however old.
    """
    whose = {} if by is None else {"account": by.name, "organisation": by.organisation}
    return _glasses(connection, since=since, **whose)


def _glasses(connection: Connection, **wanted: object) -> tuple[Broken, ...]:
    every = dict.fromkeys(("opening_ids", "since", "account", "organisation"), None)
    cursor = connection.execute(QUERIES["broken_glasses"].text, {**every, **wanted})
    names = [column.name for column in cursor.description or ()]
    return tuple(_broken(dict(zip(names, row, strict=True))) for row in cursor.fetchall())


def _broken(row: dict[str, object]) -> Broken:
    facts = {name: row.get(name) for name in Opened.__slots__}
    review = None
    if row["outcome"] is not None:
        at = cast(datetime, row["reviewed_at"])
        review = Review(outcome=Outcome(str(row["outcome"])), by=str(row["reviewed_by"]), at=at)
    recorded_in, told = row["recorded_in"], row["told"]
    return Broken(
        opened=Opened(**facts),  # type: ignore[arg-type]
        closed_at=None if row["closed_at"] is None else cast(datetime, row["closed_at"]),
        reason=str(row["reason"]),
        incident=_text(row["incident"]),
        second=_text(row["second_account"]),
        review_by=cast(datetime, row["review_by"]),
        recorded_in=recorded_in if isinstance(recorded_in, int) else None,
        told=tuple(str(name) for name in told) if isinstance(told, list) else (),  # type: ignore[reportUnknownVariableType]
        review=review,
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
