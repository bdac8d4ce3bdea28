"""What the page of one source is made of. Pure."""

from dataclasses import dataclass
from uuid import UUID

from watchroom.governance.feeds.rules import Feed
from watchroom.ingest.history import BatchKept, IssueCount, SetAside, TryKept

BATCHES_A_PAGE = 10
TRIES_A_PAGE = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLooked:
    """One source.

    Attributes:
        batches: its deliveries, the newest first, from a place on.
        more: of the last one of them, where there are older ones; None: there are none.
        issues: of its last delivery, by kind, the gravest first.
        tries: the last tries to fetch from it, the newest first.
        set_aside: posts of it that nobody could read.
    """

    feed: Feed
    batches: tuple[BatchKept, ...]
    more: UUID | None
    issues: tuple[IssueCount, ...]
    tries: tuple[TryKept, ...]
    set_aside: SetAside
