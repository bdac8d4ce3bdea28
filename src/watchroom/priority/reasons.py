"""What a rule gives: a reason with its level, its words, its source and the next action."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from watchroom.model.text import Text
from watchroom.priority.facts import Source, When


class Level(StrEnum):
    """How soon a person needs attention."""

    ACT_NOW = "act_now"
    THIS_SHIFT = "this_shift"
    WATCH = "watch"

    @property
    def rank(self) -> int:
        """0 is the most urgent."""
        return _RANKS[self]


_RANKS: Mapping[Level, int] = {Level.ACT_NOW: 0, Level.THIS_SHIFT: 1, Level.WATCH: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAction:
    """What staff do next.

    Attributes:
        text: the action, as an instruction.
        at: instant at which it is planned, UTC; None: no time.
        by: instant by which it has to be done at the latest, UTC; None: none is recorded.
    """

    text: Text
    at: datetime | None = None
    by: datetime | None = None

    @property
    def due(self) -> datetime | None:
        """The instant that orders it among others."""
        return self.by if self.by is not None else self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a person is put before staff.

    Attributes:
        code: of the rule that gave it.
        level: as this rule sees it; the person's level is the highest of all reasons.
        headline: the reason in two or three words.
        text: one sentence.
        when: since when, or that the date is unreliable or not recorded; None: the sentence says it.
        at, on: instant or day of the fact; None: unreliable or not recorded.
        source: where it comes from.
        next_action: what to do.
        is_late: the source is late or silent, so this may no longer be so.
    """

    code: str
    level: Level
    headline: Text
    text: Text
    source: Source
    next_action: NextAction
    when: Text | None = None
    at: datetime | None = None
    on: date | None = None
    is_late: bool = False


def said_when(when: When) -> Text:
    """Since when a fact holds, in words; says *date unreliable* where the source's date is only its default."""
    if not when.is_reliable:
        return Text("reason.when.unreliable")
    if when.at is not None:
        return Text("reason.when.at", {"at": when.at})
    if when.on is not None:
        return Text("reason.when.on", {"on": when.on})
    return Text("reason.when.not_recorded")


def reliable_at(when: When) -> datetime | None:
    """The instant of a fact, only where it is one."""
    return when.at if when.is_reliable else None


def reliable_on(when: When) -> date | None:
    """The day of a fact, only where it is one."""
    return when.on if when.is_reliable else None
