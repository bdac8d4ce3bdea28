"""The handover as a page: everything in words, and the hash of exactly that."""

import json
from dataclasses import fields, replace
from functools import cache
from hashlib import sha256
from typing import Any

from watchroom.handover.briefing import Briefing
from watchroom.handover.footings import MADE_OF
from watchroom.handover.page_footing import figure, footing_of, ground, with_ground
from watchroom.handover.page_lists import (
    change_groups,
    completeness_part,
    incident_lines,
    movement_lines,
    not_evaluated_lines,
    source_lines,
    task_lines,
)
from watchroom.handover.page_people import Sayer
from watchroom.handover.page_wing import is_roll_known, roll_part, roll_sentence
from watchroom.handover.show import BriefingPage, Section, Tile
from watchroom.handover.tones import Tone
from watchroom.model.code_lists import code_list
from watchroom.model.text import Text
from watchroom.model.words import Words
from watchroom.priority.footing import ENDED_IS_NEWS
from watchroom.priority.freshness import behind, source_name
from watchroom.priority.reasons import Level

CLASSIFICATION = "OFFICIAL-SENSITIVE"
_WORDS = (
    "contingency",
    "situation",
    "not_written",
    "withheld",
    "next",
    "instructions",
    "adjustments",
    "other_alerts",
    "late",
    "page",
    "hash",
    "outgoing",
    "incoming",
)


_INCIDENTS = "incident_report"


def briefing_page(briefing: Briefing, words: Words) -> BriefingPage:
    """The page of a briefing in the language of `words`; the same briefing and words give the same hash."""
    sayer = Sayer(briefing=briefing, words=words)
    cover = briefing.coverage
    shifts = {"outgoing": Text(f"shift.{cover.outgoing}"), "incoming": Text(f"shift.{cover.incoming}")}
    page = BriefingPage(
        language=words.language,
        post=briefing.post,
        agency=_agency(briefing, words),
        place=words.phrase("page.wing", unit=briefing.post.rpartition("-")[2]),
        title=words.phrase("page.handover.title", **shifts),
        subtitle=words.phrase("page.handover.subtitle", at=briefing.at, since=cover.since),
        at=briefing.at.isoformat(),
        as_of=briefing.at.isoformat() if briefing.as_of is None else briefing.as_of.isoformat(),
        as_of_words=words.phrase("page.as_of", at=briefing.as_of or briefing.at),
        classification=CLASSIFICATION,
        purpose=words.phrase("page.purpose", purpose=Text(f"purpose.{briefing.purpose}")),
        asker=briefing.asker,
        recorded=words.phrase("page.recorded"),
        staleness=_staleness(sayer),
        tiles=_tiles(sayer),
        sections=_sections(sayer),
        attention=sayer.groups(),
        not_evaluated=not_evaluated_lines(sayer),
        cleared=sayer.cleared(),
        roll=roll_part(sayer),
        movements=movement_lines(sayer),
        changes=change_groups(sayer),
        incidents=incident_lines(sayer),
        tasks=task_lines(sayer, is_long=False),
        long_overdue=task_lines(sayer, is_long=True),
        events=(),
        sources=source_lines(sayer),
        completeness=completeness_part(sayer),
        words={key: words.phrase(f"page.word.{key}") for key in _WORDS},
        hash="",
    )
    return replace(page, hash=hash_of(page))


def _agency(briefing: Briefing, words: Words) -> str:
    """The establishment as every other line names it; by the source's own name only where no list knows it."""
    if briefing.site in code_list("agency").codes:
        return words.code("agency", briefing.site)
    return briefing.agency


def hash_of(page: BriefingPage) -> str:
    """SHA-256 of exactly what the page shows, as canonical JSON, in hexadecimal; its own field does not count."""
    text = json.dumps(
        replace(page, hash=""), sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_by_field
    )
    return sha256(text.encode("utf-8")).hexdigest()


def _by_field(one: Any) -> dict[str, object]:
    """A part of the page as JSON takes it; `asdict` copies all of it, at ten times the cost."""
    return {name: getattr(one, name) for name in _field_names(one.__class__)}


