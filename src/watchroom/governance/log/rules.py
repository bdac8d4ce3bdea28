"""What an officer typed on the page of the log, read strictly. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from watchroom.audit.entries import Act

MOST_OF_A_REASON = 500
_LONGEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What was typed into the search. `wrong`: fields that cannot be read."""

    actor: str = ""
    act: str = ""
    agreement: str = ""
    day: str = ""
    wrong: frozenset[str] = frozenset()

    @property
    def on(self) -> date | None:
        """The day that is sought; None: any."""
        return day_in(self.day)


def sought_in(form: Mapping[str, str]) -> Sought:
    """The search that a form holds."""
    typed = {name: form.get(name, "").strip()[:_LONGEST] for name in ("actor", "act", "agreement", "day")}
    wrong = set[str]()
    if typed["day"] and day_in(typed["day"]) is None:
        wrong.add("day")
    if typed["act"] and typed["act"] not in set(Act):
        wrong.add("act")
    return Sought(**typed, wrong=frozenset(wrong))


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days of an export as they were typed, both included. `wrong`: fields that cannot be read or are not ticked."""

    since: str = ""
    until: str = ""
    wrong: frozenset[str] = frozenset()

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day; None where one cannot be read."""
        first, last = day_in(self.since), day_in(self.until)
        return None if first is None or last is None else (first, last)


def period_in(form: Mapping[str, str]) -> Period:
    """The days that a form of an export holds."""
    since, until = form.get("since", "").strip()[:10], form.get("until", "").strip()[:10]
    first, last = day_in(since), day_in(until)
    wrong = {name for name, day in (("since", first), ("until", last)) if day is None}
    if first is not None and last is not None and last < first:
        wrong.add("until")
    if form.get("confirm") != "yes":
        wrong.add("confirm")
    return Period(since=since, until=until, wrong=frozenset(wrong))


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasing:
    """Which bodies are to be erased, as it was typed. `wrong`: fields that cannot be read or are not ticked."""

    first: str = ""
    last: str = ""
    reason: str = ""
    wrong: frozenset[str] = frozenset()


def erasing_in(form: Mapping[str, str], *, size: int) -> Erasing:
    """The erasure that a form holds, of a log of so many entries."""
    typed = {name: form.get(name, "").strip() for name in ("first", "last", "reason")}
    first, last = (index_in(typed[name], size=size) for name in ("first", "last"))
    wrong = {name for name, index in (("first", first), ("last", last)) if index is None}
    if first is not None and last is not None and last < first:
        wrong.add("last")
    if not 0 < len(typed["reason"]) <= MOST_OF_A_REASON:
        wrong.add("reason")
    if form.get("erase_confirm") != "yes":
        wrong.add("erase_confirm")
    return Erasing(**typed, wrong=frozenset(wrong))


def index_in(text: str, *, size: int) -> int | None:
    """The entry that a text names; None where a log of so many entries has none of it."""
    is_number = text.isascii() and text.isdigit() and len(text) <= 18
    return int(text) if is_number and int(text) < size else None


def day_in(text: str) -> date | None:
    """The day of a text such as `2026-07-24`; None where it is none."""
    try:
        named = date.fromisoformat(text)
    except ValueError:
        return None
    return named if 1970 <= named.year <= 9998 else None
