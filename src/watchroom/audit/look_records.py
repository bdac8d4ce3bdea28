"""The records of the review of looks: what is kept of a case, and what a reviewer is given of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from watchroom.audit.entries import Entry, Receipt
from watchroom.audit.ranges import IndexRange
from watchroom.kernel.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLook:
    """One look of a case.

    Attributes:
        index: of its entry.
        at: node instant.
        reasons: why it stands out; words of the room that decides it.
        facts: numbers and days that they are told with.
    """

    index: int
    at: datetime
    reasons: tuple[str, ...]
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One review of the log: entries that were looked through, how many looks were among them, its own receipt, and
    the machine instant."""

    entries: IndexRange
    looks: int
    receipt: Receipt
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Which cases that there are count for a review: of those accounts, and not decided before a machine instant."""

    accounts: frozenset[str]
    since: datetime

    def as_parameters(self) -> dict[str, object]:
        """As the query wants them."""
        return {"accounts": sorted(self.accounts), "since": self.since}


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCase:
    """A case that there is already: `outcome` and `decided_at` (machine instant) are None while it waits."""

    id: UUID
    account: str
    person_id: UUID | None
    last_index: int
    outcome: str | None
    decided_at: datetime | None
    reasons: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Looks to be kept as a case: `id` is of one that waits already, or of a fresh one."""

    id: UUID
    is_new: bool
    account: str
    person_id: UUID | None
    looks: tuple[CaseLook, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case that waits for a decision.

    Attributes:
        account: who looked.
        person_id: at whom; None: at many.
        looks: how many.
        first_at, last_at: node instants.
        reasons: that hold for any of them.
    """

    id: UUID
    account: str
    person_id: UUID | None
    looks: int
    first_at: datetime
    last_at: datetime
    reasons: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What there is for one reviewer.

    Attributes:
        cases: every one that waits, in no order.
        decided: how many were decided since the instant that was asked about.
        outcomes: by reason and outcome, how many decided cases.
        reviewed_at: machine instant of the latest review of the log; None: there was none.
    """

    cases: tuple[Case, ...]
    decided: int
    outcomes: Mapping[tuple[str, str], int]
    reviewed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One look of a case with its entry; `header` and `body` are None where they are gone."""

    look: CaseLook
    header: Mapping[str, Any] | None
    body: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One case with its entries. `decided_at` (machine instant): it was decided by this reviewer before."""

    id: UUID
    account: str
    person_id: UUID | None
    decided_at: datetime | None
    seen: tuple[Seen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a reviewer decides: `outcome` is a word of the room that decides, `note` the reviewer's own words.

    Raises:
        UsageError: there is no note.
    """

    outcome: str
    is_told: bool
    note: str

    def __post_init__(self) -> None:
        if not self.note.strip():
            raise UsageError(
                "a decision needs a note: what was asked and what was answered; the reviewer answers for it"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewer:
    """Who reads or decides cases.

    Attributes:
        entry: of what they do, as the log will have it.
        hidden: their own person and kin, and restricted people who do not admit them; cases of looks at these are not
            theirs to see.
    """

    entry: Entry
    hidden: frozenset[UUID] = frozenset()

    def as_parameters(self) -> dict[str, object]:
        """As the queries take them."""
        return {"reviewer": self.entry.actor, "hidden": sorted(self.hidden)}