@cache
def _field_names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _staleness(sayer: Sayer) -> str | None:
    """What a reader has to know before anything else: what is late, withheld, or cannot be compared."""
    briefing, words = sayer.briefing, sayer.words
    if briefing.sequence == 0:
        return " ".join([words.phrase("page.stale.nothing_known"), *_refused(sayer)])
    told = [_late(sayer), *_refused(sayer)]
    if briefing.roll.withheld:
        told.append(words.phrase("page.people_withheld", count=briefing.roll.withheld))
    blind = sum(extent.says_nothing for extent in briefing.extents.values())
    if blind and not briefing.is_all_withheld:
        told.append(words.phrase("page.not_evaluated", count=blind))
    if briefing.is_first:
        told.append(words.phrase("page.first_delivery"))
    return " ".join(one for one in told if one) or None


def _late(sayer: Sayer) -> str | None:
    briefing, words = sayer.briefing, sayer.words
    if not briefing.sources:
        return words.phrase("page.stale.no_source")
    late = behind(briefing.sources)
    stale = [source_name(source.system) for source in briefing.sources if source.system in late and not source.away_at]
    unjudged = [source for source in briefing.sources if not source.is_judged]
    unexpected = [source_name(source.system) for source in unjudged if not source.is_expected]
    undated = [source_name(source.system) for source in unjudged if source.is_expected]
    told = [
        words.phrase(key, sources=words.listed(systems))
        for key, systems in (("page.stale", stale), ("page.unjudged", unexpected), ("page.undated_source", undated))
        if systems
    ]
    told += [
        words.phrase("page.ended", source=source_name(source.system), at=source.ended_at)
        for source in briefing.sources
        if source.ended_at is not None and briefing.at - source.ended_at < ENDED_IS_NEWS
    ]
    told += [
        words.phrase("page.resumed", source=source_name(source.system), at=source.away_at)
        for source in briefing.sources
        if source.is_resumed
    ]
    return " ".join(told) or None


def _refused(sayer: Sayer) -> list[str]:
    """Whose last delivery was refused, so that the page tells of the one before."""
    return [
        sayer.words.phrase("page.stale.refused", source=source.system.upper(), time=sayer.time(source.refused_at))
        for source in sayer.briefing.sources
        if source.refused_at is not None
    ]


def _tiles(sayer: Sayer) -> tuple[Tile, ...]:
    briefing, words = sayer.briefing, sayer.words
    return (
        _level_tile(sayer, Level.ACT_NOW, Tone.NOW),
        _level_tile(sayer, Level.THIS_SHIFT, Tone.SOON),
        Tile(
            key="roll",
            label=words.phrase("page.tile.roll"),
            value=figure(sayer, briefing.roll.in_now, part="roll"),
            of=words.phrase("page.tile.of", total=briefing.roll.on_roll) if is_roll_known(sayer) else None,
            note=with_ground(sayer, _roll_note(sayer), part="roll", is_empty=not briefing.roll.on_roll),
            tone=Tone.PLAIN,
        ),
        _incidents_tile(sayer),
        _tasks_tile(sayer),
        Tile(
            key="staff",
            label=words.phrase("page.tile.staff"),
            value="–",
            of=None,
            note=words.phrase("checklist.note.no_source"),
            tone=Tone.PLAIN,
        ),
    )


def _tasks_tile(sayer: Sayer) -> Tile:
    """What is due; what has been overdue for very long is not added to the work of this shift, only counted."""
    words, tasks = sayer.words, sayer.briefing.tasks
    due = [task for task in tasks if not task.is_long_overdue]
    overdue, long = sum(task.is_overdue for task in due), len(tasks) - len(due)
    note = words.phrase("page.tile.overdue", count=overdue)
    if sayer.briefing.is_all_withheld:
        note = words.phrase("page.details_withheld")
    elif long:
        note = words.phrase("page.tile.long_overdue", note=note, count=long)
    return Tile(
        key="tasks",
        label=words.phrase("page.section.tasks"),
        value="–" if sayer.briefing.is_all_withheld else figure(sayer, len(due), part="tasks"),
        of=None,
        note=with_ground(sayer, note, part="tasks", is_empty=not tasks),
        tone=Tone.SOON if overdue else Tone.PLAIN,
    )


