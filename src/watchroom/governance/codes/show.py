"""What the page of values that are in no code list shows, every word ready; one that may be free text is masked."""

from collections.abc import Sequence
from dataclasses import dataclass

from watchroom.ingest.code_queue import CodeState, CodeValue
from watchroom.model.words import Words

DONE = frozenset({"mapped", "own", "ignored", "open"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLine:
    """One value. `path` leads to its page, by its number: a value stands in no address."""

    source: str
    code_list: str
    path: str
    value: str
    is_masked: bool
    rows: str
    fields: str
    since: str
    decided: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesPage:
    """The page: what waits, and what was decided."""

    title: str
    sentence: str
    done: str
    heads: tuple[str, ...]
    waiting: tuple[CodeLine, ...]
    decided: tuple[CodeLine, ...]


def codes_page(values: Sequence[CodeValue], words: Words, *, done: str = "") -> CodesPage:
    """The page in the language of `words`; `done`: what was decided just before."""
    in_order = sorted(values, key=lambda one: (one.source, one.code_list, -one.rows, one.id))
    return CodesPage(
        title=words.phrase("codes.title"),
        sentence=words.phrase("codes.sentence"),
        done=words.phrase(f"codes.done.{done}") if done in DONE else "",
        heads=tuple(words.phrase(f"codes.head.{head}") for head in ("value", "list", "rows", "since")),
        waiting=tuple(_line(one, words) for one in in_order if one.state is CodeState.OPEN),
        decided=tuple(_line(one, words) for one in in_order if one.state is not CodeState.OPEN),
    )


def _line(one: CodeValue, words: Words) -> CodeLine:
    return CodeLine(
        source=one.source,
        code_list=one.code_list,
        path=f"/codes/{one.id}",
        value=words.phrase("codes.masked", length=str(one.length)) if one.value is None else one.value,
        is_masked=one.is_masked,
        rows=str(one.rows),
        fields=", ".join(one.fields),
        since=since_words(one, words),
        decided=decided_words(one, words),
    )


def since_words(one: CodeValue, words: Words) -> str:
    """When it first and last came."""
    return words.phrase(
        "codes.since", first=words.instant(one.first_seen_at, ""), last=words.instant(one.last_seen_at, "")
    )


def decided_words(one: CodeValue, words: Words) -> str:
    """What was decided, by whom, when, and from which day on; empty: nothing."""
    if one.decided_at is None or one.valid_from is None:
        return ""
    meaning = words.code(one.code_list, one.code) if one.state is CodeState.MAPPED else ""
    what = words.phrase(f"codes.decided.{one.state.value}", code=one.code or "", meaning=meaning)
    return words.phrase(
        "codes.decided_by",
        what=what,
        by=one.decided_by or "",
        at=words.instant(one.decided_at, ""),
        day=words.day(one.valid_from, "day"),
    )
