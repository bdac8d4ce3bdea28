"""What the page about one's own work shows, every word ready. Nobody is named who only did their duty."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from watchroom.audit.own_work import HELD_FOR, Covered, OwnEntry, OwnWork, ToldReview
from watchroom.governance.looks.rules import ranked
from watchroom.governance.looks.show import act_words, span_words
from watchroom.governance.my_work.build import DAYS
from watchroom.model.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A heading, a sentence, and rows of words; `none_told` stands in the place of rows."""

    key: str
    title: str
    note: str
    heads: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    none_told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MyWorkPage:
    """The page: what was done, by day and one by one, who has looked at it, what was reviewed, what the rights are."""

    title: str
    sentence: str
    over: Table
    reviews: Table
    days: Table
    mine: Table
    rights_title: str
    rights: tuple[str, ...]


def my_work_page(work: OwnWork, words: Words) -> MyWorkPage:
    """The page in the language of `words`."""
    phrase = words.phrase
    return MyWorkPage(
        title=phrase("work.title"),
        sentence=_reach(work, words),
        over=_over(work, words),
        reviews=_reviews(work, words),
        days=_days(work, words),
        mine=_mine(work, words),
        rights_title=phrase("work.rights.title"),
        rights=tuple(phrase(f"work.rights.{number}") for number in (1, 2, 3)),
    )


def _reach(work: OwnWork, words: Words) -> str:
    if work.reaches_back is None:
        return words.phrase("work.sentence", days=DAYS)
    return words.phrase("work.sentence.cut", since=words.instant(work.reaches_back))


def _over(work: OwnWork, words: Words) -> Table:
    phrase = words.phrase
    both = [(one, "reading") for one in work.readings] + [(one, "export") for one in work.exports]
    in_order = sorted(both, key=lambda pair: str(pair[0].header["machine_at"]), reverse=True)
    return Table(
        key="over",
        title=phrase("work.over.title"),
        note=phrase("work.over.held", days=HELD_FOR.days),
        heads=tuple(phrase(f"work.over.head.{head}") for head in ("when", "who", "what", "count")),
        lines=tuple(_covered(one, kind, words=words) for one, kind in in_order),
        none_told=phrase("work.over.none"),
    )


def _covered(one: Covered, kind: str, *, words: Words) -> tuple[str, ...]:
    header = one.header
    return (
        words.day(datetime.fromisoformat(header["machine_at"]).astimezone(words.zone).date(), "day"),
        words.phrase("work.over.by", role=_roles(header, words), organisation=str(header.get("organisation") or "")),
        words.phrase(f"work.over.{kind}"),
        str(one.count),
    )


def _roles(header: Mapping[str, Any], words: Words) -> str:
    roles = [words.phrase(f"role.{role}") for role in str(header.get("role") or "").split("+") if role]
    return ", ".join(roles) or words.phrase("subject.by.no_role")


def _reviews(work: OwnWork, words: Words) -> Table:
    phrase = words.phrase
    return Table(
        key="reviews",
        title=phrase("work.reviews.title"),
        note=phrase("work.reviews.note"),
        heads=tuple(phrase(f"work.reviews.head.{head}") for head in ("looks", "why", "outcome", "when")),
        lines=tuple(_review(one, words) for one in work.reviews),
        none_told=phrase("work.reviews.none"),
    )


def _review(one: ToldReview, words: Words) -> tuple[str, ...]:
    phrase = words.phrase
    return (
        span_words(one.first_at, one.last_at, words),
        "; ".join(phrase(f"looks.reason.{reason}") for reason in ranked(one.reasons)),
        phrase(f"looks.outcome.{one.outcome}"),
        words.day(one.decided_at.astimezone(words.zone).date(), "day"),
    )


def _days(work: OwnWork, words: Words) -> Table:
    phrase = words.phrase
    return Table(
        key="days",
        title=phrase("work.days.title"),
        note="",
        heads=tuple(phrase(f"work.days.{head}") for head in ("day", "what", "count")),
        lines=tuple(
            (words.day(date.fromisoformat(one.day), "day"), phrase(f"work.act.{one.act}"), str(one.count))
            for one in work.days
        ),
        none_told=phrase("work.mine.none"),
    )


def _mine(work: OwnWork, words: Words) -> Table:
    phrase = words.phrase
    heads = ("when", "what", "purpose", "people")
    return Table(
        key="mine",
        title=phrase("work.mine.title"),
        note=phrase("work.mine.more", shown=len(work.latest)) if work.latest else "",
        heads=tuple(phrase(f"work.mine.head.{head}") for head in heads),
        lines=tuple(_entry(one, words) for one in work.latest),
        none_told=phrase("work.mine.none"),
    )


def _entry(one: OwnEntry, words: Words) -> tuple[str, ...]:
    phrase, header = words.phrase, one.header
    purpose = header.get("purpose")
    return (
        words.instant(datetime.fromisoformat(header["at"]), "short"),
        act_words(header, words),
        phrase("work.mine.no_purpose") if purpose is None else phrase(f"purpose.{purpose}"),
        phrase("work.mine.erased") if one.people is None else str(one.people),
    )
