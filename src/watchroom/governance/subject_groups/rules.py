"""Which lines of a draft stand together, in which order, and what one decision for many of them means. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from watchroom.audit.subject import Draft, Line
from watchroom.audit.subject_rules import Ground, Verdict
from watchroom.audit.verdicts import MOST_OF_A_REASON, Decided

# A verdict with its ground as one word of a form: `released`, `withheld:crime`, `neither:inquiry`.
CHOICES: tuple[str, ...] = (
    Verdict.RELEASED.value,
    *(f"{verdict}:{ground}" for verdict in (Verdict.WITHHELD, Verdict.NEITHER) for ground in Ground),
)


def choice_of(verdict: Verdict, ground: Ground | None) -> str:
    """A verdict as one word of a form."""
    return verdict.value if ground is None else f"{verdict}:{ground}"


def meant_by(choice: str) -> tuple[Verdict, Ground | None]:
    """The verdict and the ground of one of `CHOICES`."""
    verdict, _, ground = choice.partition(":")
    return Verdict(verdict), Ground(ground) if ground else None


class Stage(StrEnum):
    """What becomes of a line, in the order in which lines are listed: what is still to decide comes first."""

    UNDECIDED = "undecided"
    SECOND = "second"
    RELEASED = "released"
    WITHHELD = "withheld"
    NEITHER = "neither"


_ORDER = tuple(Stage)
Place = tuple[int, str, int]


def stage_of(line: Line) -> Stage:
    """What becomes of a line now."""
    if line.decided is None:
        return Stage.UNDECIDED
    return Stage.SECOND if line.awaits_second else Stage(line.decided.verdict.value)


def kind_of(line: Line) -> str:
    """The kind of record that an entry is about, as the log names it; empty: none."""
    return str(line.recorded.header.get("entity") or "")


def place_of(line: Line) -> Place:
    """Where a line stands in a list: by what becomes of it, then by kind of record, then by time."""
    return _ORDER.index(stage_of(line)), kind_of(line), line.recorded.index


def places_in(draft: Draft) -> Callable[[int], Place]:
    """Where an entry stands, also one that has left the list on a page; before all of them where there is none."""
    known = {line.recorded.index: place_of(line) for line in draft.lines}
    return lambda index: known.get(index, (-1, "", index))


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Lines that stand together on a page."""

    stage: Stage
    kind: str
    lines: tuple[Line, ...]


def groups_of(lines: Iterable[Line]) -> tuple[Group, ...]:
    """The lines of a page, which are in order, by what becomes of them and by kind of record."""
    found: dict[tuple[Stage, str], list[Line]] = {}
    for line in lines:
        found.setdefault((stage_of(line), kind_of(line)), []).append(line)
    return tuple(Group(stage=stage, kind=kind, lines=tuple(held)) for (stage, kind), held in found.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Lines that one decision may be for: the same is proposed for the same reason, or the same was decided.

    Attributes:
        key: names it in a form.
        verdict, ground: proposed, or decided where `is_decided`.
        indices: entries.
        held: what the officer saw of it, to be compared when they decide: the last verdict, and how many.
    """

    key: str
    verdict: Verdict
    ground: Ground | None
    indices: tuple[int, ...]
    is_decided: bool
    held: str


def batches_of(draft: Draft) -> tuple[Batch, ...]:
    """The lines by what can be decided together: those without a verdict first, then the most numerous."""
    found: dict[str, list[Line]] = {}
    for line in draft.lines:
        found.setdefault(_key(line), []).append(line)
    made = [_batch(key, lines) for key, lines in found.items()]
    return tuple(sorted(made, key=lambda batch: (batch.is_decided, -len(batch.indices), batch.key)))


def _key(line: Line) -> str:
    if line.decided is None:
        return line.proposal.reason.id.rpartition(".")[2]
    stage, choice = stage_of(line), choice_of(line.decided.verdict, line.decided.ground)
    return f"decided-{stage if stage is Stage.SECOND else choice.replace(':', '-')}"


def _batch(key: str, lines: Sequence[Line]) -> Batch:
    one = lines[0].decided or lines[0].proposal
    last = max((line.standing.recorded_in for line in lines if line.standing is not None), default=-1)
    return Batch(
        key=key,
        verdict=one.verdict,
        ground=one.ground,
        indices=tuple(line.recorded.index for line in lines),
        is_decided=lines[0].decided is not None,
        held=f"{last}.{len(lines)}",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """One decision for many lines, as it was sent.

    Attributes:
        ticked: keys of the batches.
        choice: one of `CHOICES`; empty: each line as it is proposed.
        reason: in the officer's words.
        wrong: the last part of the message that says what is wrong with it; empty: nothing.
        decided: what is to be recorded; empty where something is wrong.
    """

    ticked: frozenset[str] = frozenset()
    choice: str = ""
    reason: str = ""
    wrong: str = ""
    decided: tuple[Decided, ...] = ()


def together_of(form: Mapping[str, str], draft: Draft) -> Together:
    """What an officer sent from the form of batches.

    A batch that was decided otherwise meanwhile is refused: nobody decides over another without seeing it. Of lines
    without a verdict those that were decided meanwhile have left their batch; one that all have left is refused too.

    Args:
        form: fields `batch-KEY` and `held-KEY`, `choice` and `reason`.
        draft: as it stands now.
    """
    ticked = frozenset(name.removeprefix("batch-") for name in form if name.startswith("batch-"))
    choice, reason = form.get("choice", ""), form.get("reason", "").strip()
    chosen = [batch for batch in batches_of(draft) if batch.key in ticked]
    wrong = ""
    is_gone = any(key not in {batch.key for batch in chosen} for key in ticked)
    if is_gone or any(batch.is_decided and form.get(f"held-{batch.key}") != batch.held for batch in chosen):
        wrong = "batch_meanwhile"
    elif not chosen or choice not in ("", *CHOICES):
        wrong = "batch_none"
    elif not 0 < len(reason) <= MOST_OF_A_REASON:
        wrong = "batch_reason"
    meant = {index for batch in chosen for index in batch.indices}
    lines = [] if wrong else [line for line in draft.lines if line.recorded.index in meant]
    decided = tuple(_decided(line, choice, reason=reason) for line in lines)
    return Together(ticked=ticked, choice=choice, reason=reason, wrong=wrong, decided=decided)


def _decided(line: Line, choice: str, *, reason: str) -> Decided:
    verdict, ground = meant_by(choice) if choice else (line.proposal.verdict, line.proposal.ground)
    return Decided(entry_index=line.recorded.index, verdict=verdict, ground=ground, reason=reason)
