"""What each handover had to tell, against what it told.

A handover is scored by two questions. How much of what was due was told (completeness, and how early)? How much of
what was told was to the point (relevance)? What is due comes from the storylines and the written protocol, never from
the product.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchroom.demo.truth.scores import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A fact that a handover must tell.

    Attributes:
        post: of those who take over.
        handover: when they do, UTC.
        fact: its own name.
        about: what it is about: a life, place or incident, by the name that truth gives it.
        kind: item of the protocol, or `story`.
        known_at: when somebody first wrote it down, UTC; None: nobody did, so no product can tell it.
    """

    post: str
    handover: datetime
    fact: str
    about: str
    kind: str
    known_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a handover of the product put before its reader.

    Attributes:
        post: of the reader.
        handover: when, UTC.
        about: as in `Due`.
        kinds: items of the protocol that its reasons and words answer; none: it answers no item.
    """

    post: str
    handover: datetime
    about: str
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverScore:
    """How the handovers of a product did.

    Attributes:
        told: of the facts that were written down in time: told, and missed; and what was told beside the point.
        unwritten: facts that were due and that nobody had written down.
        by_kind: `told` for each item of the protocol.
        first_told: by how long after it became due a fact was first told, for each fact that was.
    """

    told: Score
    unwritten: int
    by_kind: Mapping[str, Score]
    first_told: tuple[timedelta, ...]


def score_handovers(due: Iterable[Due], told: Iterable[Told]) -> HandoverScore:
    """The score of what was told at handovers, over all of them.

    A fact counts as told where the handover names what it is about for a reason of its kind; told twice it counts once.
    What is told for no reason that is due there of whom or what it is about counts as beside the point, once for each
    reason.
    """
    said: dict[tuple[str, datetime, str], set[str]] = defaultdict(set)
    for one in told:
        said[one.post, one.handover, one.about] |= one.kinds or {"none"}
    wanted: dict[tuple[str, datetime, str], set[str]] = defaultdict(set)
    by_kind: dict[str, Score] = defaultdict(lambda: Score(right=0, wrong=0, missed=0))
    first_due: dict[str, datetime] = {}
    first_told: dict[str, datetime] = {}
    unwritten = 0
    for one in due:
        where = (one.post, one.handover, one.about)
        wanted[where].add(one.kind)
        if one.known_at is None or one.known_at > one.handover:
            unwritten += 1
            continue
        is_told = one.kind in said.get(where, ())
        by_kind[one.kind] += Score(right=int(is_told), wrong=0, missed=int(not is_told))
        first_due[one.fact] = min(one.handover, first_due.get(one.fact, one.handover))
        if is_told:
            first_told[one.fact] = min(one.handover, first_told.get(one.fact, one.handover))
    for where, kinds in said.items():
        for kind in kinds - wanted.get(where, set()):
            by_kind[kind] += Score(right=0, wrong=1, missed=0)
    return HandoverScore(
        told=sum(by_kind.values(), Score(right=0, wrong=0, missed=0)),
        unwritten=unwritten,
        by_kind=dict(by_kind),
        first_told=tuple(sorted(first_told[fact] - first_due[fact] for fact in first_told)),
    )
