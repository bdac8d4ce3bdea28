"""The lists of a handover in words: movements, tasks, changes, incidents, sources and what is missing."""

from datetime import UTC, datetime, timedelta
from itertools import groupby
from uuid import UUID

from watchroom.handover.briefing import Due, News, OpenIncident
from watchroom.handover.page_people import Sayer
from watchroom.handover.page_quality import quality_part
from watchroom.handover.show import (
    ChangeGroup,
    ChangeLine,
    ChecklistLine,
    CompletenessPart,
    IncidentLine,
    NotEvaluatedLine,
    SourceLine,
    TimedLine,
)
from watchroom.handover.tones import Tone
from watchroom.model.words import Words
from watchroom.priority.extent import Extent
from watchroom.priority.freshness import SourceAge, as_of_words, shown_state, source_notes

# News of these kinds first; every other kind follows by name.
_FIRST = ("SOURCES", "ALERTS", "SAFETY", "INCIDENTS", "RISK", "LOCATION", "STATUS", "EVENTS")
# A change that became known this soon after it happened needs only one time.
_SOON_KNOWN = timedelta(hours=1)
_SOURCE_TONES = {
    "fresh": Tone.PLAIN,
    "late": Tone.LATE,
    "silent": Tone.LATE,
    "unjudged": Tone.LATE,
    "ended": Tone.PLAIN,
}


def movement_lines(sayer: Sayer) -> tuple[TimedLine, ...]:
    """What is listed for today, cancelled things last."""
    return tuple(_timed(sayer, due, owner=None) for due in sayer.briefing.movements)


def task_lines(sayer: Sayer, *, is_long: bool) -> tuple[TimedLine, ...]:
    """What is due, in the order of the days; with `is_long` what has been overdue for very long, instead."""
    due = [task for task in sayer.briefing.tasks if task.is_long_overdue is is_long]
    return tuple(_timed(sayer, task, owner=sayer.words.say(task.status)) for task in due)


def _timed(sayer: Sayer, due: Due, *, owner: str | None) -> TimedLine:
    words = sayer.words
    person = sayer.briefing.named.get(due.person_id)
    status = words.phrase("page.overdue") if due.is_overdue else "" if owner is not None else words.say(due.status)
    return TimedLine(
        at=_told_time(sayer, due),
        at_instant=_iso(due.at),
        place=sayer.place(person),
        person_id=str(due.person_id),
        name=sayer.name(person),
        text=words.say(due.text),
        status=status,
        tone=Tone.LATE if due.is_overdue else Tone.PLAIN if due.is_standing and not due.is_past else Tone.CLOSED,
        owner=owner,
        source=due.source.upper(),
        is_late=due.is_late,
        is_overdue=due.is_overdue,
        is_long_overdue=due.is_long_overdue,
    )


def _told_time(sayer: Sayer, due: Due) -> str:
    if due.at is not None:
        return sayer.time(due.at)
    return sayer.words.phrase("page.today") if due.day is None else sayer.day(due.day)


def change_groups(sayer: Sayer) -> tuple[ChangeGroup, ...]:
    """The changes since the last shift, by kind of news."""

    def rank(one: News) -> tuple[int, str]:
        return (_FIRST.index(one.category) if one.category in _FIRST else len(_FIRST), one.category)

    ordered = sorted(sayer.briefing.news, key=rank)
    return tuple(
        ChangeGroup(
            category=category,
            title=sayer.words.phrase(f"category.{category}"),
            lines=tuple(_change(sayer, one) for one in found),
        )
        for (_, category), found in groupby(ordered, key=rank)
    )


def _change(sayer: Sayer, one: News) -> ChangeLine:
    person = None if one.person_id is None else sayer.briefing.named.get(one.person_id)
    happened = _iso(one.happened_at) or (None if one.happened_on is None else one.happened_on.isoformat())
    is_late = one.happened_at is None or one.recorded_at - one.happened_at > _SOON_KNOWN
    known = sayer.words.phrase("page.changes.known", time=sayer.time(one.recorded_at))
    return ChangeLine(
        at=_told_change(sayer, one),
        at_instant=one.at.astimezone(UTC).isoformat(),
        known=known if happened is not None and is_late else "",
        basis="recorded" if happened is None else "happened",
        happened=happened,
        recorded_at=one.recorded_at.astimezone(UTC).isoformat(),
        place=sayer.place(person),
        person_id=None if one.person_id is None else str(one.person_id),
        name="" if one.person_id is None else sayer.name(person),
        text=sayer.words.say(one.text),
        source=one.source.upper(),
    )


def _told_change(sayer: Sayer, one: News) -> str:
    if one.happened_at is not None:
        return sayer.time(one.happened_at)
    if one.happened_on is not None:
        return sayer.day(one.happened_on)
    return sayer.words.phrase("page.changes.by", time=sayer.time(one.recorded_at))


