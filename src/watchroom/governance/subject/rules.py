"""Which lines of a draft a page shows, and what the officer typed means. Pure."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from watchroom.audit.subject import Draft, Line
from watchroom.audit.subject_rules import Ground, Verdict
from watchroom.audit.verdicts import MOST_OF_A_REASON, Decided, Standing

LINES_A_PAGE = 20


class Show(StrEnum):
    """Which lines of a draft are listed."""

    ALL = "all"
    UNDECIDED = "undecided"
    SECOND = "second"
    NEW = "new"


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
    """The lines of a draft that are listed.

    Args:
        draft: with its verdicts.
        show: which ones.
        new_from: entries from this index on came since the draft before; None: there was none before.
    """
    match show:
        case Show.ALL:
            return draft.lines
        case Show.UNDECIDED:
            return tuple(line for line in draft.lines if line.standing is None)
        case Show.SECOND:
            return tuple(line for line in draft.lines if line.awaits_second)
        case Show.NEW:
            return tuple(line for line in draft.lines if is_new(line, new_from))


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


def sheet_of(lines: Sequence[Line], begin: int) -> Sheet:
    """The page that begins with the first line whose entry is `begin` or a later one; else the last page."""
    indices = [line.recorded.index for line in lines]
    ends_at = len(lines) - 1 - (len(lines) - 1) % LINES_A_PAGE if lines else 0
    found = bisect_left(indices, begin)
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
class Batch:
    """Lines without a verdict for which the same is proposed for the same reason. `key` names it in a form."""

    key: str
    verdict: Verdict
    ground: Ground | None
    indices: tuple[int, ...]


def batches_of(draft: Draft) -> tuple[Batch, ...]:
    """The lines without a verdict by their proposal, the most numerous first."""
    found: dict[str, list[Line]] = {}
    for line in draft.lines:
        if line.standing is None:
            found.setdefault(line.proposal.reason.id.rpartition(".")[2], []).append(line)
    made = [
        Batch(
            key=key,
            verdict=lines[0].proposal.verdict,
            ground=lines[0].proposal.ground,
            indices=tuple(line.recorded.index for line in lines),
        )
        for key, lines in found.items()
    ]
    return tuple(sorted(made, key=lambda batch: (-len(batch.indices), batch.key)))


# A verdict with its ground as one word of a form: `released`, `withheld:crime`, `neither:inquiry`.
CHOICES: tuple[str, ...] = (
    Verdict.RELEASED.value,
    *(f"{verdict}:{ground}" for verdict in (Verdict.WITHHELD, Verdict.NEITHER) for ground in Ground),
)


def choice_of(verdict: Verdict, ground: Ground | None) -> str:
    """A verdict as one word of a form."""
    return verdict.value if ground is None else f"{verdict}:{ground}"


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

    decided: tuple[Decided, ...]
    typed: Mapping[int, Typed]
    wrong: Mapping[int, str]


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
    verdict, _, ground = line.choice.partition(":")
    return Decided(
        entry_index=index, verdict=Verdict(verdict), ground=Ground(ground) if ground else None, reason=line.reason
    )
