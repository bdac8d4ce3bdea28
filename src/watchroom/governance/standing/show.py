"""The line of one version: title, parties, state, days, and what is waited for, every word ready."""

from dataclasses import dataclass
from datetime import date

from watchroom.gate.agreements import AgreementState, Kept, parties
from watchroom.governance.standing.rules import OPEN, Review, Waiting, review_of, waiting_for
from watchroom.model.words import Words
from watchroom.policy.clauses import Agreement

# A shape beside each word of state, as elsewhere: what gives, what waits, what is closed.
_SHAPES = {
    AgreementState.UNSIGNED: "plain",
    AgreementState.AGREED: "watch",
    AgreementState.IN_FORCE: "fresh",
    AgreementState.SUSPENDED: "closed",
    AgreementState.LAPSED: "late",
    AgreementState.SUPERSEDED: "empty",
    AgreementState.ENDED: "empty",
}
_REVIEW_SHAPES = {Review.LATER: "", Review.DUE: "soon", Review.OVERDUE: "late"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """For whom a page is made: the node's own organisation, the day of the node, and the words."""

    organisation: str
    on: date
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How far a version has come: the word, what it is because of, and the shape beside it."""

    code: str
    word: str
    note: str
    shape: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One version in the list. `waiting` says what is waited for; `review_shape` is empty while that is far off."""

    digest: str
    name: str
    title: str
    version: str
    parties: str
    state: State
    valid: str
    review: str
    review_shape: str
    waiting: str
    waiting_path: str
    can_suspend: bool


def state_of(one: Kept, words: Words) -> State:
    """How far a version has come, in words."""
    return State(
        code=one.state,
        word=words.phrase(f"agreements.state.{one.state}"),
        note=_state_note(one, words),
        shape=_SHAPES[one.state],
    )


def _why(one: Kept, words: Words) -> str:
    if one.reason_erased_at is not None:
        return words.phrase("agreements.reason_erased", at=one.reason_erased_at)
    return words.phrase("agreements.suspended_why", reason=one.reason) if one.reason else ""


def _state_note(one: Kept, words: Words) -> str:
    match one.state:
        case AgreementState.UNSIGNED:
            return words.phrase("agreements.unsigned_by", names=words.listed(list(one.unsigned)))
        case AgreementState.LAPSED:
            return words.phrase("agreements.lapsed_by", names=words.listed(list(one.unsigned)))
        case AgreementState.AGREED:
            return words.phrase("agreements.begins", day=one.agreement.valid_from)
        case AgreementState.SUSPENDED:
            return f"{words.phrase('agreements.suspended_at', at=one.suspended_at)} {_why(one, words)}".strip()
        case _:
            return ""


def line_of(one: Kept, asker: Asker) -> Line:
    """The line of one version."""
    agreement, words = one.agreement, asker.words
    waiting = waiting_for(one, organisation=asker.organisation, on=asker.on)
    here = f"/agreements/{agreement.digest}"
    review = review_of(agreement, on=asker.on)
    counts = one.state not in (AgreementState.SUPERSEDED, AgreementState.ENDED)
    return Line(
        digest=agreement.digest,
        name=agreement.name,
        title=agreement.title,
        version=words.phrase("agreements.version", version=agreement.version),
        parties=words.listed(list(parties(agreement))),
        state=state_of(one, words),
        valid=words.phrase("agreements.valid", first=agreement.valid_from, last=agreement.valid_to),
        review=words.phrase(
            f"agreements.review.{review}" if counts else "agreements.review.was", day=agreement.review_by
        ),
        review_shape=_REVIEW_SHAPES[review] if counts else "",
        waiting=words.phrase(f"agreements.waiting.{waiting}") if waiting else "",
        waiting_path=f"{here}/sign" if waiting is Waiting.SIGN else here,
        can_suspend=one.state in OPEN,
    )


def charter_line(charter: Agreement, asker: Asker) -> Line:
    """The line of the node's own charter, which is in force by being there."""
    words, review = asker.words, review_of(charter, on=asker.on)
    return Line(
        digest=charter.digest,
        name=charter.name,
        title=charter.title,
        version=words.phrase("agreements.version", version=charter.version),
        parties=asker.organisation,
        state=State(
            code=AgreementState.IN_FORCE,
            word=words.phrase("agreements.state.in_force"),
            note=words.phrase("agreements.charter.own"),
            shape=_SHAPES[AgreementState.IN_FORCE],
        ),
        valid=words.phrase("agreements.valid", first=charter.valid_from, last=charter.valid_to),
        review=words.phrase(f"agreements.review.{review}", day=charter.review_by),
        review_shape=_REVIEW_SHAPES[review],
        waiting="",
        waiting_path="",
        can_suspend=False,
    )
