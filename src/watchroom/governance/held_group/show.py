"""What the page of one group of held rows shows, every word ready.

A value of a row is shown only where the gate gave it, and only when the reader asks for values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from watchroom.gate.held_rows import HeldPlace, HeldRow, HeldRows
from watchroom.governance.held.rules import Group
from watchroom.governance.held.show import TONES, path_of, reason_words, waived_words
from watchroom.ingest.quarantine import State
from watchroom.kernel.ids import id_in
from watchroom.model.words import Words

DONE: Final = frozenset({"waived", "lifted"})
ROWS_A_PAGE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """What went before.

    Attributes:
        done: last part of the message that says so; any other word says nothing.
        shows: the reader asked for values.
        after: the place after which the rows begin, as the address says it; empty: the first ones.
        typed: what the form of a waiver held, by field.
        wrong: by field the last part of the message of what is wrong.
    """

    done: str = ""
    shows: bool = False
    after: str = ""
    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    wrong: Mapping[str, str] = field(default_factory=dict[str, str])


NOTHING: Final = After()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLine:
    """One row: `place` is its file and row; `cells` are columns with values, none where they are not shown."""

    place: str
    made: str
    why: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPage:
    """The page of a group.

    Attributes:
        columns: of the rows; empty: they are not known any more.
        values_note: why values of rows are not shown; empty: all are, or there is no row.
        values_path: where its values are shown, or hidden again; empty: no row has one that may be shown.
        first, more: where the first rows and those after these are; empty: these are the first, or the last.
        source_path: of the page of the source.
        typed, wrong: of the form of a waiver, by field.
    """

    title: str
    source: str
    table: str
    code: str
    path: str
    reason: str
    state: str
    tone: str
    since: str
    waived: str
    waiver_reason: str
    is_open: bool
    is_waived: bool
    done: str
    rows: tuple[RowLine, ...]
    count: str
    rows_note: str
    columns: str
    values_note: str
    values_path: str
    shows: bool
    first: str
    more: str
    source_path: str
    typed: Mapping[str, str]
    wrong: Mapping[str, str]


def group_page(group: Group, held: HeldRows, words: Words, *, after: After = NOTHING) -> GroupPage:
    """The page in the language of `words`; `held`: what the gate tells of some of its rows."""
    phrase = words.phrase
    mine = held.rows
    may_show = any(row.values is not None for row in mine)
    path = path_of(group)
    shown = f"{path}&values=shown" if after.shows else path
    here = f"&after={quote(after.after, safe='')}" if after.after else ""
    return GroupPage(
        title=phrase("quarantine.group.title", source=group.source, table=group.table),
        source=group.source,
        table=group.table,
        code=group.code,
        path=path,
        reason=reason_words(group.code, words),
        state=phrase(f"quarantine.state.{group.state.value}"),
        tone=TONES[group.state],
        since=phrase(
            "quarantine.since", first=words.instant(group.first_at, ""), last=words.instant(group.last_at, "")
        ),
        waived="" if group.waiver is None else waived_words(group.waiver, words),
        waiver_reason="" if group.waiver is None else group.waiver.reason,
        is_open=group.state is State.OPEN,
        is_waived=group.state is State.WAIVED,
        done=phrase(f"quarantine.done.{after.done}") if after.done in DONE else "",
        rows=tuple(_row(row, words, shows=after.shows) for row in mine),
        count=phrase("quarantine.rows", count=group.rows),
        rows_note=_note(group, mine, words=words, is_first=not after.after),
        columns=", ".join(dict.fromkeys(column for row in mine for column in row.columns)),
        values_note=_values_note(mine, words, shows=after.shows),
        values_path=(f"{path}{here}" if after.shows else f"{path}&values=shown{here}") if may_show else "",
        shows=after.shows,
        first=shown if after.after else "",
        more=f"{shown}&after={quote(place_text(mine[-1]), safe='')}" if held.is_more and mine else "",
        source_path=f"/sources/{quote(group.source, safe='')}",
        typed={name: after.typed.get(name, "") for name in ("reason", "until")},
        wrong={name: _wrong(after.wrong.get(name), words) for name in ("decided", "reason", "until")},
    )


def place_text(row: HeldRow) -> str:
    """The place of a row as an address says it: names and numbers, and no value."""
    return f"{row.batch}.{row.row}.{row.file}"


def place_of(text: str) -> HeldPlace | None:
    """The place that an address says; None: it says none.

    >>> place_of("not a place") is None
    True
    """
    batch, _, rest = text.partition(".")
    row, _, file = rest.partition(".")
    known = id_in(batch)
    is_number = row.isascii() and row.isdigit() and len(row) <= 18
    return HeldPlace(file=file, batch=known, row=int(row)) if known is not None and is_number and file else None


def _wrong(said: str | None, words: Words) -> str:
    return words.phrase(f"quarantine.wrong.{said}") if said else ""


def _note(group: Group, mine: Sequence[HeldRow], *, words: Words, is_first: bool) -> str:
    """What of the rows is not told."""
    if group.state is State.GONE:
        return words.phrase("quarantine.rows.gone")
    if not mine:
        return words.phrase("quarantine.rows.none" if is_first else "quarantine.rows.no_more")
    return ""


def _values_note(mine: Sequence[HeldRow], words: Words, *, shows: bool) -> str:
    closed = sum(row.values is None for row in mine)
    if closed:
        return words.phrase("quarantine.values.not_shown", count=closed)
    return words.phrase("quarantine.values.masked") if mine and not shows else ""


def _row(row: HeldRow, words: Words, *, shows: bool) -> RowLine:
    values = row.values if shows else None
    reasons = [
        words.phrase("quarantine.why", reason=reason_words(code, words), column=column)
        if column
        else reason_words(code, words)
        for code, column in row.reasons
    ]
    return RowLine(
        place=words.phrase("quarantine.place", file=row.file, row=str(row.row)),
        made=words.listed(row.entities),
        why="; ".join(dict.fromkeys(reasons)),
        cells=tuple(zip(row.columns, (value or "" for value in values), strict=True)) if values else (),
    )
