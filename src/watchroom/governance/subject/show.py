"""What the page of a request shows: its draft, line by line. Every word is ready; staff who looked are roles."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlencode

from watchroom.audit.subject import Draft, Line
from watchroom.audit.subject_requests import SubjectRequest
from watchroom.audit.subject_rules import Verdict
from watchroom.audit.verdicts import MOST_OF_A_REASON
from watchroom.governance.answer.show import about_words, told_of
from watchroom.governance.subject.rules import (
    Progress,
    Sent,
    Sheet,
    Show,
    first_shown,
    is_new,
    listed,
    progress_of,
    sheet_of,
)
from watchroom.governance.subject_groups.rules import Together, batches_of, choice_of, groups_of, places_in
from watchroom.governance.subject_groups.show import ChoiceGroup, TogetherForm, choice_groups, said_of, together_form
from watchroom.governance.subject_list.show import HOME, DueMark, due_mark
from watchroom.model.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class LineShown:
    """One entry of the draft.

    Attributes:
        at, what, by, purpose, others: in words, as the person would be told, and who else stands in it.
        is_new: came since the draft before.
        proposal, why: what is proposed, and for what reason.
        standing: the verdict in force, by whom and when; None: none.
        second: that a second officer has to decide the same; None: not so. `may_agree`: this officer may be that one.
        groups, reason, seen: the form of the line. `wrong`: what is wrong with it; None: nothing.
    """

    index: int
    at: str
    what: str
    by: str
    purpose: str
    others: str
    is_new: bool
    proposal: str
    tone: str
    why: str
    standing: str | None
    second: str | None
    may_agree: bool
    agrees: bool
    groups: tuple[ChoiceGroup, ...]
    reason: str
    seen: str
    wrong: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One way to list the lines."""

    path: str
    text: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupShown:
    """Lines that stand together, what becomes of them and what they are about; `count` has those of other pages too."""

    title: str
    about: str
    count: str
    lines: tuple[LineShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of the line at the top; `path` lists what it counts."""

    path: str
    label: str
    value: str
    note: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """Where in the list the page is, and the entries at which others begin; None: there is none."""

    words: str
    begin: int
    first: int | None
    before: int | None
    after: int | None
    last: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPage:
    """A request with its draft. `problems`: what is wrong with what was sent, each with the field it is about."""

    title: str
    path: str
    person: str
    received: str
    due: DueMark
    notice: str
    figures: tuple[Figure, ...]
    since: str | None
    erased: str | None
    answered: str | None
    restricted: str | None
    filters: tuple[Filter, ...]
    show: str
    together: TogetherForm
    groups: tuple[GroupShown, ...]
    none_listed: str
    pager: Pager
    problems: tuple[tuple[str, str], ...]
    done: str | None
    most_of_a_reason: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """Who looks at which part of a draft, and what they sent that was not taken.

    Attributes:
        officer: account of who looks.
        agency: code and name of the node's organisation.
        show, begin: which lines, from which entry on; None: those that are to be decided first.
        sent: verdicts that were refused; None: nothing was.
        together: one decision for many lines that was refused.
        done: what was done just now, as the last part of a message; empty: nothing.
    """

    officer: str
    agency: tuple[str, str]
    show: Show | None = None
    begin: int = 0
    sent: Sent | None = None
    together: Together = field(default_factory=Together)
    done: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """A request with its draft, how many entries came since that was drawn, and of which entities records of the person
    are kept and not used."""

    request: SubjectRequest
    draft: Draft
    since: int
    today: date
    restricted: tuple[str, ...] = ()


def draft_page(work: Worked, looked: Looked, words: Words) -> DraftPage:
    """The page of a request in the language of `words`."""
    request, draft = work.request, work.draft
    new_from = request.draft_before.upto if request.draft_before is not None else None
    show = looked.show or (Show.ALL if looked.begin else first_shown(draft))
    lines = _wanted(draft, replace(looked, show=show), new_from=new_from)
    sheet = sheet_of(lines, looked.begin, place=places_in(draft))
    whole = {(group.stage, group.kind): len(group.lines) for group in groups_of(lines)}
    together = together_form(batches_of(draft), looked.together, words)
    answer, here = request.answer, f"{HOME}/{request.id}"
    return DraftPage(
        title=words.phrase("access.request", reference=request.reference),
        path=here,
        person=str(request.person_id),
        received=words.phrase("access.received", day=request.received_on, by=request.opened_by),
        due=due_mark(request, today=work.today, words=words),
        notice=words.phrase("subject.draft"),
        figures=_figures(progress_of(draft), here, words),
        since=words.phrase("access.since", count=work.since) if work.since else None,
        erased=words.phrase("subject.erased", count=draft.erased) if draft.erased else None,
        answered=None if answer is None else words.phrase("access.answered", at=answer.at, by=answer.by),
        restricted=restricted_in_words(work.restricted, words),
        filters=_filters(draft, show, here=here, new_from=new_from, words=words),
        show=show.value,
        together=together,
        groups=tuple(
            GroupShown(
                title=words.phrase(f"access.group.{group.stage.value}"),
                about=about_words(group.kind, words),
                count=f"{whole[group.stage, group.kind]:,}",
                lines=tuple(_line(line, looked, new_from=new_from, words=words) for line in group.lines),
            )
            for group in groups_of(sheet.lines)
        ),
        none_listed=words.phrase(f"access.none.{show.value}"),
        pager=_pager(sheet, looked.begin, words),
        problems=_problems(looked, together, words),
        done=words.phrase(f"access.done.{looked.done}") if looked.done else None,
        most_of_a_reason=MOST_OF_A_REASON,
    )


def restricted_in_words(entities: Sequence[str], words: Words) -> str | None:
    """That records of a person are kept and not used, for the officer who answers them; None: none are."""
    if not entities:
        return None
    named = ", ".join(sorted(set(entities)))
    return words.phrase("kept_records.subject", count=len(entities), entities=named)


def _wanted(draft: Draft, looked: Looked, *, new_from: int | None) -> tuple[Line, ...]:
    """The lines that are listed; of a form that was refused all that it held, whatever became of them meanwhile."""
    found = listed(draft, looked.show or Show.ALL, new_from=new_from)
    if looked.sent is None or not looked.sent.wrong:
        return found
    held = {line.recorded.index for line in found} | set(looked.sent.typed)
    return tuple(line for line in listed(draft, Show.ALL, new_from=new_from) if line.recorded.index in held)


def _figures(progress: Progress, here: str, words: Words) -> tuple[Figure, ...]:
    numbers = {
        "waiting": progress.lines - progress.decided,
        "second": progress.second,
        "released": progress.released,
        "withheld": progress.withheld,
        "neither": progress.neither,
    }
    tones = {"waiting": "is-soon", "second": "is-soon"}
    return tuple(
        Figure(
            path=f"{here}?{urlencode({'show': 'undecided' if key == 'waiting' else key})}#h-lines",
            label=words.phrase(f"access.figure.{key}"),
            value=f"{number:,}",
            note=words.phrase(f"access.figure.{key}.note", count=progress.lines),
            tone=tones.get(key, "") if number else "",
        )
        for key, number in numbers.items()
    )


def _filters(draft: Draft, show: Show, *, here: str, new_from: int | None, words: Words) -> tuple[Filter, ...]:
    return tuple(
        Filter(
            path=f"{here}?{urlencode({'show': one.value})}",
            text=words.phrase(f"access.show.{one.value}", count=len(listed(draft, one, new_from=new_from))),
            is_current=one is show,
        )
        for one in (Show.ALL, Show.UNDECIDED, Show.SECOND, Show.NEW)
    )


def _pager(sheet: Sheet, begin: int, words: Words) -> Pager:
    last = sheet.first + len(sheet.lines) - 1
    return Pager(
        words=words.phrase("access.pager", first=sheet.first, last=last, of=sheet.of) if sheet.lines else "",
        begin=begin,
        first=0 if sheet.before is not None else None,
        before=sheet.before,
        after=sheet.after,
        last=sheet.last,
    )


def _problems(looked: Looked, together: TogetherForm, words: Words) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    if together.wrong is not None:
        found.append((together.field, together.wrong))
    if looked.sent is not None:
        for index, wrong in looked.sent.wrong.items():
            control = "reason" if wrong == "reason" else "verdict"
            said = words.phrase(f"access.wrong.{wrong}", most=MOST_OF_A_REASON)
            found.append((f"{control}-{index}", words.phrase("access.wrong.at", index=index, wrong=said)))
    return tuple(found)


def _line(line: Line, looked: Looked, *, new_from: int | None, words: Words) -> LineShown:
    index, standing = line.recorded.index, line.standing
    told = told_of(line, agency=looked.agency, words=words)
    typed = None if looked.sent is None else looked.sent.typed.get(index)
    wrong = None if looked.sent is None else looked.sent.wrong.get(index)
    kept = "" if standing is None else choice_of(standing.decided.verdict, standing.decided.ground)
    choice = kept if typed is None else typed.choice
    reason = ("" if standing is None else standing.decided.reason) if typed is None else typed.reason
    return LineShown(
        index=index,
        at=words.instant(line.recorded.at, ""),
        what=told.what,
        by=told.by,
        purpose=told.purpose,
        others=words.phrase("access.others", count=line.others) if line.others else "",
        is_new=is_new(line, new_from),
        proposal=said_of(line.proposal.verdict, line.proposal.ground, words),
        tone=_VERDICT_TONES[line.proposal.verdict],
        why=words.say(line.proposal.reason),
        standing=None
        if standing is None
        else words.phrase(
            "access.standing",
            verdict=said_of(standing.decided.verdict, standing.decided.ground, words),
            by=standing.by,
            at=standing.at,
        ),
        second=words.phrase("access.second") if line.awaits_second else None,
        may_agree=line.awaits_second and standing is not None and standing.by != looked.officer,
        agrees=typed is not None and typed.agrees,
        groups=choice_groups(choice, words),
        reason=reason,
        # What the officer saw stays what they saw, unless they are told now that another one decided.
        seen="" if standing is None else str(standing.recorded_in),
        wrong=None if wrong is None else words.phrase(f"access.wrong.{wrong}", most=MOST_OF_A_REASON),
    )


_VERDICT_TONES = {Verdict.RELEASED: "done", Verdict.WITHHELD: "withheld", Verdict.NEITHER: "closed"}
