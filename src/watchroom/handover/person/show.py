"""What the page of one person shows, every word ready: why they are listed, and each fact with source and age."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from watchroom.handover.outbox.show import not_yet
from watchroom.handover.person.rules import PARTS, FactRow, Part, Person, list_of
from watchroom.model.text import Coded, Text
from watchroom.model.words import Words
from watchroom.priority.attention import Attention
from watchroom.priority.facts import with_time
from watchroom.priority.freshness import SourceLine, source_lines, source_name
from watchroom.priority.reasons import Level, NextAction, Reason

# How a level looks: its shape and colour go with its word, never alone.
_TONES = {Level.ACT_NOW: "now", Level.THIS_SHIFT: "soon", Level.WATCH: "watch"}
_HEADS = ("what", "detail", "status", "when", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedLine:
    """One reason for which the person is listed on the handover. `tone` is now, soon or watch."""

    level: str
    tone: str
    headline: str
    text: str
    due: str | None
    next_action: str
    source: str
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPart:
    """Why the person is listed; `none_listed` stands where no rule gives a reason, and says whether any could."""

    title: str
    count: str
    lines: tuple[ListedLine, ...]
    none_listed: str
    late: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactLine:
    """One fact in words; `origin` is the entity and id of its row, as the address of where it came from has them."""

    what: str
    detail: str
    status: str
    at: str
    source: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLines:
    """One part of the page that has something to show; `withheld` names what of it is not available."""

    key: str
    title: str
    count: str
    heads: tuple[str, ...]
    has_status: bool
    lines: tuple[FactLine, ...]
    withheld: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    """Parts that show nothing for one reason: nothing is listed, or it is not the asker's to see."""

    title: str
    names: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """The page of one person.

    Attributes:
        unit: code of the unit whose handover tells of the person, None: none does; `unit_words` as people call it.
    """

    name: str
    prison_number: str
    place: str
    unit: str | None
    unit_words: str
    agency: str
    back: str
    as_of_words: str
    withheld: str | None
    listed: ListedPart
    parts: tuple[PartLines, ...]
    empty_title: str
    empty: tuple[Empty, ...]
    sources: tuple[SourceLine, ...]


def person_page(person: Person, words: Words, *, given: Collection[str] = ()) -> PersonPage:
    """The page of a person in the language of `words`; `given`: keys of parts that its reader asked for and has."""
    row = person.person
    found = person.parts
    known = ", ".join(in_case(part) for part in (row.family_name, row.given_names) if part)
    return PersonPage(
        name=known or words.phrase("person.name_withheld"),
        prison_number=row.prison_number or "",
        place=row.cell_path or "",
        unit=row.unit_code,
        unit_words=words.phrase("page.wing", unit=row.unit_code.rpartition("-")[2]) if row.unit_code else "",
        agency=words.code("agency", row.site_code) if row.site_code else "",
        back=words.phrase("person.back"),
        as_of_words=words.phrase("person.as_of", at=person.at),
        withheld=_withheld([row.withheld], words=words),
        listed=_listed(person, words=words),
        parts=tuple(_part(part, rows, words=words, person=person) for part in PARTS if (rows := found[part.key])),
        empty_title=words.phrase("person.empty"),
        empty=_empty(person, words=words, given=given),
        sources=source_lines(person.sources, words=words),
    )


def in_case(name: str) -> str:
    """A name that the source writes in capitals, as people write it; any other stays as it is."""
    return name.title() if name.isupper() else name


def _listed(person: Person, *, words: Words) -> ListedPart:
    found: Attention | None = person.attention
    lines = () if found is None else tuple(_reason(one, words=words, as_of=person.at) for one in found.reasons)
    return ListedPart(
        title=words.phrase("person.listed"),
        count=words.phrase("person.count", count=len(lines)) if lines else "",
        lines=lines,
        none_listed=words.phrase("person.listed.none" if person.is_weighed else "person.listed.no_unit"),
        late=words.phrase("page.word.late"),
    )


def _reason(reason: Reason, *, words: Words, as_of: datetime) -> ListedLine:
    said = [reason.text] if reason.when is None else [reason.text, reason.when]
    age = words.age(max((as_of - reason.source.known_at).total_seconds(), 0))
    return ListedLine(
        level=words.phrase(f"level.{reason.level.value}"),
        tone=_TONES[reason.level],
        headline=words.say(reason.headline),
        text=" ".join(words.say(text) for text in said),
        due=_due(reason.next_action, words=words, as_of=as_of),
        next_action=words.say(reason.next_action.text),
        source=words.phrase("person.source_line", source=source_name(reason.source.system), age=age),
        is_late=reason.is_late,
    )


