"""What the page of one group of held rows shows, every word ready.

A value of a row is shown only where the gate gave it, and only when the reader asks for values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from watchroom.gate.held_rows import HeldRow, HeldRows
from watchroom.governance.held.rules import Group
from watchroom.governance.held.show import TONES, path_of, reason_words, waived_words
from watchroom.ingest.difference import Difference
from watchroom.ingest.quarantine import State
from watchroom.model.words import Words

DONE: Final = frozenset({"waived", "lifted", "applied"})


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """What went before.

    Attributes:
        done: last part of the message that says so; any other word says nothing.
        shows: the reader asked for values.
        typed: what the form of a waiver held, by field.
        wrong: by field the last part of the message of what is wrong.
        tried: what mapping the source again would change, or changed.
    """

    done: str = ""
    shows: bool = False
    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    wrong: Mapping[str, str] = field(default_factory=dict[str, str])
    tried: Difference | None = None


NOTHING: Final = After()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLine:
    """One row: `place` is its file and row; `cells` are columns with values, none where they are not shown."""

    place: str
    made: str
    why: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What mapping again changes: a sentence and its lines; `may_apply`: it may be applied."""

    sentence: str
    lines: tuple[str, ...]
    may_apply: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPage:
    """The page of a group.

    Attributes:
        columns: of the rows; empty: they are not known any more.
        values_note: why values of rows are not shown; empty: all are, or there is no row.
        values_path: where its values are shown, or hidden again; empty: no row has one that may be shown.
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
    typed: Mapping[str, str]
    wrong: Mapping[str, str]
    tried: Tried | None


def group_page(group: Group, held: HeldRows, words: Words, *, after: After = NOTHING) -> GroupPage:
    """The page in the language of `words`; `held`: what the gate tells of the rows of its source."""
    phrase = words.phrase
    # A file that is not kept any more has no table; its rows are told with every table of that reason.
    mine = [
        row for row in held.rows if row.table in (group.table, None) and group.code in {code for code, _ in row.reasons}
    ]
    may_show = any(row.values is not None for row in mine)
    path = path_of(group)
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
        rows_note=_note(group, mine, held, words=words),
        columns=", ".join(dict.fromkeys(column for row in mine for column in row.columns)),
        values_note=_values_note(mine, words, shows=after.shows),
        values_path=(path if after.shows else f"{path}&values=shown") if may_show else "",
        shows=after.shows,
        typed={name: after.typed.get(name, "") for name in ("reason", "until")},
        wrong={name: _wrong(after.wrong.get(name), words) for name in ("decided", "reason", "until", "rerun")},
        tried=None if after.tried is None else _tried(after.tried, words),
    )


def _wrong(said: str | None, words: Words) -> str:
    return words.phrase(f"quarantine.wrong.{said}") if said else ""


def _note(group: Group, mine: Sequence[HeldRow], held: HeldRows, *, words: Words) -> str:
    """What of the rows is not told."""
    if group.state is State.GONE:
        return words.phrase("quarantine.rows.gone")
    if held.is_more and len(mine) < group.rows:
        return words.phrase("quarantine.rows.more", shown=str(len(mine)), looked=str(len(held.rows)))
    if not mine:
        return words.phrase("quarantine.rows.none")
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


def _tried(found: Difference, words: Words) -> Tried:
    phrase = words.phrase
    held = [
        phrase(
            "quarantine.tried.held",
            table=one.table,
            reason=reason_words(one.code, words),
            before=str(one.before),
            now=str(one.now),
        )
        for one in found.held
        if one.before != one.now
    ]
    records = [
        phrase("quarantine.tried.records", entity=name, count=counts.changed)
        for name, counts in found.entities
        if counts.changed
    ]
    if found.is_refused:
        said = "refused"
    elif not found.is_any:
        said = "nothing"
    else:
        said = "tried" if found.is_trial else "applied"
    return Tried(
        sentence=phrase(f"quarantine.tried.{said}"),
        lines=(*held, *records),
        may_apply=said == "tried",
    )
