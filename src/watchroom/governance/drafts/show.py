"""What the pages show on which an agreement is written, every word ready."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from watchroom.gate.drafts import Draft
from watchroom.governance.comparison.show import TextRow
from watchroom.governance.drafts.rules import BLANK, Checked, Template, checked
from watchroom.governance.sheets.show import FindingLine, SheetShown, Span, finding_lines, sheet_shown, spans
from watchroom.model.catalogue import Catalogue
from watchroom.model.words import Words

# Room to write on below the last line.
_SPARE: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing to begin from: what the form sends, its name, and what it is."""

    key: str
    title: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage:
    """Where a draft begins. `draft_id` is its own from now on: a second press of the button begins no second one."""

    title: str
    draft_id: str
    groups: tuple[tuple[str, tuple[Choice, ...]], ...]
    text: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One line number beside the text; `mark` is empty, `is-error` or `is-finding`."""

    number: int
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One thing that is wrong with a draft, and the line on which it stands."""

    line: int
    text: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPage:
    """A draft: its text with numbers of lines, what is wrong with it, and how it would read.

    Attributes:
        text: what stands in the field; it is what was typed where that was not kept.
        revision: that the text goes on from.
        slips: all that can be found at once; empty: it can be read.
        conflict: that somebody else kept another text meanwhile, in words; empty: nobody did.
        theirs: how their text differs from the one in the field, line by line.
        sheet: how it would read; None: it cannot be read.
    """

    title: str
    path: str
    written: str
    done: str
    text: str
    revision: int
    rows: int
    numbers: tuple[Number, ...]
    slips: tuple[Slip, ...]
    findings: tuple[FindingLine, ...]
    sheet: SheetShown | None
    digest: str
    conflict: str
    theirs: tuple[TextRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Just:
    """What has just happened to a draft.

    Attributes:
        done: stem of the message of what was done; empty: nothing.
        typed: what stands in the field and was not kept; None: all was.
        is_conflict: somebody else has kept another text meanwhile; `changes` leads from theirs to what was typed.
    """

    done: str = ""
    typed: str | None = None
    is_conflict: bool = False
    changes: tuple[TextRow, ...] = ()


def new_page(found: Sequence[Template], *, draft_id: UUID, words: Words, text: str = "", error: str = "") -> NewPage:
    """The choice of where to begin."""
    groups: dict[str, list[Choice]] = {"blank": [], "version": [], "example": []}
    for one in found:
        kind = one.key.partition(":")[0]
        groups[kind].append(_choice(one, kind, words))
    return NewPage(
        title=words.phrase("drafts.new.title"),
        draft_id=str(draft_id),
        groups=tuple((words.phrase(f"drafts.new.{kind}"), tuple(ones)) for kind, ones in groups.items() if ones),
        text=text,
        error=words.phrase(error) if error else "",
    )


def _choice(one: Template, kind: str, words: Words) -> Choice:
    if kind == BLANK:
        return Choice(
            key=one.key, title=words.phrase("drafts.new.blank.title"), note=words.phrase("drafts.new.blank.note")
        )
    if kind == "version":
        title = words.phrase("drafts.new.version.title", name=one.name, version=one.version + 1)
        return Choice(key=one.key, title=title, note=words.phrase("drafts.new.version.note", version=one.version))
    names = words.listed(list(one.parties))
    return Choice(key=one.key, title=one.title, note=words.phrase("drafts.new.example.note", names=names))


def draft_page(draft: Draft, *, on: date, model: Catalogue, words: Words, just: Just) -> DraftPage:
    """The page of a draft on a day of the node."""
    text = draft.document if just.typed is None else just.typed
    found = checked(text, model=model, on=on)
    agreement = found.agreement
    findings = () if agreement is None else finding_lines(agreement, model=model, words=words)
    told = words.phrase("drafts.written", name=draft.written_by, at=draft.written_at)
    rows = text.count("\n") + 1 + _SPARE
    return DraftPage(
        title=words.phrase("drafts.title", name=draft.name or words.phrase("drafts.unnamed")),
        path=f"/agreements/drafts/{draft.id}",
        written=told,
        done=_done(just.done, is_readable=agreement is not None, words=words),
        text=text,
        revision=draft.revision,
        rows=rows,
        numbers=_numbers(rows, found, findings),
        slips=tuple(
            Slip(line=one.line, text=spans(words.phrase("drafts.error_at", line=one.line, problem=one.problem)))
            for one in found.slips
        ),
        findings=findings,
        sheet=None if agreement is None else sheet_shown(agreement, model=model, words=words),
        digest="" if agreement is None else agreement.digest,
        conflict=words.phrase("drafts.conflict", written=told) if just.is_conflict else "",
        theirs=just.changes,
    )


def _done(done: str, *, is_readable: bool, words: Words) -> str:
    """What was done; of a text that cannot be read, no more than that it is kept."""
    return words.phrase(f"drafts.done.{done if is_readable else 'unread'}") if done else ""


def _numbers(rows: int, found: Checked, findings: Sequence[FindingLine]) -> tuple[Number, ...]:
    marked, wrong = {one.line for one in findings if one.line}, {one.line for one in found.slips}
    return tuple(
        Number(number=line, mark="is-error" if line in wrong else "is-finding" if line in marked else "")
        for line in range(1, rows + 1)
    )
