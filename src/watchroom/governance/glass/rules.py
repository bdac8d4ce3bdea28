"""What the page of break-glass decides: pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from watchroom.audit.entries import Act
from watchroom.audit.read import Recorded
from watchroom.gate.glass_kept import Broken, Offer

# So many broken glasses are on one page.
LINES_A_PAGE = 50
# What every record has, or what only joins records: not worth a word where it is said what is added.
_UNSAID = frozenset({"person_id", "episode_id", "is_active", "status_code"})


class State(StrEnum):
    """Where a broken glass stands."""

    OPEN = "open"
    OVERDUE = "overdue"
    WAITING = "waiting"
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Glasses:
    """What somebody is shown.

    Attributes:
        now, machine_now: instants of the node and of the machine.
        asker: account.
        offers: glasses that they may break.
        broken: those that they may know of.
        may_review: whether it is their duty.
        more: the last of `broken` where the list goes on; None: it ends there.
    """

    now: datetime
    machine_now: datetime
    asker: str
    offers: Sequence[Offer]
    broken: Sequence[Broken]
    may_review: bool
    more: UUID | None = None

    def mine(self) -> tuple[Broken, ...]:
        """One's own that are open now."""
        return tuple(one for one in self.broken if one.opened.account == self.asker and self.is_open(one))

    def is_open(self, one: Broken) -> bool:
        """Whether it is open now."""
        return one.is_open(now=self.now, machine_now=self.machine_now)

    def state(self, one: Broken) -> State:
        """Where it stands; what is late is said before all else."""
        if one.review is not None:
            return State.REVIEWED
        if one.is_overdue(machine_now=self.machine_now):
            return State.OVERDUE
        return State.OPEN if self.is_open(one) else State.WAITING

    def is_mine_to_review(self, one: Broken) -> bool:
        """Whether this person may review it now: never one's own, nor as the second person, nor while it is open."""
        return self.is_another(one) and not self.is_open(one)

    def is_another(self, one: Broken) -> bool:
        """Whether it waits for a review that this person may give once it is over."""
        return self.may_review and one.review is None and self.asker not in (one.opened.account, one.second)


@dataclass(frozen=True, slots=True, kw_only=True)
class Under:
    """One read under a broken glass."""

    at: datetime
    act: str
    what: str
    people: int


def words_of(entries: Iterable[Recorded]) -> str | None:
    """The words of whoever broke it; None: they were erased, or wait in the spool."""
    for one in entries:
        if one.act == Act.GLASS_BREAK and one.body is not None:
            return str(one.body["detail"].get("words", "")) or None
    return None


def reads_under(entries: Iterable[Recorded]) -> tuple[Under, ...]:
    """The reads under it, the first one first; `people` counts those whom the read named."""
    acts = {Act.GLASS_BREAK, Act.GLASS_CLOSE, Act.GLASS_REVIEW}
    return tuple(
        Under(at=one.at, act=one.act, what=str(one.header.get("entity", "")), people=len(one.subjects))
        for one in entries
        if one.act not in acts
    )


def said_fields(fields: Sequence[str]) -> tuple[str, ...]:
    """The fields that are worth a word, without the ending that says that they are coded."""
    return tuple(plain_name(name) for name in fields if name not in _UNSAID)


def plain_name(name: str) -> str:
    """A name of the model, or a text that quotes one, as people say it."""
    return name.replace("`", "").replace("_code", "").replace("_", " ")


def minutes_left(until: datetime, *, now: datetime) -> int:
    """Whole minutes, rounded up: an open glass never says none."""
    return max(1, -(-(until - now) // timedelta(minutes=1)))
