"""Which looks at people stand out, for which reasons, and in which order a reviewer is shown them. Pure.

A reason is a fact in words, never a number that stands for suspicion: cases are ordered by which reasons hold, in the
order that is declared here, then by how many. No look is found wrong by a rule. People decide.

What is no look: the handover of a post and the choice of one show a whole wing, and whoever is on duty there has to
read it. The log names their act (`brief`, `posts`), so they are told apart by what was asked and not by how much. A
list of more than three people is none either. What is read of the log about one person is a look like any other.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from watchroom.audit.look_records import Case, CaseLook, Found, KnownCase
from watchroom.gate.look_facts import Bounds, LookFacts

# For so long the reasons of a case that was explained raise no other one about the same two people.
SETTLED: Final = timedelta(days=180)
BOUNDS: Final = Bounds(
    grace_hours=72, margin_minutes=45, news_hours=72, burst_people=12, burst_times=3, settled=SETTLED
)
# A name that more people of the record carry is no reason by itself.
MOST_CARRIERS: Final = 5
# Looks without a relation and without an event, on so many days.
REPEATED_DAYS: Final = 3
# At most so many cases a week are put before reviewers; the others are counted.
BUDGET: Final = 20
WEEK: Final = timedelta(days=7)


class Reason(StrEnum):
    """Why a look stands out, in the order of their rank."""

    SAME_POSTCODE = "same_postcode"
    COLLEAGUE = "colleague"
    RESTRICTED = "restricted"
    SAME_NAME = "same_name"
    REPEATED = "repeated"
    BURST = "burst"
    NO_RELATION = "no_relation"
    MAYBE_COVER = "maybe_cover"
    AFTER_TRANSFER = "after_transfer"
    OFF_ROTA = "off_rota"
    COMMON_NAME = "common_name"


class Outcome(StrEnum):
    """What a reviewer found."""

    FOLLOWED_UP = "followed_up"
    EXPLAINED = "explained"
    NO_CONCERN = "no_concern"


RANK: Final[Mapping[Reason, int]] = {reason: place for place, reason in enumerate(Reason, start=1)}
# These are put before a reviewer only beside another reason: each has an ordinary cause far more often than not.
BESIDE: Final = frozenset({Reason.MAYBE_COVER, Reason.AFTER_TRANSFER, Reason.OFF_ROTA, Reason.COMMON_NAME})


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look with the reasons that hold for it."""

    facts: LookFacts
    reasons: frozenset[Reason]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What is put before a reviewer, in order; `kept_back`: how many cases the budget keeps back, by reason."""

    cases: tuple[Case, ...]
    kept_back: int
    kept_by_reason: Mapping[Reason, int]
    budget_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """Of the decided cases with a reason, how many had each outcome."""

    reason: Reason
    decided: int
    followed_up: int
    explained: int
    no_concern: int


def reasons_of(facts: LookFacts) -> frozenset[Reason]:
    """The reasons that hold for one look by itself."""
    found: set[Reason] = set()
    if facts.is_neighbour:
        found.add(Reason.SAME_POSTCODE)
    if facts.is_restricted:
        found.add(Reason.RESTRICTED)
    if facts.is_present_name is not None:
        is_common = facts.carriers is not None and facts.carriers > MOST_CARRIERS
        found.add(Reason.COMMON_NAME if is_common else Reason.SAME_NAME)
    if facts.burst_people is not None:
        found.add(Reason.BURST)
    if is_without_cause(facts):
        found.add(_without_relation(facts))
        if facts.is_colleague:
            found.add(Reason.COLLEAGUE)
    if facts.has_rota and not facts.is_on_rota:
        found.add(Reason.OFF_ROTA)
    return frozenset(found)


def _without_relation(facts: LookFacts) -> Reason:
    """Which reason it is that no relation stood. Without a rota nobody can tell cover on another wing from a look."""
    if facts.last_at is not None:
        return Reason.AFTER_TRANSFER
    return Reason.MAYBE_COVER if facts.is_here and not facts.has_rota else Reason.NO_RELATION


def is_without_cause(facts: LookFacts) -> bool:
    """Whether no relation stood then, and nothing had happened at the look's own establishment that explains it.

    After a death in custody everybody looks: an event explains a look there, and at no other place.
    """
    if not facts.has_place:
        return False
    grace = timedelta(hours=BOUNDS.grace_hours)
    is_related = facts.last_at is not None and facts.last_at >= facts.at - grace
    return not is_related and not (facts.is_here and facts.has_news)


def looks_of(facts: Iterable[LookFacts]) -> list[Look]:
    """The looks with their reasons, those that hold only for several of them included."""
    every = list(facts)
    days: dict[tuple[str, UUID], set[object]] = defaultdict(set)
    for one in every:
        if is_without_cause(one):
            days[one.account, one.person_id].add(one.at.date())
    looks: list[Look] = []
    for one in every:
        reasons = reasons_of(one)
        is_repeated = len(days.get((one.account, one.person_id), ())) >= REPEATED_DAYS
        if is_repeated and is_without_cause(one):
            reasons |= {Reason.REPEATED}
        looks.append(Look(facts=one, reasons=reasons))
    return looks


def is_enough(reasons: Iterable[Reason]) -> bool:
    """Whether reasons put a case before a reviewer: one that stands alone, or two that do not."""
    held = set(reasons)
    return bool(held - BESIDE) or len(held) > 1


def cases_of(
    looks: Iterable[Look], *, known: Sequence[KnownCase], now: datetime, new_id: Callable[[], UUID]
) -> list[Found]:
    """The cases to keep: for each account and person those looks that stand out, and for each burst its own.

    Args:
        looks: with their reasons.
        known: the cases that there are. A look that a decided case covers raises no other one; reasons that a person
            settled do not count for the same two again for a while.
        now: machine instant.
        new_id: gives a fresh id.
    """
    of_pair: dict[tuple[str, UUID | None], list[Look]] = defaultdict(list)
    for look in looks:
        facts = look.facts
        if Reason.BURST in look.reasons:
            of_pair[facts.account, None].append(Look(facts=facts, reasons=frozenset({Reason.BURST})))
        own = look.reasons - {Reason.BURST}
        if own:
            of_pair[facts.account, facts.person_id].append(Look(facts=facts, reasons=own))
    before: dict[tuple[str, UUID | None], list[KnownCase]] = defaultdict(list)
    for case in known:
        before[case.account, case.person_id].append(case)
    found: list[Found] = []
    for pair, seen in of_pair.items():
        kept = _new_in(seen, before[pair], now=now)
        if not is_enough(reason for look in kept for reason in look.reasons):
            continue
        waiting = next((case for case in before[pair] if case.decided_at is None), None)
        found.append(
            Found(
                id=new_id() if waiting is None else waiting.id,
                is_new=waiting is None,
                account=pair[0],
                person_id=pair[1],
                looks=tuple(_as_kept(look) for look in kept),
            )
        )
    return found


def _new_in(looks: Sequence[Look], before: Sequence[KnownCase], *, now: datetime) -> list[Look]:
    covered = max((case.last_index for case in before if case.decided_at is not None), default=-1)
    settled = {
        reason
        for case in before
        if case.outcome in (Outcome.EXPLAINED, Outcome.NO_CONCERN)
        and case.decided_at is not None
        and case.decided_at >= now - SETTLED
        for reason in case.reasons
    }
    kept = [
        Look(facts=look.facts, reasons=frozenset(one for one in look.reasons if one.value not in settled))
        for look in looks
        if look.facts.index > covered
    ]
    return [look for look in kept if look.reasons]


def _as_kept(look: Look) -> CaseLook:
    facts = look.facts
    told = {
        "carriers": facts.carriers,
        "is_present_name": facts.is_present_name,
        "last_on": None if facts.last_at is None else facts.last_at.date().isoformat(),
        "people": facts.burst_people,
        "usual": facts.burst_usual,
        "was_shown": facts.was_shown,
        "has_rota": facts.has_rota,
    }
    return CaseLook(
        index=facts.index,
        at=facts.at,
        reasons=tuple(sorted(look.reasons, key=RANK.__getitem__)),
        facts={name: fact for name, fact in told.items() if fact is not None},
    )


def ranked(reasons: Iterable[str]) -> tuple[Reason, ...]:
    """Reasons in the order of their rank; one that a later version named is left out."""
    held = set(reasons)
    return tuple(reason for reason in Reason if reason.value in held)


def order_of(case: Case) -> tuple[object, ...]:
    """By the first of its reasons, then how many hold, then how many looks, then the earliest."""
    reasons = ranked(case.reasons)
    best = RANK[reasons[0]] if reasons else len(RANK) + 1
    return (best, -len(reasons), -case.looks, case.first_at, case.id)


def queue_of(cases: Iterable[Case], *, decided: int) -> Queue:
    """The cases that are put before a reviewer now.

    Args:
        cases: that wait.
        decided: how many were decided within the last week; they count into its budget.
    """
    in_order = sorted(cases, key=order_of)
    left = max(0, BUDGET - decided)
    kept = in_order[left:]
    return Queue(
        cases=tuple(in_order[:left]),
        kept_back=len(kept),
        kept_by_reason={
            reason: number for reason in Reason if (number := sum(reason.value in case.reasons for case in kept))
        },
        budget_left=left,
    )


def precision_of(outcomes: Mapping[tuple[str, str], int]) -> tuple[Precision, ...]:
    """For each reason with a decided case, what became of those; in the order of rank."""
    found: list[Precision] = []
    for reason in Reason:
        of = {outcome: outcomes.get((reason.value, outcome.value), 0) for outcome in Outcome}
        if decided := sum(of.values()):
            found.append(
                Precision(
                    reason=reason,
                    decided=decided,
                    followed_up=of[Outcome.FOLLOWED_UP],
                    explained=of[Outcome.EXPLAINED],
                    no_concern=of[Outcome.NO_CONCERN],
                )
            )
    return tuple(found)
