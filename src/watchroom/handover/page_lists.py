"""The lists of a handover in words: movements, tasks, changes, incidents, sources and what is missing."""

from datetime import UTC, datetime
from itertools import groupby
from uuid import UUID

from watchroom.handover.briefing import Due, News, OpenIncident
from watchroom.handover.page_people import Sayer
from watchroom.handover.show import (
    ChangeGroup,
    ChangeLine,
    ChecklistLine,
    CompletenessPart,
    IncidentLine,
    SourceLine,
    TimedLine,
    Tone,
)
from watchroom.priority.freshness import SourceAge

# News of these kinds first; every other kind follows by name.
_FIRST = ("ALERTS", "SAFETY", "INCIDENTS", "RISK", "LOCATION", "STATUS", "EVENTS")
_SOURCE_TONES = {"fresh": Tone.PLAIN, "late": Tone.LATE, "silent": Tone.LATE}


def movement_lines(sayer: Sayer) -> tuple[TimedLine, ...]:
    """What is listed for today, cancelled things last."""
    return tuple(_timed(sayer, due, owner=None) for due in sayer.briefing.movements)


def task_lines(sayer: Sayer) -> tuple[TimedLine, ...]:
    """What is due, overdue first."""
    return tuple(_timed(sayer, due, owner=sayer.words.say(due.status)) for due in sayer.briefing.tasks)


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
    )


def _told_time(sayer: Sayer, due: Due) -> str:
    if due.at is not None:
        return sayer.time(due.at)
    today = sayer.briefing.at.astimezone(sayer.words.zone).date()
    if due.day is not None and due.day != today:
        return sayer.words.day(due.day, "short" if due.day.year == today.year else "day")
    return sayer.words.phrase("page.today")


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
    return ChangeLine(
        at=sayer.time(one.at),
        at_instant=one.at.astimezone(UTC).isoformat(),
        place=sayer.place(person),
        person_id=None if one.person_id is None else str(one.person_id),
        name="" if one.person_id is None else sayer.name(person),
        text=sayer.words.say(one.text),
        source=one.source.upper(),
    )


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
    never = words.phrase("page.source.never")
    return SourceLine(
        source=one.system.upper(),
        as_of=never if one.as_of is None else words.phrase("page.source.as_of", at=one.as_of),
        as_of_at=_iso(one.as_of),
        age="" if one.age_seconds is None else words.phrase("page.source.age", age=words.age(one.age_seconds)),
        age_seconds=None if one.age_seconds is None else int(one.age_seconds),
        state=one.state,
        word=words.phrase(f"page.source.{one.state}"),
        tone=_SOURCE_TONES[one.state],
    )


def completeness_part(sayer: Sayer) -> CompletenessPart:
    """How complete the handover is, and what is missing by name."""
    briefing, words = sayer.briefing, sayer.words
    present = sum(item.is_present for item in briefing.items)
    return CompletenessPart(
        sentence=words.phrase("page.completeness", present=present, total=len(briefing.items)),
        percent=f"{round(100 * briefing.score)} %",
        score=round(briefing.score, 4),
        present=present,
        total=len(briefing.items),
        items=tuple(
            ChecklistLine(
                key=item.key,
                label=words.phrase(f"checklist.{item.key}"),
                is_present=item.is_present,
                note="" if item.note is None else words.say(item.note),
            )
            for item in briefing.items
        ),
        withheld=tuple(
            words.phrase("page.not_available", record=words.phrase(f"record.{entity}")) for entity in briefing.withheld
        ),
        issues=tuple(words.say(issue) for issue in briefing.issues),
    )


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()
