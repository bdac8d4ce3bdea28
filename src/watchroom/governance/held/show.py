"""What the page of the rows that are held back shows, every word ready: counts, tables and reasons, and no value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from watchroom.governance.held.rules import Group
from watchroom.ingest.held import Waiver
from watchroom.ingest.quarantine import State
from watchroom.model.words import Words

TONES: Final[Mapping[State, str]] = {State.OPEN: "soon", State.WAIVED: "watch", State.GONE: "done"}


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLine:
    """One group. `path` leads to its page; `tone` is a shape of the pages; `waived` is empty where nobody did."""

    source: str
    table: str
    path: str
    reason: str
    columns: str
    rows: str
    state: str
    tone: str
    newest: str
    waived: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPage:
    """The page: what is held back, and apart from it what is gone with a later delivery."""

    title: str
    sentence: str
    heads: tuple[str, ...]
    lines: tuple[GroupLine, ...]
    count: str
    gone: tuple[GroupLine, ...]


def held_page(groups: Sequence[Group], words: Words) -> HeldPage:
    """The page in the language of `words`."""
    held = [one for one in groups if one.state is not State.GONE]
    return HeldPage(
        title=words.phrase("quarantine.title"),
        sentence=words.phrase("quarantine.sentence"),
        heads=tuple(words.phrase(f"quarantine.head.{head}") for head in ("where", "reason", "rows", "state", "newest")),
        lines=tuple(_line(one, words) for one in held),
        count=words.phrase("quarantine.rows", count=sum(one.rows for one in held)),
        gone=tuple(_line(one, words) for one in groups if one.state is State.GONE),
    )


def _line(group: Group, words: Words) -> GroupLine:
    return GroupLine(
        source=group.source,
        table=group.table,
        path=path_of(group),
        reason=reason_words(group.code, words),
        columns=words.phrase("quarantine.columns", columns=words.listed(group.fields)) if group.fields else "",
        rows=str(group.rows),
        state=words.phrase(f"quarantine.state.{group.state.value}"),
        tone=TONES[group.state],
        newest=words.instant(group.last_at, ""),
        waived="" if group.waiver is None else waived_words(group.waiver, words),
    )


def path_of(group: Group) -> str:
    """The address of the page of a group: names of a source and a table, and a reason."""
    return "/quarantine/rows?" + urlencode({"source": group.source, "table": group.table, "code": group.code})


def reason_words(code: str, words: Words) -> str:
    """Why rows are held back, as people say it; the code itself where there are no words for it."""
    said = f"quarantine.reason.{code}"
    return words.phrase(said) if words.knows(said) else code


def waived_words(waiver: Waiver, words: Words) -> str:
    """Who decided to live with it, when and until when."""
    if waiver.until is None:
        return words.phrase("quarantine.waived", by=waiver.by, at=words.instant(waiver.at, ""))
    return words.phrase(
        "quarantine.waived_until", by=waiver.by, at=words.instant(waiver.at, ""), until=words.instant(waiver.until, "")
    )
