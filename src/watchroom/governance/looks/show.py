"""What the queue of looks shows, every word ready. Cases come with their reasons, never with a number for suspicion."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from watchroom.audit.entries import Act
from watchroom.audit.look_records import Case
from watchroom.governance.looks.build import LookQueue
from watchroom.governance.looks.rules import BUDGET, ranked
from watchroom.model.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """One case of the queue."""

    id: str
    account: str
    of_whom: str
    when: str
    reasons: tuple[str, ...]
    open_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrecisionLine:
    """Of one reason, how many decided cases, and what became of them."""

    reason: str
    decided: int
    followed_up: int
    explained: int
    no_concern: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """The queue. `done` is said after a decision; `kept` tells what the weekly limit keeps back, by reason."""

    title: str
    sentence: str
    done: str | None
    reviewed: str
    is_reviewed: bool
    heads: tuple[str, ...]
    lines: tuple[QueueLine, ...]
    none_waits: str
    own: str
    budget: str
    kept_title: str
    kept: tuple[str, ...]
    precision_title: str
    precision_note: str
    precision_heads: tuple[str, ...]
    precision: tuple[PrecisionLine, ...]


def queue_page(queue_found: LookQueue, words: Words, *, done: bool = False, found: bool = False) -> QueuePage:
    """The page of a queue; `done`: something was decided just now, `found`: the log was looked through just now."""
    phrase, queue = words.phrase, queue_found.queue
    told = phrase("looks.found") if found else None
    kept = [f"{phrase(f'looks.reason.{reason}')}: {number}" for reason, number in queue.kept_by_reason.items()]
    total = [phrase("looks.kept_back", count=queue.kept_back)] if queue.kept_back else []
    is_reviewed = queue_found.reviewed_at is not None
    return QueuePage(
        title=phrase("looks.title"),
        sentence=phrase("looks.sentence"),
        done=phrase("looks.done") if done else told,
        reviewed=phrase("looks.reviewed", at=queue_found.reviewed_at)
        if is_reviewed
        else phrase("looks.never_reviewed"),
        is_reviewed=is_reviewed,
        heads=tuple(phrase(f"looks.head.{head}") for head in ("who", "at", "when", "reasons")),
        lines=tuple(_queue_line(case, words) for case in queue.cases),
        none_waits=phrase("looks.none") if is_reviewed else "",
        own=phrase("looks.own"),
        budget=phrase("looks.budget", budget=BUDGET, count=queue_found.decided),
        kept_title=phrase("looks.kept_back.title"),
        kept=(*total, *kept),
        precision_title=phrase("looks.precision.title"),
        precision_note=phrase("looks.precision.sentence" if queue_found.precision else "looks.precision.none"),
        precision_heads=tuple(
            phrase(f"looks.precision.{head}")
            for head in ("reason", "decided", "followed_up", "explained", "no_concern")
        ),
        precision=tuple(
            PrecisionLine(
                reason=phrase(f"looks.reason.{one.reason}"),
                decided=one.decided,
                followed_up=one.followed_up,
                explained=one.explained,
                no_concern=one.no_concern,
            )
            for one in queue_found.precision
        ),
    )


def _queue_line(case: Case, words: Words) -> QueueLine:
    phrase = words.phrase
    of_whom = "looks.of_many" if case.person_id is None else "looks.of_one"
    return QueueLine(
        id=str(case.id),
        account=case.account,
        of_whom=phrase(of_whom, count=case.looks),
        when=span_words(case.first_at, case.last_at, words),
        reasons=tuple(phrase(f"looks.reason.{reason}") for reason in ranked(case.reasons)),
        open_text=phrase("looks.open", account=case.account),
    )


def span_words(first: datetime, last: datetime, words: Words) -> str:
    """From when to when; once where it reads the same."""
    if words.instant(first, "short") == words.instant(last, "short"):
        return words.phrase("looks.on", first=first)
    return words.phrase("looks.from_to", first=first, last=last)


# What was done says all of it: to an account, to access, a key or a glass, or with what was asked for.
SAYS_ALL: Final = frozenset(
    {
        *(Act.SIGN_IN, Act.SIGN_IN_REFUSED, Act.SIGN_OUT, Act.ACCOUNT, Act.POLICY_CHANGE, Act.KEY_ROTATION),
        *(Act.BACKUP, Act.RESTORE, Act.SETTINGS, Act.ASK, Act.ANSWER, Act.WITHDRAW, Act.END),
        *(Act.GLASS_BREAK, Act.GLASS_CLOSE, Act.GLASS_REVIEW, Act.UNSENT),
    }
)


def act_words(header: Mapping[str, Any], words: Words) -> str:
    """What an entry says was done, and about what."""
    act = words.phrase(f"work.act.{header['act']}")
    thing = "" if header["act"] in SAYS_ALL else thing_words(header.get("entity"), words)
    return words.phrase("access.what", act=act, about=thing) if thing else act


def thing_words(thing: str | None, words: Words) -> str:
    """What an entry is about, as people say it; empty where it is about nothing in particular."""
    if thing is None:
        return ""
    own = f"work.thing.{thing}"
    if words.knows(own):
        return words.phrase(own)
    if words.knows(f"record.{thing}"):
        return words.phrase(f"record.{thing}")
    return words.phrase("work.thing.record", entity=thing.replace("_", " "))


def queue_document(found: LookQueue, words: Words) -> dict[str, object]:
    """The queue as a command gives it."""
    queue = found.queue
    return {
        "reviewed_at": found.reviewed_at,
        "cases": [
            {
                "case": str(case.id),
                "account": case.account,
                "person": None if case.person_id is None else str(case.person_id),
                "looks": case.looks,
                "first_at": case.first_at,
                "last_at": case.last_at,
                "reasons": [
                    {"code": reason.value, "text": words.phrase(f"looks.reason.{reason}")}
                    for reason in ranked(case.reasons)
                ],
            }
            for case in queue.cases
        ],
        "kept_back": queue.kept_back,
        "kept_by_reason": {reason.value: number for reason, number in queue.kept_by_reason.items()},
        "precision": [
            {
                "reason": one.reason.value,
                "decided": one.decided,
                "followed_up": one.followed_up,
                "explained": one.explained,
                "no_concern": one.no_concern,
            }
            for one in found.precision
        ],
    }
