"""Applies every rule to a person, orders people, and compares two instants."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from watchroom.priority.facts import PersonFacts
from watchroom.priority.reasons import Level, NextAction, Reason
from watchroom.priority.rules import RULES
from watchroom.priority.setting import Setting


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
        reasons: at least one, most urgent first.
        next_action: of the leading reason; what is merely timed later in the day does not push it aside.
    """

    facts: PersonFacts
    level: Level
    reasons: tuple[Reason, ...]
    next_action: NextAction


def attention(facts: PersonFacts, setting: Setting) -> Attention | None:
    """What puts this person before staff; None when no rule fires, which means *no listed item*, not safety."""
    found = [reason for rule in RULES for reason in rule.apply(facts, setting)]
    if not found:
        return None
    reasons = tuple(sorted((_marked_late(reason, setting) for reason in found), key=_urgency))
    level = reasons[0].level
    return Attention(facts=facts, level=level, reasons=reasons, next_action=reasons[0].next_action)


def in_order(people: Iterable[Attention]) -> Sequence[Attention]:
    """People, most urgent first: by level, soonest due, place, then id, so that the order is total."""
    return sorted(people, key=_rank)


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


def _urgency(reason: Reason) -> tuple[int, float, int, str]:
    due = reason.next_action.due
    return (reason.level.rank, _seconds(due), _POSITION[reason.code], reason.text.id)


_POSITION = {rule.code: position for position, rule in enumerate(RULES)}


def _rank(person: Attention) -> tuple[int, float, str, str]:
    due = min(_seconds(reason.next_action.due) for reason in person.reasons if reason.level is person.level)
    place = person.facts.place
    return (person.level.rank, due, "" if place is None else natural(place.path), person.facts.person_id)


def _seconds(due: datetime | None) -> float:
    return float("inf") if due is None else due.timestamp()


def natural(path: str) -> str:
    """A sort key for a place: its numbers count as numbers, so `1-9` comes before `1-10`."""
    return "-".join(part.rjust(6, "0") if part.isdigit() else part for part in path.split("-"))
