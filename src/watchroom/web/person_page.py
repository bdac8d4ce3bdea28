"""The person page in words: what this asker may see of one person, each fact with its source and its age."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from watchroom.model.text import Coded
from watchroom.model.words import Words
from watchroom.web.frame import Link
from watchroom.web.freshness import SourceLine, source_lines, source_name
from watchroom.web.person_parts import PARTS, FactRow, Part, PersonFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class FactLine:
    """One fact in words."""

    what: str
    detail: str
    at: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLines:
    """One part of the page; `withheld` names what of it is not available, `none_listed` stands for no lines."""

    key: str
    title: str
    count: str
    heads: tuple[str, ...]
    lines: tuple[FactLine, ...]
    none_listed: str
    withheld: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """The page of one person."""

    name: str
    prison_number: str
    place: str
    unit: str | None
    as_of_words: str
    withheld: str | None
    back: Link | None
    parts: tuple[PartLines, ...]
    sources: tuple[SourceLine, ...]


def person_page(facts: PersonFacts, *, words: Words, as_of: datetime, purpose: str) -> PersonPage:
    """What the template of the person page receives.

    Args:
        facts: as read through the gate.
        words: of the node.
        as_of: node instant up to which things were known, timezone-aware.
        purpose: of the read; links keep it.
    """
    person = facts.person
    known = ", ".join(in_case(part) for part in (person.family_name, person.given_names) if part)
    back = f"/handover/{person.unit_code}?purpose={purpose}" if person.unit_code else None
    return PersonPage(
        name=known or words.phrase("web.person.name_withheld"),
        prison_number=person.prison_number or "",
        place=person.cell_path or "",
        unit=person.unit_code,
        as_of_words=words.phrase("web.person.as_of", at=as_of),
        withheld=withheld_words([person.withheld], words=words),
        back=Link(path=back, text=words.phrase("web.person.back")) if back else None,
        parts=tuple(part_lines(part, facts.parts[part.key], words=words, as_of=as_of) for part in PARTS),
        sources=source_lines(facts.sources, words=words, at=as_of),
    )


def part_lines(part: Part, rows: Sequence[FactRow] | None, *, words: Words, as_of: datetime) -> PartLines:
    """One part in words; None for rows: not available to the asker."""
    none = "web.person.not_available" if rows is None else "web.person.none"
    found = rows or ()
    heads = ("web.person.what", "web.person.detail", "web.person.when", "web.person.source")
    return PartLines(
        key=part.key,
        title=words.phrase(part.title),
        count=words.phrase("web.person.count", count=len(found)) if found else "",
        heads=tuple(words.phrase(head) for head in heads),
        lines=tuple(fact_line(part, row, words=words, as_of=as_of) for row in found),
        none_listed=words.phrase(none),
        withheld=withheld_words([row.withheld for row in found], words=words),
    )


def fact_line(part: Part, row: FactRow, *, words: Words, as_of: datetime) -> FactLine:
    """One fact in words."""
    age = words.age((as_of - row.recorded_from).total_seconds())
    detail = coded(row.detail_code, row.detail_source, part.detail_list, words=words)
    details = [in_case(row.note or ""), detail] if part.names else [detail, row.note or ""]
    return FactLine(
        what=coded(row.what_code, row.what_source, part.what_list, words=words)
        or words.phrase("web.person.not_available" if part.what in row.withheld else "value.not_recorded"),
        detail=". ".join(detail for detail in details if detail),
        at=time_words(row, words=words),
        source=words.phrase("web.person.source_line", source=source_name(row.source_system, words=words), age=age),
    )


def coded(code: str | None, source_value: str | None, code_list: str, *, words: Words) -> str:
    """A code in words, or the source's own value where no code is known; empty: neither."""
    if code is None and source_value is None:
        return ""
    return words.phrase("web.value", value=Coded(code_list=code_list, code=code, source_value=source_value))


def in_case(name: str) -> str:
    """A name that the source writes in capitals, as people write it; any other stays as it is."""
    return name.title() if name.isupper() else name


def time_words(row: FactRow, *, words: Words) -> str:
    """When it was, is, or holds since; a default of the source is called what it is."""
    if row.is_unreliable:
        return words.phrase("web.date_unreliable")
    if row.told_at is not None:
        return words.instant(row.told_at, "")
    return words.day(row.told_on, "day") if row.told_on else words.phrase("value.not_recorded")


def withheld_words(rows: Sequence[Sequence[str]], *, words: Words) -> str | None:
    """What of these rows is not available, named; None: nothing."""
    names = sorted({name for row in rows for name in row if not name.endswith("_source_value")})
    if not names:
        return None
    spoken = words.listed([field_words(name) for name in names])
    return words.phrase("web.person.withheld", fields=spoken)


def field_words(field: str) -> str:
    """A field's name as words; the names of the model are words of the field already."""
    return field.removesuffix("_code").removesuffix("_id").replace("_", " ")
