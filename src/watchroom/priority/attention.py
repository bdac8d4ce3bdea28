"""Applies every rule to a person, orders people, and compares two instants."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from watchroom.priority.extent import Extent
from watchroom.priority.facts import PersonFacts
from watchroom.priority.reasons import Level, NextAction, Reason
from watchroom.priority.rules import RULES, Rule
from watchroom.priority.setting import Setting

K = TypeVar("K")


class Turn(StrEnum):
    """How a person's need for attention compares with an earlier instant."""

    NEW = "new"
    WORSE = "worse"
    BETTER = "better"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """One person who needs attention.

    Attributes:
        level: the most urgent of the reasons.
        reasons: at least one; by level, then by the weight of the rule, then by what is due first.
        next_action: of the leading reason; what is merely timed later in the day does not push it aside.
    """

    facts: PersonFacts
    level: Level
    reasons: tuple[Reason, ...]
    next_action: NextAction

    @property
    def due(self) -> datetime | None:
        """When the first of the reasons of the person's own level is due, UTC; None: none of them has a time."""
        times = [reason.next_action.due for reason in self.reasons if reason.level is self.level]
        return min((at for at in times if at is not None), default=None)


def attention(facts: PersonFacts, setting: Setting) -> Attention | None:
    """What puts this person before staff; None when no rule fires, which means *no listed item*, not safety.

    A rule whose inputs the asker may not see is not applied: what is withheld is no finding, and `setting.extents`
    says of which rules the silence means nothing.
    """
    return _attention(facts, setting, rules=_applicable(setting))


def attentions(people: Mapping[K, PersonFacts], setting: Setting) -> dict[K, Attention]:
    """The same for many people: those among them whom a rule puts before staff."""
    rules = _applicable(setting)
    found = ((key, _attention(facts, setting, rules=rules)) for key, facts in people.items())
    return {key: one for key, one in found if one is not None}


def _attention(facts: PersonFacts, setting: Setting, *, rules: Sequence[Rule]) -> Attention | None:
    found = [reason for rule in rules for reason in rule.apply(facts, setting)]
    if not found:
        return None
    reasons = tuple(sorted((_marked_late(reason, setting) for reason in found), key=_urgency))
    level = reasons[0].level
    return Attention(facts=facts, level=level, reasons=reasons, next_action=reasons[0].next_action)


def without_sources(one: Attention, gone: frozenset[str]) -> Attention | None:
    """The same person by what other sources say of them alone; None: they give no reason."""
    kept = tuple(reason for reason in one.reasons if reason.source.system not in gone)
    if len(kept) == len(one.reasons):
        return one
    return replace(one, reasons=kept, level=kept[0].level, next_action=kept[0].next_action) if kept else None


def in_order(people: Iterable[Attention], turns: Mapping[str, Turn] | None = None) -> Sequence[Attention]:
    """People in the order in which staff read them. The order is total.

    By level; within it what changed before what did not (new, worse, better, same); then by the weight of the
    leading reason, which is the order of the rules; by what is due first; by place; by id.

    Args:
        people: in any order.
        turns: by id of the person; who is not named counts as unchanged.
    """
    return sorted(people, key=lambda one: _rank(one, (turns or {}).get(one.facts.person_id, Turn.SAME)))


def turn(now: Attention, before: Attention | None) -> Turn:
    """How `now` compares with the same person's attention at an earlier instant (None: there was none).

    Worse: a higher level, or the same level with one more reason of that level. Better: a lower level, or the
    same level with such a reason gone and none added. A visit that comes up for somebody under an open plan
    makes nothing worse.
    """
    if before is None:
        return Turn.NEW
    if now.level is not before.level:
        return Turn.WORSE if now.level.rank < before.level.rank else Turn.BETTER
    here, there = _leading(now), _leading(before)
    if here - there:
        return Turn.WORSE
    return Turn.BETTER if there - here else Turn.SAME


def _leading(person: Attention) -> frozenset[str]:
    return frozenset(reason.code for reason in person.reasons if reason.level is person.level)


def _marked_late(reason: Reason, setting: Setting) -> Reason:
    return replace(reason, is_late=True) if reason.source.system in setting.late_sources else reason


def _applicable(setting: Setting) -> Sequence[Rule]:
    return [rule for rule in RULES if _applies(rule, setting)]


def _applies(rule: Rule, setting: Setting) -> bool:
    if rule.known_by(setting.codes) is False:
        # What is not known here is no finding, and neither is what then seems to be missing.
        return False
    extent = setting.extent_of(rule.code)
    if extent in (Extent.NOT_AVAILABLE, Extent.NOT_KNOWN_HERE):
        return False
    # INVARIANT: a rule that fires where something is missing may not take a file that did not come for that.
    return not (extent is Extent.NOT_DELIVERED and rule.fires_on_absence)


def _urgency(reason: Reason) -> tuple[int, int, float, str]:
    return (reason.level.rank, _WEIGHTS[reason.code], _seconds(reason.next_action.due), reason.text.id)


_WEIGHTS = {rule.code: position for position, rule in enumerate(RULES)}
_TURNS = {Turn.NEW: 0, Turn.WORSE: 1, Turn.BETTER: 2, Turn.SAME: 3}


def _rank(person: Attention, turned: Turn) -> tuple[int, int, int, float, str, str]:
    place = person.facts.place
    return (
        person.level.rank,
        _TURNS[turned],
        _WEIGHTS[person.reasons[0].code],
        _seconds(person.due),
        "" if place is None else natural(place.path),
        person.facts.person_id,
    )


def _seconds(due: datetime | None) -> float:
    return float("inf") if due is None else due.timestamp()


# The places of a large prison; a briefing asks for each of its own several times.
@lru_cache(maxsize=4096)
def natural(path: str) -> str:
    """A sort key for a place: its numbers count as numbers, so `1-9` comes before `1-10`."""
    return "-".join(part.rjust(6, "0") if part.isdigit() else part for part in path.split("-"))