def _incidents_tile(sayer: Sayer) -> Tile:
    """How many incidents are open, and beside them how many may be; of those whom the asker may not see none is said.

    To an asker who sees none, or only some kinds and none of these, it is no zero but a dash.
    """
    briefing, words = sayer.briefing, sayer.words
    unknown = _of_unknown_status(sayer)
    opened = len(briefing.incidents) + briefing.without_status - unknown
    value, note = figure(sayer, opened, part="incidents"), _incidents_note(sayer)
    if _INCIDENTS in briefing.withheld:
        value, note = "–", words.phrase("checklist.note.not_available")
    elif _INCIDENTS in briefing.in_part:
        value = value if opened or unknown else "–"
        note = words.phrase("page.tile.incidents_in_part")
    if unknown:
        note = words.phrase("page.tile.unknown_status", count=unknown, note=note)
    if _INCIDENTS not in briefing.withheld:
        note = with_ground(sayer, note, part="incidents", is_empty=not opened and not unknown)
    return Tile(
        key="incidents",
        label=words.phrase("page.section.incidents"),
        value=value,
        of=words.phrase("page.tile.more", count=unknown) if unknown else None,
        note=note,
        tone=Tone.PLAIN,
    )


def _of_unknown_status(sayer: Sayer) -> int:
    """How many incidents may be open or not: the older ones stand in no list, the others are told as open."""
    told = sum(one.status.code is None for one in sayer.briefing.incidents)
    return told + sayer.briefing.without_status


def _incidents_note(sayer: Sayer) -> str:
    """In how many of them people of the wing are; whoever may not know all of its people does not know that."""
    briefing, words = sayer.briefing, sayer.words
    if briefing.is_all_withheld:
        return words.phrase("page.details_withheld")
    number = sum(bool(one.people) for one in briefing.incidents)
    if not briefing.roll.withheld:
        return words.phrase("page.tile.incidents", count=number)
    return words.phrase("page.tile.incidents_at_least" if number else "page.tile.incidents_none_known", count=number)


def _level_tile(sayer: Sayer, level: Level, tone: Tone) -> Tile:
    found = [one for one in sayer.briefing.people if one.now.level is level]
    due = min((one.now.due for one in found if one.now.due is not None), default=None)
    note = sayer.words.phrase("page.tile.new", count=sum(one.turn.value == "new" for one in found))
    if sayer.briefing.is_first or (found and not any(one.is_compared for one in found)):
        note = sayer.words.phrase("page.tile.not_compared")
    if sayer.briefing.is_all_withheld:
        note = sayer.words.phrase("page.details_withheld")
    elif due is not None:
        note = sayer.words.phrase("page.tile.first_due", new=note, time=sayer.time(due))
    label = sayer.words.phrase(f"level.{level.value}")
    value = "–" if sayer.briefing.is_all_withheld else figure(sayer, len(found), part="attention")
    note = with_ground(sayer, note, part="attention", is_empty=not found)
    return Tile(key=level.value, label=label, value=value, of=None, note=note, tone=tone)


def _roll_note(sayer: Sayer) -> str:
    if not is_roll_known(sayer):
        return sayer.words.phrase("page.roll.not_known")
    away = [
        sayer.words.phrase("page.tile.away", count=len(group.people), where=Text(f"whereabouts.{group.key}"))
        for group in sayer.briefing.roll.whereabouts
        if group.people and group.key != "cell_recorded"
    ]
    if sayer.briefing.roll.withheld:
        return sayer.words.phrase("page.tile.withheld", count=sayer.briefing.roll.withheld)
    return "; ".join(away) if away else sayer.words.phrase("page.tile.all_with_cell")


