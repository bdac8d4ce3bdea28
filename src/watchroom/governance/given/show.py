"""What the page of what was given shows, every word ready."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from watchroom.gate.openings import Times
from watchroom.governance.given.rules import Given
from watchroom.governance.requests.show import erased_in_words, person_in_words, spoken
from watchroom.model.catalogue import Field, FieldKind
from watchroom.model.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenPage:
    """The page: what it is, of whom, until when, and the rows with their heads."""

    id: str
    title: str
    person: str
    prison_number: str
    person_path: str
    until: str
    given_by: str
    answer: str
    erased: str
    heads: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    none_shown: str
    purpose: str


def given_page(given: Given, words: Words, *, at: Times) -> GivenPage:
    """The page in the language of `words`, at this instant."""
    request, person = given.request, given.person
    ends = request.closes_at or at.node
    fields = [
        field
        for field in given.entity.fields
        if field.name in given.found.asked.clause.fields and field.kind is not FieldKind.REFERENCE
    ]
    return GivenPage(
        id=str(request.id),
        title=given.found.asked.title,
        person=person_in_words(person, words),
        prison_number=(person.prison_number if person else None) or "",
        person_path=f"/people/{request.person_id}" if person else "",
        until=words.phrase("given.until", at=words.instant(ends, ""), left=words.left(ends - at.node)),
        given_by=words.phrase("given.by", account=request.decided_by or ""),
        answer=request.answer or "",
        erased=erased_in_words(request.answer_erased_at, words),
        heads=tuple(spoken(field.name).capitalize() for field in fields),
        lines=tuple(tuple(_value(field, row, words) for field in fields) for row in given.rows),
        none_shown=words.phrase("given.none"),
        purpose=request.purpose,
    )


def _value(field: Field, row: Mapping[str, object], words: Words) -> str:
    value = row.get(field.name)
    withheld = row.get("withheld")
    if isinstance(withheld, list) and field.name in withheld:
        return words.phrase("person.not_available")
    if value is None:
        source = row.get(f"{field.name.removesuffix('_code')}_source_value")
        return str(source) if source is not None else words.phrase("value.not_recorded")
    match value:
        case bool():
            return words.phrase("value.yes" if value else "value.no")
        case datetime():
            return words.instant(value, "")
        case date():
            return words.day(value, "day")
        case str() if field.code_list:
            return words.code(field.code_list, value)
        case UUID():
            return ""
        case _:
            return str(value)
