"""What the page of the rows that are held back shows, every word ready: counts, tables and reasons, and no value."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from watchroom.governance.held.rules import Choice, Group
from watchroom.ingest.held import Waiver
from watchroom.ingest.quarantine import State
from watchroom.model.words import Words

TONES: Final[Mapping[State, str]] = {State.OPEN: "soon", State.WAIVED: "watch", State.GONE: "done"}
ALL: Final = Choice()


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
class Option:
    """One thing that can be chosen."""

    value: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPage:
    """The page: what is held back, and apart from it what is gone with a later delivery.

    Attributes:
        none: what is said where nothing is held back, or nothing of what was chosen.
        filters: name, label and options of each thing by which it can be narrowed; none where nothing was ever held.
    """

    title: str
    sentence: str
    heads: tuple[str, ...]
    lines: tuple[GroupLine, ...]
    count: str
    gone: tuple[GroupLine, ...]
    none: str
    filters: tuple[tuple[str, str, tuple[Option, ...]], ...]


def held_page(groups: Sequence[Group], words: Words, *, choice: Choice = ALL) -> HeldPage:
    """The page in the language of `words`, of the groups that were chosen."""
    mine = [one for one in groups if choice.holds(one)]
    held = [one for one in mine if one.state is not State.GONE]
    return HeldPage(
        title=words.phrase("quarantine.title"),
        sentence=words.phrase("quarantine.sentence"),
        heads=tuple(words.phrase(f"quarantine.head.{head}") for head in ("where", "reason", "rows", "state", "newest")),
        lines=tuple(_line(one, words) for one in held),
        count=words.phrase("quarantine.rows", count=sum(one.rows for one in held)),
        gone=tuple(_line(one, words) for one in mine if one.state is State.GONE),
        none=words.phrase("quarantine.held.none" if choice == ALL else "quarantine.held.none_chosen"),
        filters=_filters(groups, words, choice=choice) if groups else (),
    )


def _filters(
    groups: Sequence[Group], words: Words, *, choice: Choice
) -> tuple[tuple[str, str, tuple[Option, ...]], ...]:
    known = {
        "source": ({one.source: one.source for one in groups}, choice.source),
        "table": ({one.table: one.table for one in groups}, choice.table),
        "reason": ({one.code: reason_words(one.code, words) for one in groups}, choice.code),
    }
    return tuple(
        (name, words.phrase(f"quarantine.filter.{name}"), tuple(_options(told, now, words)))
        for name, (told, now) in known.items()
    )


def _options(told: Mapping[str, str], now: str, words: Words) -> Iterator[Option]:
    yield Option(value="", text=words.phrase("quarantine.filter.all"), is_chosen=not now)
    for value, text in sorted(told.items(), key=lambda item: item[1]):
        yield Option(value=value, text=text, is_chosen=value == now)
    if now and now not in told:
        # An address may name what is not there: then that is what is chosen, and nothing is shown.
        yield Option(value=now, text=now, is_chosen=True)


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