def _sections(sayer: Sayer) -> dict[str, Section]:
    briefing, words = sayer.briefing, sayer.words
    counts = _counts(sayer)
    nothing = {"events": "page.events.no_source", "sign": "page.sign.later", "sources": "page.stale.no_source"}
    if briefing.is_blind:
        nothing["attention"] = "page.no_listed_item_of_those"
    if briefing.is_first:
        counts["changes"], nothing["changes"] = "–", "turn.not_compared"
    if briefing.is_all_withheld:
        for key in ("attention", "changes", "movements", "tasks"):
            counts[key], nothing[key] = "–", "page.details_withheld"
    if _INCIDENTS in briefing.withheld:
        counts["incidents"], nothing["incidents"] = "–", "gate.not_available"
    elif briefing.without_status or _INCIDENTS in briefing.in_part:
        nothing["incidents"] = "page.incidents.none_of_those"
    return {
        key: Section(
            title=words.phrase(f"page.section.{key}"),
            count=count,
            none_listed=_none_listed(sayer, key, usual=nothing.get(key, "page.none_listed")),
            notes=_notes(sayer, key),
        )
        for key, count in counts.items()
    }


def _none_listed(sayer: Sayer, key: str, *, usual: str) -> str:
    """What stands in the place of an empty list: that there is none, or that nobody can know."""
    if _is_unknown(sayer, key):
        return sayer.words.phrase("page.none_known", why=ground(sayer, _part(key)))
    return sayer.words.phrase(usual)


def _is_unknown(sayer: Sayer, key: str) -> bool:
    """There is nothing in the list, and whether there should be is not known."""
    briefing = sayer.briefing
    if briefing.is_all_withheld or (key == "incidents" and _INCIDENTS in briefing.withheld):
        return False
    listed = {
        "attention": len(briefing.people),
        "changes": len(briefing.news),
        "movements": len(briefing.movements),
        "incidents": len(briefing.incidents),
        "tasks": len(briefing.tasks),
        "roll": briefing.roll.on_roll,
    }
    return not listed.get(_part(key), 1) and not footing_of(sayer, _part(key)).is_known


def _part(key: str) -> str:
    """The part of the handover on whose sources a section rests."""
    return {"everyone": "roll", "long_overdue": "tasks"}.get(key, key)


def _counts(sayer: Sayer) -> dict[str, str]:
    briefing, words = sayer.briefing, sayer.words
    total = len(briefing.people) + briefing.unlisted
    long = sum(task.is_long_overdue for task in briefing.tasks)
    return {
        "attention": words.phrase("page.count.of", count=len(briefing.people), total=total)
        if is_roll_known(sayer)
        else "–",
        "not_evaluated": str(len(briefing.extents)) if briefing.extents else "",
        "cleared": str(len(briefing.cleared)),
        "roll": roll_sentence(sayer),
        "everyone": roll_sentence(sayer),
        "movements": figure(sayer, len(briefing.movements), part="movements"),
        "changes": figure(sayer, len(briefing.news), part="changes"),
        "incidents": figure(sayer, len(briefing.incidents), part="incidents"),
        "tasks": figure(sayer, len(briefing.tasks) - long, part="tasks"),
        "long_overdue": str(long),
        "events": "",
        "sources": str(len(briefing.sources)),
        "completeness": words.phrase(
            "page.count.of", count=sum(i.is_present for i in briefing.items), total=len(briefing.items)
        ),
        "sign": "",
    }


def _notes(sayer: Sayer, key: str) -> tuple[str, ...]:
    """What has to be known to read a list: how its times are meant, and what of it the asker does not see."""
    words = sayer.words
    hidden = [words.phrase(f"record.{name}") for name in MADE_OF.get(key, ()) if name in sayer.briefing.withheld]
    notes = [words.phrase("page.not_available_here", records=words.listed(hidden))] if hidden else []
    if key not in ("long_overdue", "everyone") and not _is_unknown(sayer, key) and (why := ground(sayer, _part(key))):
        notes.append(words.phrase("page.ground", why=why))
    if key == "incidents":
        notes += _incident_notes(sayer)
    if key == "changes" and sayer.briefing.news:
        notes.append(words.phrase("page.changes.times"))
    if key == "not_evaluated" and sayer.briefing.undated:
        notes.append(words.phrase("page.undated", count=len(sayer.briefing.undated)))
    return tuple(notes)


def _incident_notes(sayer: Sayer) -> list[str]:
    words, briefing = sayer.words, sayer.briefing
    told = [words.phrase("page.incidents.in_part")] if _INCIDENTS in briefing.in_part - {*briefing.withheld} else []
    if briefing.without_status:
        told.append(words.phrase("page.incidents.without_status", count=briefing.without_status))
    return told
