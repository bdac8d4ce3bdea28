"""Verdicts and batches of a draft in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from watchroom.audit.subject_rules import Ground, Verdict
from watchroom.governance.subject_groups.rules import CHOICES, Batch, Together, meant_by
from watchroom.model.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One verdict of a form."""

    value: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceGroup:
    """Verdicts of one kind, with the grounds that there are; `title` empty: no ground."""

    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchShown:
    """Lines that can be decided together; `held` is sent back with the form."""

    key: str
    text: str
    why: str
    held: str
    is_ticked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TogetherForm:
    """The form in which many lines are decided at once.

    Attributes:
        open, decided: batches without a verdict, and those that have one and may be decided otherwise.
        is_decided_open: one of the latter is ticked, so they are shown.
        wrong: what is wrong, in words, and `field`, the control it is about; None: nothing.
    """

    open: tuple[BatchShown, ...]
    decided: tuple[BatchShown, ...]
    is_decided_open: bool
    groups: tuple[ChoiceGroup, ...]
    reason: str
    wrong: str | None
    field: str


def together_form(batches: Sequence[Batch], sent: Together, words: Words) -> TogetherForm:
    """The form, with what was sent where that was refused."""
    shown = [(batch, _batch(batch, sent.ticked, words)) for batch in batches]
    field = "batch-reason"
    if sent.wrong != "batch_reason" and batches:
        field = f"batch-{batches[0].key}"
    return TogetherForm(
        open=tuple(one for batch, one in shown if not batch.is_decided),
        decided=tuple(one for batch, one in shown if batch.is_decided),
        is_decided_open=bool(sent.wrong) or all(batch.is_decided for batch in batches),
        groups=choice_groups(sent.choice, words),
        reason=sent.reason,
        wrong=words.phrase(f"access.wrong.{sent.wrong}") if sent.wrong else None,
        field=field,
    )


def _batch(batch: Batch, ticked: frozenset[str], words: Words) -> BatchShown:
    verdict, count = said_of(batch.verdict, batch.ground, words), len(batch.indices)
    why = "access.batch.decided" if batch.is_decided else f"subject.reason.{batch.key}"
    return BatchShown(
        key=batch.key,
        text=words.phrase("access.batch", count=count, lines=count, verdict=verdict),
        why=words.phrase("access.batch.second" if batch.key == "decided-second" else why),
        held=batch.held,
        is_ticked=batch.key in ticked,
    )


def said_of(verdict: Verdict, ground: Ground | None, words: Words) -> str:
    """A verdict with its ground in words."""
    said = words.phrase(f"access.verdict.{verdict.value}")
    if ground is None:
        return said
    return words.phrase("access.with_ground", verdict=said, ground=words.phrase(f"access.ground.{ground.value}"))


def choice_groups(chosen: str, words: Words) -> tuple[ChoiceGroup, ...]:
    """Every verdict that there is, by kind."""

    def choice(value: str) -> Choice:
        return Choice(value=value, text=said_of(*meant_by(value), words), is_chosen=value == chosen)

    return tuple(
        ChoiceGroup(
            title="" if verdict is Verdict.RELEASED else words.phrase(f"access.verdict.{verdict.value}"),
            choices=tuple(choice(value) for value in CHOICES if value.partition(":")[0] == verdict.value),
        )
        for verdict in Verdict
    )
