"""Which lines of a draft a page shows, and what the officer typed means. Pure."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from watchroom.audit.subject import Draft, Line
from watchroom.audit.subject_rules import Verdict
from watchroom.audit.verdicts import MOST_OF_A_REASON, Decided, Standing
from watchroom.governance.subject_groups.rules import CHOICES, choice_of, meant_by, place_of, stage_of

LINES_A_PAGE = 20


class Show(StrEnum):
    """Which lines of a draft are listed."""

    ALL = "all"
    UNDECIDED = "undecided"
    SECOND = "second"
    NEW = "new"
    RELEASED = "released"
    WITHHELD = "withheld"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How many lines of a draft there are, and what becomes of them."""

    lines: int
    decided: int
    released: int
    withheld: int
    neither: int
    second: int

    @property
    def is_complete(self) -> bool:
        """Whether nothing waits, so that an answer can be given."""
        return self.decided == self.lines and not self.second


def progress_of(draft: Draft) -> Progress:
    """The progress of a draft."""
    verdicts = [line.decided.verdict for line in draft.lines if line.decided is not None]
    return Progress(
        lines=len(draft.lines),
        decided=len(verdicts),
        released=verdicts.count(Verdict.RELEASED),
        withheld=verdicts.count(Verdict.WITHHELD),
        neither=verdicts.count(Verdict.NEITHER),
        second=len(draft.awaiting_second),
    )


def listed(draft: Draft, show: Show, *, new_from: int | None) -> tuple[Line, ...]:
    """The lines of a draft that are listed, what is still to decide first.

    Args:
        draft: with its verdicts.
        show: which ones.
        new_from: entries from this index on came since the draft before; None: there was none before.
    """
    match show:
        case Show.ALL:
            found = draft.lines
        case Show.NEW:
            found = tuple(line for line in draft.lines if is_new(line, new_from))
        case Show.UNDECIDED | Show.SECOND:
            found = tuple(line for line in draft.lines if stage_of(line).value == show.value)
        case Show.RELEASED | Show.WITHHELD | Show.NEITHER:
            # As the figures count them: what waits for a second officer too.
            found = tuple(line for line in draft.lines if line.decided and line.decided.verdict.value == show.value)
    return tuple(sorted(found, key=place_of))


def first_shown(draft: Draft) -> Show:
    """What is listed where nobody says what: what is to decide, then what waits for a second officer, then all."""
    if draft.undecided:
        return Show.UNDECIDED
    return Show.SECOND if draft.awaiting_second else Show.ALL


def is_new(line: Line, new_from: int | None) -> bool:
    """Whether a line came since the draft before."""
    return new_from is not None and line.recorded.index >= new_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page of a list, which begins at an entry and not at a number: lines that leave the list shift no page.

    Attributes:
        lines: at most `LINES_A_PAGE`.
        first: place of the first of them in the list, from 1; 0 when there is none.
        of: how many lines the list has.
        before, after, last: the entries at which these pages begin; None: there is no such page.
    """

    lines: tuple[Line, ...]
    first: int
    of: int
    before: int | None
    after: int | None
    last: int | None


def sheet_of(lines: Sequence[Line], begin: int, *, place: Callable[[int], Any] = int) -> Sheet:
    """The page that begins with the first line that stands where `begin` does or later; else the last page.

    Args:
        lines: in the order of `place`.
        begin: an entry.
        place: of an entry in the list; the entry itself where the list is in the order of the log.
    """
    indices = [line.recorded.index for line in lines]
    ends_at = len(lines) - 1 - (len(lines) - 1) % LINES_A_PAGE if lines else 0
    found = bisect_left([place(index) for index in indices], place(begin))
    at = found if found < len(lines) else ends_at
    after = at + LINES_A_PAGE
    return Sheet(
        lines=tuple(lines[at:after]),
        first=at + 1 if lines else 0,
        of=len(lines),
        before=indices[max(0, at - LINES_A_PAGE)] if at else None,
        after=indices[after] if after < len(lines) else None,
        last=indices[ends_at] if after < len(lines) else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a form says of one line.

    `seen` is the entry that recorded the verdict the officer saw, empty: none was; `agrees`: as a second officer.
    """

    choice: str
    reason: str
    seen: str
    agrees: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a form of verdicts comes to.

    Attributes:
        decided: what is to be recorded.
        typed: what the officer typed, by entry, so that nothing of it is lost.
        wrong: by entry, the last part of the message that says what is wrong: `reason`, `choice` or `meanwhile`.
    """

    decided: tuple[Decided, ...] = ()
    typed: Mapping[int, Typed] = field(default_factory=dict[int, Typed])
    wrong: Mapping[int, str] = field(default_factory=dict[int, str])


def sent_of(form: Mapping[str, str], standing: Mapping[int, Standing]) -> Sent:
    """What an officer sent from a page of lines.

    A line that is as it was is no verdict. One on which somebody else decided in between is refused, with what was
    typed, so that nobody decides over another without seeing it.

    Args:
        form: fields `verdict-N`, `reason-N`, `seen-N` and `agree-N` for the entry N.
        standing: the verdicts in force.
    """
    typed = {index: _typed(form, index) for index in _indices(form)}
    decided: list[Decided] = []
    wrong: dict[int, str] = {}
    for index, line in typed.items():
        now = standing.get(index)
        if _is_as_it_was(line, now):
            continue
        fault = _fault(line, now)
        if fault is not None:
            wrong[index] = fault
            continue
        decided.append(_decided(index, line))
    return Sent(decided=tuple(decided), typed=typed, wrong=wrong)


def _indices(form: Mapping[str, str]) -> Iterable[int]:
    named = (name.partition("-")[2] for name in form if name.startswith("verdict-"))
    # A form holds one page; what claims more is not one of ours.
    return [int(text) for text in named if text.isascii() and text.isdigit() and len(text) <= 18][:LINES_A_PAGE]


def _typed(form: Mapping[str, str], index: int) -> Typed:
    return Typed(
        choice=form.get(f"verdict-{index}", ""),
        reason=form.get(f"reason-{index}", "").strip(),
        seen=form.get(f"seen-{index}", ""),
        agrees=form.get(f"agree-{index}") == "yes",
    )


def _is_as_it_was(line: Typed, now: Standing | None) -> bool:
    if now is None:
        return not line.choice and not line.reason
    if line.agrees:
        return False
    return (line.choice, line.reason) == (choice_of(now.decided.verdict, now.decided.ground), now.decided.reason)


def _fault(line: Typed, now: Standing | None) -> str | None:
    if line.seen != ("" if now is None else str(now.recorded_in)):
        return "meanwhile"
    if line.choice not in CHOICES:
        return "choice"
    return None if 0 < len(line.reason) <= MOST_OF_A_REASON else "reason"


def _decided(index: int, line: Typed) -> Decided:
    verdict, ground = meant_by(line.choice)
    return Decided(entry_index=index, verdict=verdict, ground=ground, reason=line.reason)
