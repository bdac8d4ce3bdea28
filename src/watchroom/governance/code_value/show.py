"""What the page of one value that is in no code list shows: the value as it came, and what it can be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from watchroom.governance.codes.show import decided_words, since_words
from watchroom.ingest.code_queue import CodeSaid, CodeState, CodeValue
from watchroom.model.code_lists import code_list
from watchroom.model.words import Words

LONGEST_SEARCH: Final = 60
FIELDS: Final = ("decided", "code", "reason", "from")


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """What went before: a form with what it held and, by field, what is wrong with it."""

    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    wrong: Mapping[str, str] = field(default_factory=dict[str, str])


NOTHING: Final = After()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One code that the value can be."""

    value: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePage:
    """The page.

    Attributes:
        seen: which decision stood when the page was made, so that a second one made meanwhile is not overwritten.
        decided: what stands; empty: nothing was decided. Its reason beside it.
        choices: codes of the list that the search leaves; `found` says how many of how many.
        what: which of them was chosen.
        history: what was decided before and by whom, the last first; the reason beside it.
    """

    title: str
    path: str
    value: str
    source: str
    list_name: str
    where: str
    since: str
    seen: str
    decided: str
    decided_reason: str
    search: str
    found: str
    choices: tuple[Choice, ...]
    what: str
    typed: Mapping[str, str]
    wrong: Mapping[str, str]
    history: tuple[tuple[str, str], ...]


def code_page(one: CodeValue, history: Sequence[CodeSaid], words: Words, *, after: After = NOTHING) -> CodePage:
    """The page in the language of `words`; `history`: every decision of the value, the last one first."""
    codes = code_list(one.code_list).codes
    chosen = after.typed.get("code", one.code or "" if one.state is CodeState.MAPPED else "")
    told = {code: words.code(one.code_list, code) for code, entry in codes.items() if not entry.is_withdrawn}
    search = after.typed.get("search", "")[:LONGEST_SEARCH]
    wanted = search.strip().casefold()
    left = {code: text for code, text in told.items() if wanted in f"{code} {text}".casefold() or code == chosen}
    return CodePage(
        title=words.phrase("codes.one.title"),
        path=f"/codes/{one.id}",
        value=one.value or "",
        source=one.source,
        list_name=one.code_list,
        where=words.phrase("codes.where", count=one.rows, fields=words.listed(one.fields)),
        since=since_words(one, words),
        seen=seen_of(one),
        decided=decided_words(one, words),
        decided_reason=one.reason or "",
        search=search,
        found=words.phrase("codes.search.found", found=str(len(left)), all=str(len(told))),
        choices=tuple(
            Choice(value=code, text=f"{text} ({code})", is_chosen=code == chosen) for code, text in left.items()
        ),
        what=after.typed.get("what", ""),
        typed={name: after.typed.get(name, "") for name in FIELDS},
        wrong={name: _wrong(after.wrong.get(name), words) for name in FIELDS},
        history=tuple((_said(one, said, words), said.reason or "") for said in history),
    )


def _said(one: CodeValue, said: CodeSaid, words: Words) -> str:
    meaning = words.code(one.code_list, said.code) if said.state is CodeState.MAPPED else ""
    return words.phrase(
        "codes.decided_by",
        what=words.phrase(f"codes.decided.{said.state.value}", code=said.code or "", meaning=meaning),
        by=said.by,
        at=words.instant(said.at, ""),
        day=words.day(said.valid_from, "day"),
    )


def seen_of(one: CodeValue) -> str:
    """What tells one decision of a value from the next; empty: nothing was decided yet."""
    return "" if one.decided_at is None else one.decided_at.isoformat()


def _wrong(said: str | None, words: Words) -> str:
    return words.phrase(f"codes.wrong.{said}") if said else ""
