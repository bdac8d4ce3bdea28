"""What the page of one source shows, every word ready."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from watchroom.governance.feeds.rules import Feed
from watchroom.governance.feeds.show import (
    FeedLine,
    Figures,
    feed_line,
    figure_heads,
    figures_of,
    instant_in_words,
)
from watchroom.governance.one_feed.rules import FeedLooked
from watchroom.ingest.drift_keeping import StandingDrift
from watchroom.ingest.history import BatchKept, IssueCount, TryKept
from watchroom.ingest.issues import HOLDING
from watchroom.model.words import Words

# What the address may say was done just before.
DONE = frozenset({"begun", "running", "stopping", "idle"})
_SEVERITY_TONES = {"fatal": "now", "convention": "soon", "characterisation": "watch"}
# Where somebody does something about it.
_WAYS = (
    (HOLDING | {"reference_missing"}, "/quarantine", "one_feed.issue.to_held"),
    (frozenset({"unmapped_code"}), "/codes", "one_feed.issue.to_codes"),
)
_OUTCOME_TONES = {"taken": "done", "nothing": "empty", "refused": "late", "failed": "silent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A label and what stands beside it."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLine:
    """One delivery."""

    at: str
    as_of: str
    state: str
    tone: str
    read: str
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLine:
    """One kind of issue in one column of one file.

    Attributes:
        code, message: what it is, and what is to be done, in the words of the terminal.
        severity, tone: how grave it is.
        place: file, first rows and column; `entity` what is made of them.
        number: how often it is there.
        path, path_text: where somebody does something about it; empty: nowhere here.
    """

    code: str
    message: str
    severity: str
    tone: str
    place: str
    entity: str
    number: str
    path: str
    path_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftLine:
    """One column that is not given as it was, and the fields that follow it, each with where it is explained."""

    column: str
    change: str
    since: str
    fields: tuple[tuple[str, str], ...]
    no_field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TryLine:
    """One try to fetch."""

    at: str
    outcome: str
    tone: str
    told: str
    size: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OneFeedPage:
    """One source. `more`: the delivery after which the list goes on; empty: it ends. `fetch`: what the button says."""

    name: str
    title: str
    done: str
    line: FeedLine
    facts: tuple[Fact, ...]
    fetch: str
    fetch_note: str
    is_loading: bool
    may_be_rerun: bool
    batch_heads: tuple[str, ...]
    batches: tuple[BatchLine, ...]
    more: str
    issue_heads: tuple[str, ...]
    issues: tuple[IssueLine, ...]
    drift_heads: tuple[str, ...]
    drift: tuple[DriftLine, ...]
    try_heads: tuple[str, ...]
    tries: tuple[TryLine, ...]
    tries_none: str


def one_feed_page(looked: FeedLooked, words: Words, *, done: str = "") -> OneFeedPage:
    """The page in the language of `words`."""
    feed, phrase = looked.feed, words.phrase
    asks = feed.kind != "files"
    return OneFeedPage(
        name=feed.name,
        title=phrase("one_feed.title", name=feed.name),
        done=phrase(f"one_feed.done.{done}") if done in DONE else "",
        line=feed_line(feed, words),
        facts=_facts(looked, words),
        fetch=phrase("one_feed.fetch" if asks else "one_feed.take") if feed.may_be_fetched else "",
        fetch_note=_fetch_note(feed, words),
        is_loading=feed.is_loading,
        may_be_rerun=feed.ended_at is None,
        batch_heads=(
            *(phrase(f"one_feed.batch.{head}") for head in ("at", "as_of", "state", "read")),
            *figure_heads(words),
        ),
        batches=tuple(_batch(one, words) for one in looked.batches),
        more="" if looked.more is None else str(looked.more),
        issue_heads=tuple(phrase(f"one_feed.issue.{head}") for head in ("code", "severity", "entity", "number")),
        issues=tuple(_issue(one, words) for one in looked.issues),
        drift_heads=tuple(phrase(f"one_feed.drift.{head}") for head in ("column", "change", "since", "fields")),
        drift=tuple(_drifted(feed.drift, words)),
        try_heads=tuple(phrase(f"one_feed.try.{head}") for head in ("at", "outcome", "told", "size")),
        tries=tuple(_try(one, words) for one in looked.tries),
        tries_none=phrase("one_feed.tries.none" if asks and feed.may_be_fetched else "one_feed.tries.never"),
    )


def _fetch_note(feed: Feed, words: Words) -> str:
    if feed.ended_at is not None:
        return words.phrase("one_feed.fetch.ended")
    return words.phrase("one_feed.fetch.note" if feed.may_be_fetched else "one_feed.fetch.pushes")


def _facts(looked: FeedLooked, words: Words) -> tuple[Fact, ...]:
    feed, aside = looked.feed, looked.set_aside
    said = {
        "kind": feed_line(feed, words).kind,
        "every": feed_line(feed, words).every,
        "location": feed.location or words.phrase("one_feed.fact.nowhere"),
        "poll": "" if feed.poll_seconds is None else words.phrase("feeds.every", age=words.age(feed.poll_seconds)),
        "as_of": instant_in_words(feed.as_of, words) or words.phrase("feeds.never"),
        "heard": instant_in_words(feed.heard_at, words) or words.phrase("feeds.never"),
        "next": instant_in_words(feed.next_at, words),
        "ended": instant_in_words(feed.ended_at, words),
        "set_aside": words.phrase("one_feed.fact.set_aside.told", count=aside.number, at=aside.last_at)
        if aside.last_at is not None
        else "",
    }
    return tuple(
        Fact(label=words.phrase(f"one_feed.fact.{name}"), value=value) for name, value in said.items() if value
    )


def _batch(batch: BatchKept, words: Words) -> BatchLine:
    dated = words.phrase(f"one_feed.dated.{batch.dated_by}")
    return BatchLine(
        at=instant_in_words(batch.finished_at or batch.started_at, words),
        as_of=words.phrase("one_feed.batch.as_of.told", at=batch.as_at, dated=dated),
        state=words.phrase(f"one_feed.status.{batch.status}"),
        tone={"sealed": "done", "refused": "silent", "set_aside": "empty"}.get(batch.status, "empty"),
        read="-" if batch.read is None else f"{batch.read:,}",
        figures=figures_of(batch),
    )


def _issue(issue: IssueCount, words: Words) -> IssueLine:
    path, text = next(((path, text) for codes, path, text in _WAYS if issue.code in codes), ("", ""))
    return IssueLine(
        code=issue.code,
        message=issue.message,
        severity=words.phrase(f"severity.{issue.severity}"),
        tone=_SEVERITY_TONES[issue.severity],
        place=_place(issue, words),
        entity=(issue.entity or "").replace("_", " "),
        number=f"{issue.number:,}",
        path=path,
        path_text=words.phrase(text) if text else "",
    )


def _place(issue: IssueCount, words: Words) -> str:
    """File, first rows and column."""
    if issue.file is None:
        return words.phrase("one_feed.issue.delivery")
    parts = [issue.file]
    if issue.rows:
        more = issue.number > len(issue.rows)
        rows = ", ".join(f"{row:,}" for row in issue.rows)
        many = "many" if len(issue.rows) > 1 else "one"
        parts.append(words.phrase(f"one_feed.issue.rows.{'more' if more else many}", rows=rows))
    return ", ".join([*parts, *([issue.field] if issue.field else [])])


def _drifted(found: Iterable[StandingDrift], words: Words) -> Iterable[DriftLine]:
    by_column: dict[tuple[str, str, str], list[StandingDrift]] = {}
    for one in found:
        by_column.setdefault((one.table, one.column, one.change.value), []).append(one)
    for (table, column, change), those in by_column.items():
        fields = sorted({(one.entity, one.field) for one in those if one.entity and one.field})
        yield DriftLine(
            column=f"{table}.{column}",
            change=words.phrase(f"one_feed.drift.{change}"),
            since=instant_in_words(those[0].since, words),
            fields=tuple(
                (f"{entity}.{field}", f"/dictionary/entities/{quote(entity)}#{quote(field)}")
                for entity, field in fields
            ),
            no_field="" if fields else words.phrase("one_feed.drift.no_field"),
        )


def _try(one: TryKept, words: Words) -> TryLine:
    return TryLine(
        at=instant_in_words(one.began_at, words),
        outcome=words.phrase(f"one_feed.outcome.{one.outcome}"),
        tone=_OUTCOME_TONES[one.outcome],
        told=one.message,
        size=f"{one.size:,}",
    )
