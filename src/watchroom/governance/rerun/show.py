"""What the page on which a source is mapped again shows, every word ready: counts, names and reasons, and no value."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from watchroom.governance.feeds.rules import Load
from watchroom.governance.feeds.show import STOPPED, instant_in_words, load_in_words
from watchroom.governance.held.show import reason_words
from watchroom.governance.rerun.rules import Rerun, RerunLooked
from watchroom.ingest.difference import Difference
from watchroom.ingest.issues import Severity
from watchroom.model.words import Words

DONE: Final = frozenset({"begun", "running", "gone", "stopping", "idle"})
_MOVED: Final = "MovedOnError"
# What came of it says all of these.
_TOLD: Final = {STOPPED: "stopped", _MOVED: "moved"}


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityLine:
    """What becomes of the records of one entity, and which of their fields change."""

    name: str
    new: str
    changed: str
    ended: str
    unchanged: str
    fields: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLine:
    """Rows of a table that are held back for one reason, before and then."""

    table: str
    reason: str
    before: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RerunPage:
    """The page.

    Attributes:
        running: how far it is; empty: it does not run.
        who: who began what is shown, and when; empty: nobody did.
        outcome: in one sentence; `tone` is a shape of the pages.
        shown: what tells what is shown from what is shown later, for the form that applies it; empty: nothing can be.
        notes: what has to be known of it, a sentence each.
        refusals: why it is refused, as code and sentence.
        may_begin: whether the button that tries it is there.
    """

    title: str
    source: str
    path: str
    back: str
    done: str
    running: str
    who: str
    outcome: str
    tone: str
    shown: str
    mappings: str
    notes: tuple[str, ...]
    refusals: tuple[tuple[str, str], ...]
    heads: tuple[str, ...]
    entities: tuple[EntityLine, ...]
    held_heads: tuple[str, ...]
    held: tuple[HeldLine, ...]
    may_begin: bool


def rerun_page(looked: RerunLooked, words: Words, *, done: str = "") -> RerunPage:
    """The page in the language of `words`; `done`: what was asked for just before."""
    work, phrase = looked.work, words.phrase
    found = None if work is None else work.found
    back = f"/sources/{quote(looked.source, safe='')}"
    said, tone = ("", "") if work is None else _outcome(work)
    return RerunPage(
        title=phrase("rerun.title", source=looked.source),
        source=looked.source,
        path=f"{back}/rerun",
        back=back,
        done=phrase(f"rerun.done.{done}") if done in DONE else "",
        running=_running(looked, words),
        who="" if work is None else _who(work, words),
        outcome=phrase(f"rerun.outcome.{said}") if said else "",
        tone=tone,
        shown=work.began_at.isoformat() if work is not None and found is not None and found.may_be_applied else "",
        mappings="" if found is None else _mappings(found, words),
        notes=tuple(_notes(looked, words)),
        refusals=() if found is None else _refusals(found),
        heads=tuple(phrase(f"rerun.head.{head}") for head in ("entity", "new", "changed", "ended", "unchanged")),
        entities=() if found is None else tuple(_entities(found, words)),
        held_heads=tuple(phrase(f"rerun.head.{head}") for head in ("table", "before", "now")),
        held=() if found is None else tuple(_held(found, words)),
        may_begin=not looked.is_running and not looked.is_taken_from,
    )


def _running(looked: RerunLooked, words: Words) -> str:
    if looked.is_taken_from:
        return words.phrase("rerun.taken_from")
    return load_in_words(Load(step=looked.step), words) if looked.is_running else ""


def _who(work: Rerun, words: Words) -> str:
    began = instant_in_words(work.began_at, words)
    if work.ended_at is None:
        return words.phrase("rerun.who.runs", by=work.by, began=began)
    return words.phrase("rerun.who", by=work.by, began=began, ended=instant_in_words(work.ended_at, words))


def _outcome(work: Rerun) -> tuple[str, str]:
    """Last part of the message that says what came of it, and a shape; empty: it runs."""
    if work.ended_at is None:
        return "", ""
    found = work.found
    if found is None:
        return _TOLD.get(work.fault, "fault"), "late"
    if found.is_refused:
        return "refused", "silent"
    if not found.is_any:
        return "nothing", "done"
    return ("shown", "soon") if found.is_trial else ("applied", "done")


def _mappings(found: Difference, words: Words) -> str:
    was = words.phrase("rerun.mapping.not_kept") if found.was.mapping is None else str(found.was.mapping)
    return words.phrase("rerun.mapping", was=was, now=str(found.mapping.version))


def _notes(looked: RerunLooked, words: Words) -> Iterator[str]:
    work = looked.work
    if work is None:
        return
    if work.fault and work.fault not in _TOLD:
        # What is none of ours may say a value: then only its kind is told.
        yield work.said or words.phrase("rerun.fault", fault=work.fault)
    found = work.found
    if found is None:
        return
    if found.is_unnamed:
        yield words.phrase("rerun.note.unnamed")
    for name in found.new_tables:
        yield words.phrase("rerun.note.not_kept", table=name)
    for file, number in found.was.missing.items():
        yield words.phrase("rerun.note.missing", file=file, count=number)
    if found.was.unheard:
        yield words.phrase("rerun.note.unheard", count=found.was.unheard)
    if found.was.rolls:
        yield words.phrase("rerun.note.rolls", count=len(found.was.rolls))


def _refusals(found: Difference) -> tuple[tuple[str, str], ...]:
    fatal = [issue for issue in found.report.issues if issue.severity is Severity.FATAL]
    return tuple(dict.fromkeys((issue.code, issue.message) for issue in fatal))


def _entities(found: Difference, words: Words) -> Iterator[EntityLine]:
    for name, counts in found.entities:
        if not counts.is_any_news:
            continue
        fields = [
            words.phrase("rerun.field", field=field, count=number)
            for field, number in found.report.fields.get(name, {}).items()
        ]
        yield EntityLine(
            name=name.replace("_", " "),
            new=f"{counts.new:,}",
            changed=f"{counts.changed:,}",
            ended=f"{counts.ended:,}",
            unchanged=f"{counts.unchanged:,}",
            fields=", ".join(fields),
        )


def _held(found: Difference, words: Words) -> Iterator[HeldLine]:
    for one in found.held:
        yield HeldLine(
            table=one.table, reason=reason_words(one.code, words), before=f"{one.before:,}", now=f"{one.now:,}"
        )