def _due(action: NextAction, *, words: Words, as_of: datetime) -> str | None:
    due = action.due
    if due is None:
        return None
    style = "time" if abs((due - as_of).total_seconds()) < 12 * 3600 else "short"
    return words.phrase("page.due.by" if action.by is not None else "page.due.at", time=words.instant(due, style))


def _part(part: Part, rows: Sequence[FactRow], *, words: Words, person: Person) -> PartLines:
    """One part in words."""
    heads = [head for head in _HEADS if part.status or head != "status"]
    past = person.past[part.key]
    return PartLines(
        key=part.key,
        title=words.phrase(f"person.{part.key}"),
        count=words.phrase("person.count", count=len(rows)),
        heads=tuple(words.phrase(f"person.head.{head}") for head in heads),
        has_status=bool(part.status),
        lines=tuple(
            _fact(part, row, words=words, as_of=person.at, is_past=index in past) for index, row in enumerate(rows)
        ),
        withheld=_withheld([row.withheld for row in rows], words=words),
    )


def _empty(person: Person, *, words: Words, given: Collection[str]) -> tuple[Empty, ...]:
    """What has no lines, the reasons for it kept apart: whoever was given a part reads that there is nothing in it."""
    bare = [part.key for part in PARTS if (rows := person.parts[part.key]) is not None and not rows]
    asked, none = [key for key in bare if key in given], [key for key in bare if key not in given]
    hidden = [part.key for part in PARTS if person.parts[part.key] is None]
    return tuple(
        Empty(title=words.phrase(title), names=words.listed([words.phrase(f"person.{key}") for key in keys]))
        for title, keys in (("person.none_given", asked), ("person.none", none), ("person.not_available", hidden))
        if keys
    )


def _fact(part: Part, row: FactRow, *, words: Words, as_of: datetime, is_past: bool) -> FactLine:
    detail = _coded(row.detail_code, row.detail_source, part.detail, words=words)
    details = [in_case(row.note or ""), detail] if part.names else [detail, row.note or ""]
    hidden = part.what.partition(".")[2] in row.withheld
    return FactLine(
        what=_coded(row.what_code, row.what_source, part.what, words=words)
        or words.phrase("person.not_available" if hidden else "value.not_recorded"),
        detail=". ".join(detail for detail in details if detail),
        status=_status(part, row, words=words, is_past=is_past),
        at=_told(part, row, words=words),
        source=words.phrase(
            "person.source_line",
            source=source_name(row.source_system),
            age=words.age((as_of - row.recorded_from).total_seconds()),
        ),
        origin=f"{part.what.partition('.')[0]}/{row.row_id}",
    )


def _status(part: Part, row: FactRow, *, words: Words, is_past: bool) -> str:
    """How far it has come; nothing for a part that knows no status, and said where the source gave none."""
    if not part.status:
        return ""
    if part.pending:
        return words.say(not_yet(row.status_code)) if row.status_code else ""
    if part.status.partition(".")[2] in row.withheld:
        return words.phrase("person.not_available")
    if is_past:
        status = Coded(code_list=list_of(part.status), code=row.status_code, source_value=row.status_source)
        return words.phrase("movement.past", status=status)
    return _coded(row.status_code, row.status_source, part.status, words=words) or words.phrase("value.not_recorded")


def _coded(code: str | None, source_value: str | None, field: str, *, words: Words) -> str:
    """A code in words, or the source's own value where no code is known; empty: neither."""
    if code is None and source_value is None:
        return ""
    coded = Coded(code_list=list_of(field), code=code, source_value=source_value)
    return words.say(Text("person.value", {"value": coded}))


def _told(part: Part, row: FactRow, *, words: Words) -> str:
    """When it was, is, or holds since; a default of the source is called what it is, and so is a day without a time."""
    if row.is_unreliable:
        return words.phrase("person.date_unreliable")
    at = with_time(row.told_at, words.zone)
    if at is not None:
        return words.instant(at, "")
    day = row.told_on if row.told_at is None else row.told_at.astimezone(words.zone).date()
    if day is None:
        return words.phrase("value.not_recorded")
    told = words.day(day, "day")
    return words.phrase("person.untimed", day=told) if part.time and part.time not in row.withheld else told


def _withheld(rows: Sequence[Sequence[str]], *, words: Words) -> str | None:
    """What of these rows is not available, named; None: nothing."""
    names = sorted({name for row in rows for name in row if not name.endswith("_source_value")})
    if not names:
        return None
    spoken = words.listed([name.removesuffix("_code").removesuffix("_id").replace("_", " ") for name in names])
    return words.phrase("person.withheld", fields=spoken)
