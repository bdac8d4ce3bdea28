"""What the page of all sources shows, every word ready."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from watchroom.governance.feeds.rules import Feed, KeptUp, Load, has_to_be_looked_at, is_refused, worst_first
from watchroom.ingest.history import BatchKept
from watchroom.model.words import Words

_TONES = {
    "fresh": "fresh",
    "late": "late",
    "unjudged": "unjudged",
    "silent": "silent",
    "unreachable": "silent",
    "held": "late",
    "refused": "silent",
    "ended": "empty",
}


STOPPED = "StoppedError"
"""The kind of fault in which what somebody stopped ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The counts of one delivery; `quarantined_many`: rows were held back."""

    new: str
    changed: str
    ended: str
    quarantined: str
    quarantined_many: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLine:
    """One source.

    Attributes:
        path: of its page.
        figures: of its last delivery; None: there was none.
        notes: what is wrong, and what it does not give as it did.
        load: how far what is being taken has come; empty: nothing is.
    """

    name: str
    path: str
    kind: str
    state: str
    tone: str
    every: str
    as_of: str
    heard: str
    last: str
    figures: Figures | None
    notes: tuple[str, ...]
    load: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptUpLine:
    """One step of what the node does by itself. `note` says that it failed the last time; empty: it did not."""

    what: str
    done: str
    tone: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedsPage:
    """All sources, and what the node does by itself.

    Attributes:
        finding: in one sentence how many sources have to be looked at.
        upkeep_heads, upkeep: what the node does by itself, and when each of it was last done.
    """

    title: str
    finding: str
    tone: str
    heads: tuple[str, ...]
    figure_heads: tuple[str, ...]
    lines: tuple[FeedLine, ...]
    upkeep_heads: tuple[str, ...]
    upkeep: tuple[KeptUpLine, ...]


def feeds_page(feeds: Sequence[Feed], words: Words, *, upkeep: Sequence[KeptUp]) -> FeedsPage:
    """The page in the language of `words`."""
    wrong = sum(has_to_be_looked_at(feed) for feed in feeds)
    return FeedsPage(
        title=words.phrase("feeds.title"),
        finding=words.phrase("feeds.finding", count=wrong, of=len(feeds)) if wrong else words.phrase("feeds.well"),
        tone="late" if wrong else "fresh",
        heads=tuple(words.phrase(f"feeds.head.{head}") for head in ("source", "state", "heard", "last")),
        figure_heads=figure_heads(words),
        lines=tuple(feed_line(feed, words) for feed in worst_first(feeds)),
        upkeep_heads=tuple(words.phrase(f"feeds.upkeep.head.{head}") for head in ("step", "done")),
        upkeep=tuple(_kept_up(one, words) for one in upkeep),
    )


def _kept_up(step: KeptUp, words: Words) -> KeptUpLine:
    fault = step.fault and words.phrase("feeds.upkeep.fault", at=step.failed_at, fault=step.fault)
    return KeptUpLine(
        what=words.phrase(f"feeds.upkeep.{step.name}"),
        done=instant_in_words(step.done_at, words) or words.phrase("feeds.upkeep.not_yet"),
        tone="late" if fault else "unjudged" if step.done_at is None else "fresh",
        note=fault,
    )


def figure_heads(words: Words) -> tuple[str, ...]:
    """The heads over the counts of a delivery."""
    return tuple(words.phrase(f"feeds.head.{head}") for head in ("new", "changed", "ended", "quarantined"))


def feed_line(feed: Feed, words: Words) -> FeedLine:
    """One source in words."""
    return FeedLine(
        name=feed.name,
        path=f"/sources/{quote(feed.name, safe='')}",
        kind=kind_in_words(feed, words),
        state=words.phrase(f"feeds.state.{feed.state}"),
        tone=_TONES[feed.state],
        every=every_in_words(feed, words),
        as_of="" if feed.as_of is None else words.phrase("feeds.as_of", at=feed.as_of),
        heard=instant_in_words(feed.heard_at, words) or words.phrase("feeds.never"),
        last=batch_in_words(feed.last, words),
        figures=None if feed.last is None else figures_of(feed.last),
        notes=_notes(feed, words),
        load=load_in_words(feed.load, words),
    )


def kind_in_words(feed: Feed, words: Words) -> str:
    """How it is reached, and what reads it."""
    return words.phrase("feeds.kind", kind=words.phrase(f"feeds.kind.{feed.kind}"), mapping=feed.mapping)


def every_in_words(feed: Feed, words: Words) -> str:
    """How often it was agreed to deliver."""
    if feed.ended_at is not None:
        return words.phrase("feeds.every.ended")
    if feed.every_seconds is None:
        return words.phrase("feeds.every.none")
    return words.phrase("feeds.every", age=words.age(feed.every_seconds))


def batch_in_words(batch: BatchKept | None, words: Words) -> str:
    """When a delivery was taken, and whether it was; empty where there is none."""
    if batch is None:
        return words.phrase("feeds.batch.none")
    return words.phrase(f"feeds.batch.{batch.status}", at=batch.finished_at or batch.started_at)


def figures_of(batch: BatchKept) -> Figures:
    """The counts of a delivery; of one that was refused nothing is in the record, so its counts are none."""
    numbers = (batch.new, batch.changed, batch.ended) if batch.status == "sealed" else (None, None, None)
    new, changed, ended = ("-" if number is None else f"{number:,}" for number in numbers)
    held = batch.quarantined
    return Figures(
        new=new,
        changed=changed,
        ended=ended,
        quarantined="-" if held is None else f"{held:,}",
        quarantined_many=bool(held),
    )


def load_in_words(load: Load | None, words: Words) -> str:
    """How far what is being taken has come, or that it did not come to its end; empty: nothing is being taken."""
    if load is None:
        return ""
    if load.fault == STOPPED and load.began_at is not None:
        return words.phrase("feeds.load.stopped", at=load.began_at)
    if load.fault and load.began_at is not None:
        return words.phrase("feeds.load.fault", at=load.began_at, fault=load.fault)
    step = load.step
    if step is not None and step.what == "fetch" and step.rows:
        return words.phrase("feeds.load.fetch", size=size_in_words(step.rows))
    if step is None or not step.name:
        return words.phrase("feeds.load.begun")
    rows = words.phrase("feeds.load.rows", count=step.rows)
    name = step.name.replace("_", " ") if step.of and step.what != "replay" else step.name
    if not step.of:
        return words.phrase("feeds.load.read", name=name, rows=rows)
    return words.phrase(f"feeds.load.{step.what}", done=step.done, of=step.of, name=name, rows=rows)


def size_in_words(size: int) -> str:
    """Bytes as people read them.

    >>> size_in_words(900), size_in_words(2_500_000)
    ('900 B', '2.5 MB')
    """
    for unit, many in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= many:
            return f"{size / many:.1f} {unit}"
    return f"{size} B"


def instant_in_words(at: datetime | None, words: Words) -> str:
    """An instant with its day and year; empty where there is none."""
    return "" if at is None else words.instant(at, "")


def _notes(feed: Feed, words: Words) -> tuple[str, ...]:
    if feed.ended_at is not None:
        return (words.phrase("feeds.ended", at=feed.ended_at),)
    notes: list[str] = []
    if is_refused(feed) and feed.last is not None:
        notes.append(words.phrase("feeds.refused", at=feed.last.finished_at or feed.last.started_at))
    elif feed.wrong:
        notes.append(feed.wrong)
    if feed.drift:
        columns = {(one.table, one.column, one.change) for one in feed.drift}
        notes.append(words.phrase("feeds.drifted", count=len(columns)))
    if feed.queue is not None:
        age = words.age(feed.queue.seconds)
        notes.append(words.phrase("feeds.queue", count=feed.queue.number, age=age))
    return tuple(notes)