def not_evaluated_lines(sayer: Sayer) -> tuple[NotEvaluatedLine, ...]:
    """The rules that could not be evaluated whole, by why that is so, in the order of the rules."""
    found = sayer.briefing.extents
    lines: list[NotEvaluatedLine] = []
    for state in (Extent.NOT_KNOWN_HERE, Extent.NOT_AVAILABLE, Extent.NOT_DELIVERED, Extent.IN_PART):
        rules = tuple(code for code, extent in found.items() if extent is state)
        if rules:
            names = sayer.words.listed([sayer.words.phrase(f"rule.{code}") for code in rules])
            text = sayer.words.phrase(f"page.not_evaluated.{state}", rules=names)
            lines.append(NotEvaluatedLine(state=state.value, rules=rules, text=text))
    return tuple(lines)


def incident_lines(sayer: Sayer) -> tuple[IncidentLine, ...]:
    """The incidents that are not closed; those with people of the unit first."""
    return tuple(_incident(sayer, one) for one in sayer.briefing.incidents)


def _incident(sayer: Sayer, one: OpenIncident) -> IncidentLine:
    words = sayer.words
    kind = words.code(one.kind.code_list, one.kind.code) if one.kind.code else one.kind.source_value or ""
    since = words.phrase("page.date_unreliable") if one.occurred_at is None else _since(sayer, one.occurred_at)
    return IncidentLine(
        reference=one.reference,
        title=kind if one.title is None else words.phrase("page.incident.title", kind=kind, title=one.title),
        since=since,
        since_at=_iso(one.occurred_at),
        status=words.phrase("page.incident.status", status=one.status),
        owner=words.phrase("task.owner_unknown"),
        people=tuple(
            _part(sayer, person, words.phrase("page.incident.role", role=role)) for person, role in one.people
        ),
        source=one.source.upper(),
    )


def _since(sayer: Sayer, at: datetime) -> str:
    return sayer.words.phrase("page.since", time=sayer.time(at))


def _part(sayer: Sayer, person: UUID, role: str) -> str:
    named = sayer.briefing.named.get(person)
    return sayer.words.phrase("page.incident.person", place=sayer.place(named), name=sayer.name(named), role=role)


def source_lines(sayer: Sayer) -> tuple[SourceLine, ...]:
    """How old each source is."""
    return tuple(_source(sayer, one) for one in sayer.briefing.sources)


def _source(sayer: Sayer, one: SourceAge) -> SourceLine:
    words = sayer.words
    return SourceLine(
        source=one.system.upper(),
        as_of=as_of_words(one, words=words),
        as_of_at=_iso(one.as_of),
        age="" if one.age_seconds is None else words.phrase("source.age", age=words.age(one.age_seconds)),
        age_seconds=None if one.age_seconds is None else int(one.age_seconds),
        state=one.state,
        shown=shown_state(one),
        word=words.phrase(f"source.{shown_state(one)}"),
        tone=_SOURCE_TONES[shown_state(one)],
        quality=quality_part(sayer, one.system),
        notes=source_notes(one, words=words),
        refused_at=_iso(one.refused_at),
        loaded_at=_iso(one.loaded_at),
        is_dated=one.is_dated,
        ended_at=_iso(one.ended_at),
    )


def completeness_part(sayer: Sayer) -> CompletenessPart:
    """How complete the handover is, and what is missing by name."""
    briefing, words = sayer.briefing, sayer.words
    present = sum(item.is_present for item in briefing.items)
    in_part = sum(item.is_in_part for item in briefing.items)
    counted = {"present": present, "total": len(briefing.items)}
    items = tuple(
        ChecklistLine(
            key=item.key,
            label=words.phrase(f"checklist.{item.key}"),
            is_present=item.is_present,
            in_part=item.is_in_part,
            note="" if item.note is None else words.say(item.note),
        )
        for item in briefing.items
    )
    return CompletenessPart(
        sentence=words.phrase("page.completeness_in_part", count=in_part, **counted)
        if in_part
        else words.phrase("page.completeness", **counted),
        percent=f"{round(100 * briefing.score)} %",
        score=round(briefing.score, 4),
        present=present,
        total=len(briefing.items),
        items=items,
        summary=_summary(items, words),
        withheld=tuple(
            words.phrase("page.not_available", record=words.phrase(f"record.{entity}")) for entity in briefing.withheld
        ),
        issues=tuple(words.say(issue) for issue in briefing.issues),
    )


def _summary(items: tuple[ChecklistLine, ...], words: Words) -> tuple[str, ...]:
    """What is here, what in part and what is missing, one line for each reason why."""
    whole = [item.label for item in items if item.is_present and not item.in_part]
    some = [words.phrase("page.completeness.part", part=item.label, note=item.note) for item in items if item.in_part]
    missing: dict[str, list[str]] = {}
    for item in items:
        if not item.is_present:
            missing.setdefault(item.note, []).append(item.label)
    lines = [words.phrase("page.completeness.here", parts="; ".join(whole))] if whole else []
    lines += [words.phrase("page.completeness.some", parts="; ".join(some))] if some else []
    told = [
        words.phrase("page.completeness.missing", note=why, parts="; ".join(found)) for why, found in missing.items()
    ]
    return (*lines, *told)


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()
