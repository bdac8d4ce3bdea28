"""What the list of agreements and the page of one of them show, every word ready."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from watchroom.gate.agreements import Kept
from watchroom.gate.drafts import Draft, DraftsListed
from watchroom.governance.sheets.show import FindingLine, SheetShown, finding_lines, sheet_shown
from watchroom.governance.signing.show import SignatureLine, signature_lines
from watchroom.governance.standing.rules import LINES_A_PAGE, Waiting, grouped, page_of, versions_of, waiting_for
from watchroom.governance.standing.show import Asker, Line, State, charter_line, line_of, state_of
from watchroom.model.catalogue import Catalogue
from watchroom.model.words import Words
from watchroom.policy.clauses import Agreement
from watchroom.policy.lint import Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading of the list and what stands under it on this page; `of`: how many stand under it at all."""

    key: str
    title: str
    note: str
    lines: tuple[Line, ...]
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """One draft that is being written."""

    path: str
    name: str
    written: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """The list. `charter` is the node's own; `none` is said where nothing is agreed with anybody.

    `drafts_of` counts all drafts; `more` and `more_drafts` are places from which the lists go on, empty where they end.
    """

    title: str
    sentence: str
    done: str
    sections: tuple[Section, ...]
    drafts: tuple[DraftLine, ...]
    drafts_of: int
    charter: Line
    none: str
    more: str
    more_drafts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """Another version of the same name. `compare` leads to both side by side; empty: it is the one of the page."""

    digest: str
    text: str
    state: State
    compare: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementPage:
    """One version, or the charter: what is agreed in words, and how it stands. `is_charter`: nobody else signs it."""

    line: Line
    done: str
    is_charter: bool
    sheet: SheetShown
    signatures: tuple[SignatureLine, ...]
    versions: tuple[VersionLine, ...]
    findings: tuple[FindingLine, ...]
    findings_sentence: str
    entered: str
    is_signed_by_us: bool
    can_sign: bool
    is_measured: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Everything that is agreed, and some of the drafts; `after`: digest after which the page begins."""

    kept: Sequence[Kept]
    charter: Agreement
    drafts: DraftsListed
    after: str = ""


def list_page(held: Held, *, asker: Asker, done: str = "") -> ListPage:
    """A page of the list of everything agreed, what waits first."""
    phrase, drafts = asker.words.phrase, held.drafts
    every = grouped(held.kept, organisation=asker.organisation, on=asker.on)
    found = page_of(every, most=LINES_A_PAGE, after=held.after)
    numbers = {group: len(ones) for group, ones in every}
    return ListPage(
        title=phrase("agreements.title"),
        sentence=phrase("agreements.sentence"),
        done=phrase(f"agreements.done.{done}") if done else "",
        sections=tuple(
            Section(
                key=group,
                title=phrase(f"agreements.group.{group}"),
                note=phrase(f"agreements.group.{group}.note"),
                lines=tuple(line_of(one, asker) for one in ones),
                of=numbers[group],
            )
            for group, ones in found.groups
        ),
        drafts=tuple(_draft(one, asker.words) for one in drafts.drafts),
        drafts_of=drafts.of,
        charter=charter_line(held.charter, asker),
        none="" if held.kept else phrase("agreements.none"),
        more=found.more,
        more_drafts=str(drafts.more) if drafts.more else "",
    )


def agreement_page(one: Kept, kept: Sequence[Kept], *, asker: Asker, model: Catalogue, done: str = "") -> AgreementPage:
    """The page of one version."""
    words = asker.words
    signatures = signature_lines(one, asker=asker)
    findings = finding_lines(one.agreement, model=model, words=words)
    return AgreementPage(
        line=line_of(one, asker),
        done=words.phrase(f"agreements.done.{done}") if done else "",
        is_charter=False,
        sheet=sheet_shown(one.agreement, model=model, words=words),
        signatures=signatures,
        versions=tuple(_version(other, one, words) for other in versions_of(kept, one.agreement.name)),
        findings=findings,
        findings_sentence=words.phrase("agreements.findings.count", count=len(findings)),
        entered=words.phrase("agreements.entered", at=one.entered_at),
        is_signed_by_us=asker.organisation not in one.unsigned,
        can_sign=waiting_for(one, organisation=asker.organisation, on=asker.on) is Waiting.SIGN,
    )


def with_measures(
    page: AgreementPage, agreement: Agreement, *, measured: Measured, model: Catalogue, words: Words
) -> AgreementPage:
    """The page with what was measured on the record and the log among its findings."""
    findings = finding_lines(agreement, model=model, words=words, measured=measured)
    return replace(
        page,
        findings=findings,
        findings_sentence=words.phrase("agreements.findings.measured", count=len(findings)),
        is_measured=True,
    )


def charter_page(charter: Agreement, *, asker: Asker, model: Catalogue) -> AgreementPage:
    """The page of the node's own charter, which is in force by being there."""
    findings = finding_lines(charter, model=model, words=asker.words)
    return AgreementPage(
        line=charter_line(charter, asker),
        done="",
        is_charter=True,
        sheet=sheet_shown(charter, model=model, words=asker.words),
        signatures=(),
        versions=(),
        findings=findings,
        findings_sentence=asker.words.phrase("agreements.findings.count", count=len(findings)),
        entered=asker.words.phrase("agreements.charter.note"),
        is_signed_by_us=True,
        can_sign=False,
    )


def _version(other: Kept, one: Kept, words: Words) -> VersionLine:
    is_this = other.agreement.digest == one.agreement.digest
    old, new = sorted((other, one), key=lambda kept: kept.agreement.version)
    return VersionLine(
        digest=other.agreement.digest,
        text=words.phrase("agreements.version", version=other.agreement.version),
        state=state_of(other, words),
        compare="" if is_this else f"/agreements/{old.agreement.digest}/compare/{new.agreement.digest}",
    )


def _draft(one: Draft, words: Words) -> DraftLine:
    return DraftLine(
        path=f"/agreements/drafts/{one.id}",
        name=one.name or words.phrase("drafts.unnamed"),
        written=words.phrase("drafts.written", name=one.written_by, at=one.written_at),
    )
