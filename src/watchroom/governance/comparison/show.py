"""What the page shows on which two versions are compared, every word ready."""

from dataclasses import dataclass

from watchroom.gate.agreements import Kept
from watchroom.governance.comparison.rules import Kind, TextLine, text_changes
from watchroom.governance.sheets.show import Span, spans
from watchroom.governance.standing.show import State, state_of
from watchroom.model.catalogue import Catalogue
from watchroom.model.words import Words
from watchroom.policy.changes import Change, Direction
from watchroom.policy.difference import Difference, difference

# Wider first: it is what a signatory has to mean.
_ORDER = (Direction.WIDER, Direction.BOTH, Direction.NARROWER, Direction.WORDED)
_SHAPES = {
    Direction.WIDER: "late",
    Direction.BOTH: "late",
    Direction.NARROWER: "closed",
    Direction.WORDED: "empty",
}
_SIGNS = {Kind.ADDED: "+", Kind.TAKEN: "−", Kind.SAME: " ", Kind.GAP: "…"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeGroup:
    """All changes of one direction: wider, both, narrower, worded otherwise."""

    key: str
    title: str
    shape: str
    lines: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InWords:
    """What changes, in words. `sentence` says in one whether it is wider."""

    sentence: str
    is_wider: bool
    groups: tuple[ChangeGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRow:
    """One line of the texts: its numbers (empty: not in that text), a sign and the word for it."""

    kind: str
    old: str
    new: str
    sign: str
    word: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two versions."""

    digest: str
    text: str
    valid: str
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonPage:
    """Two versions: `old` and `new`, what changes in words, and the lines of text that differ."""

    title: str
    old: Side
    new: Side
    changes: InWords
    rows: tuple[TextRow, ...]


def comparison_page(old: Kept, new: Kept, *, model: Catalogue, words: Words) -> ComparisonPage:
    """The page of two versions of one agreement, or of two agreements."""
    return ComparisonPage(
        title=words.phrase("compare.title", name=new.agreement.title),
        old=_side(old, words),
        new=_side(new, words),
        changes=in_words(difference(old.agreement, new.agreement, model=model), words),
        rows=text_rows(old.document, new.document, words),
    )


def in_words(found: Difference, words: Words) -> InWords:
    """What changes, wider first."""
    kind = "wider" if found.is_wider else "not_wider" if found.changes else "same"
    return InWords(
        sentence=words.phrase(f"compare.sentence.{kind}", count=len(found.changes)),
        is_wider=found.is_wider,
        groups=tuple(
            ChangeGroup(
                key=direction,
                title=words.phrase(f"difference.{direction}"),
                shape=_SHAPES[direction],
                lines=tuple(spans(words.say(one.whole_text)) for one in ones),
            )
            for direction in _ORDER
            if (ones := _of(found.changes, direction))
        ),
    )


def text_rows(old: str, new: str, words: Words) -> tuple[TextRow, ...]:
    """The lines of two texts that differ."""
    return tuple(_row(one, words) for one in text_changes(old, new))


def _of(changes: tuple[Change, ...], direction: Direction) -> list[Change]:
    return [one for one in changes if one.direction is direction]


def _row(one: TextLine, words: Words) -> TextRow:
    return TextRow(
        kind=one.kind,
        old=str(one.old or ""),
        new=str(one.new or ""),
        sign=_SIGNS[one.kind],
        word=words.phrase(f"compare.line.{one.kind}"),
        text=one.text,
    )


def _side(one: Kept, words: Words) -> Side:
    agreement = one.agreement
    return Side(
        digest=agreement.digest,
        text=words.phrase("compare.side", name=agreement.name, version=agreement.version),
        valid=words.phrase("agreements.valid", first=agreement.valid_from, last=agreement.valid_to),
        state=state_of(one, words),
    )
