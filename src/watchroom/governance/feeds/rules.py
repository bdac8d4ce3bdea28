"""How a source does, and which one has to be looked at first. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from watchroom.ingest.alone import Queue
from watchroom.ingest.history import BatchKept
from watchroom.ingest.progress import Step
from watchroom.ingest.registry import PUSH

if TYPE_CHECKING:
    # It loads what takes deliveries, and every command comes by here.
    from watchroom.ingest.drift_keeping import StandingDrift

# The worst first.
_ORDER = ("unreachable", "silent", "refused", "held", "late", "unjudged", "fresh", "ended")
_GOOD = frozenset({"fresh", "unjudged", "ended"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """That a source is being taken from, by whatever process; or that what was asked for at a page did not end well.

    Attributes:
        step: how far it has come; None: it has begun, or asks the source.
        fault: the kind of fault that it ended in; empty: it runs.
        began_at: node time of what ended in a fault; None: it runs.
    """

    step: Step | None = None
    fault: str = ""
    began_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """How one source does.

    Attributes:
        name, kind, location, mapping: as it is registered.
        every_seconds, poll_seconds: how often it was agreed to deliver, and is asked; None: nothing was said.
        state: fresh, late, silent, unjudged, ended, unreachable, held or refused.
        heard_at, as_of, next_at: when it gave or confirmed anything, of when that is, when it is asked next; node time.
        wrong: what is wrong and what to do, never a value; empty: nothing is known to be.
        last: its last delivery, whatever became of it; None: there was none.
        drift: what it no longer gives as it did.
        load: that it is being taken from; None: it is not.
        ended_at: since when it has ended, node time; None: it has not.
        queue: who waits until what is under way has done with it; None: nobody does.
    """

    name: str
    kind: str
    location: str
    mapping: str
    every_seconds: int | None
    poll_seconds: int | None
    state: str
    heard_at: datetime | None
    as_of: datetime | None
    next_at: datetime | None
    wrong: str
    last: BatchKept | None = None
    drift: "tuple[StandingDrift, ...]" = ()
    load: Load | None = None
    ended_at: datetime | None = None
    queue: Queue | None = None

    @property
    def may_be_fetched(self) -> bool:
        """Whether the node can go and get something from it."""
        return self.kind != PUSH and self.ended_at is None

    @property
    def is_loading(self) -> bool:
        """Whether something takes from it now."""
        return self.load is not None and not self.load.fault


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptUp:
    """How one step stands of what the process that serves the pages does by itself now and then.

    Attributes:
        name: of the step.
        done_at: when it last came to its end, by the machine's clock; None: not since the process was started.
        fault: the kind of fault that the last try ended in; empty: it ended well, or was not tried yet.
        failed_at: when the last of such faults was, by the machine's clock; None: there was none.
    """

    name: str
    done_at: datetime | None = None
    fault: str = ""
    failed_at: datetime | None = None


def is_refused(feed: Feed) -> bool:
    """Whether its last delivery was refused, and nobody waits for a word about it."""
    return feed.last is not None and feed.last.status == "refused" and feed.state not in ("held", "ended")


def has_to_be_looked_at(feed: Feed) -> bool:
    """Whether something is wrong: it is behind or cannot be reached, was refused, or gives less than it did.

    Of one that has ended nothing is expected.
    """
    if feed.ended_at is not None:
        return False
    return feed.state not in _GOOD or bool(feed.wrong) or bool(feed.drift) or is_refused(feed)


def worst_first(feeds: Iterable[Feed]) -> tuple[Feed, ...]:
    """Those that have to be looked at first, the worst of them first, and by name."""
    return tuple(sorted(feeds, key=lambda one: (not has_to_be_looked_at(one), _ORDER.index(one.state), one.name)))
