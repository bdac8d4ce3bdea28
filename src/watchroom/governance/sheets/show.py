"""The sheet of an agreement and the findings of its lint, every word ready to be placed."""

from dataclasses import dataclass
from typing import Final

from watchroom.model.catalogue import Catalogue
from watchroom.model.words import Words
from watchroom.policy.clauses import Agreement
from watchroom.policy.lint import Measured, lint
from watchroom.policy.sheet import sheet

# With more headings than this a page wants a way from one to the other.
_MANY: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A piece of a sentence; `is_name`: a name of the model, set apart."""

    text: str
    is_name: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSection:
    """A heading of the sheet and its lines; `key` is its anchor."""

    key: str
    title: tuple[Span, ...]
    lines: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetShown:
    """The sheet of an agreement. `is_long`: it wants a way from heading to heading."""

    title: str
    note: str
    sections: tuple[SheetSection, ...]
    digest: str
    is_long: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """One finding of the lint: at which line of the text (0: of the whole), of which clause, what it is."""

    line: int
    where: str
    text: tuple[Span, ...]


def sheet_shown(agreement: Agreement, *, model: Catalogue, words: Words) -> SheetShown:
    """The sheet, ready to be placed."""
    page = sheet(agreement, model=model)
    sections = tuple(
        SheetSection(
            key=f"part-{place}",
            title=spans(words.say(section.title)),
            lines=tuple(spans(words.say(line)) for line in section.lines),
        )
        for place, section in enumerate(page.sections, start=1)
    )
    return SheetShown(
        title=words.say(page.title),
        note=words.say(page.note),
        sections=sections,
        digest=page.digest,
        is_long=len(sections) > _MANY,
    )


def finding_lines(
    agreement: Agreement, *, model: Catalogue, words: Words, measured: Measured | None = None
) -> tuple[FindingLine, ...]:
    """What should be meant twice, line by line of the text; with what was measured of it, where it was."""
    return tuple(
        FindingLine(
            line=one.line,
            where=words.phrase("agreements.finding.of_clause", clause=one.clause, line=one.line)
            if one.clause is not None
            else words.phrase("agreements.finding.of_whole"),
            text=spans(words.say(one.text)),
        )
        for one in lint(agreement, model=model, measured=measured)
    )


def spans(text: str) -> tuple[Span, ...]:
    """A sentence in pieces: what stands between backticks is a name."""
    return tuple(Span(text=piece, is_name=place % 2 == 1) for place, piece in enumerate(text.split("`")) if piece)
