"""What the page of where a value came from shows, every word ready. What is masked here masks what it came from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from watchroom.gate.lineage import Behind, Delivery, Origin, Sought
from watchroom.gate.lineage_document import flag_text, no_raw, notes_of
from watchroom.gate.view import Seen
from watchroom.model.text import Text
from watchroom.model.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLine:
    """One field: its value, the columns behind it and what is to be known; `path` leads to it alone, empty: it is."""

    name: str
    path: str
    value: str
    is_withheld: bool
    columns: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawLine:
    """One column of the raw row."""

    name: str
    value: str
    is_withheld: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginPage:
    """The page.

    Attributes:
        whole: address of the page of the whole record; empty: this is it.
        person: address of the page of whom it is about; empty: nobody, or it is not shown.
        came: name and value of each thing that is known of how it came.
        raw_note: why there is no raw row; empty: there is.
    """

    title: str
    sentence: str
    whole: str
    person: str
    came: tuple[tuple[str, str], ...]
    fields: tuple[FieldLine, ...]
    raw: tuple[RawLine, ...]
    raw_note: str


def origin_page(seen: Seen[Origin | None], origin: Origin, words: Words, *, sought: Sought, query: str) -> OriginPage:
    """The page in the language of `words`; `query`: what its links keep."""
    phrase, here = words.phrase, f"/lineage/{quote(sought.entity)}/{sought.row_id}"
    at = words.instant(seen.as_of.instant, "")
    entity = entity_words(sought.entity, words)
    is_one = sought.field is not None
    person = origin.row.get("person_id")
    return OriginPage(
        title=phrase("lineage.page.title"),
        sentence=phrase("lineage.page.of_field", field=origin.fields[0].field, entity=entity, at=at)
        if is_one
        else phrase("lineage.page.of", entity=entity, at=at),
        whole=f"{here}?{query}" if is_one else "",
        person=f"/people/{person}?{query}" if person else "",
        came=tuple(_came(origin, words)),
        fields=tuple(
            _field(one, origin, words, path="" if is_one else f"{here}/{quote(one.field)}?{query}")
            for one in origin.fields
            # Of a whole row only what a mapping fills.
            if is_one or one.lineage is not None
        ),
        raw=tuple(
            RawLine(
                name=column.name,
                value=(column.value or phrase("lineage.page.raw.empty"))
                if column.is_shown
                else phrase("lineage.page.raw.withheld"),
                is_withheld=not column.is_shown,
            )
            for column in origin.raw or ()
        ),
        raw_note="" if origin.raw is not None else words.say(no_raw(origin)),
    )


def entity_words(entity: str, words: Words) -> str:
    """What a record of the entity is called."""
    named = f"record.{entity}"
    return words.phrase(named) if words.knows(named) else entity.replace("_", " ")


def _came(origin: Origin, words: Words) -> Iterator[tuple[str, str]]:
    phrase, delivery, made_by, place = words.phrase, origin.delivery, origin.made_by, origin.place
    yield phrase("lineage.page.delivery"), delivery_words(delivery, words)
    yield phrase("lineage.page.batch"), str(delivery.batch)
    if delivery.as_at is not None:
        yield phrase("lineage.page.extract"), words.instant(delivery.as_at, "")
    if made_by.name is not None:
        said = [f"{made_by.name} {made_by.version or phrase('lineage.version_unknown')}"]
        yield phrase("lineage.page.mapping"), ". ".join([*said, *map(words.say, notes_of(made_by))])
    if place is not None:
        said = [place.file, *([phrase("lineage.row", row=place.row)] if place.row is not None else [])]
        if place.first_batch is not None:
            said.append(phrase("lineage.same_bytes", batch=str(place.first_batch)))
        if place.delivery is not None:
            said.append(phrase("lineage.of_delivery", delivery=delivery_words(place.delivery, words)))
        yield phrase("lineage.page.place"), ", ".join(said)
    if origin.found and len(origin.fields) == 1:
        yield phrase("lineage.page.found"), ", ".join(origin.found)


def delivery_words(delivery: Delivery, words: Words) -> str:
    """The source, what kind it is, and since when what it said is known."""
    said = delivery.source if delivery.kind is None else f"{delivery.source} ({delivery.kind})"
    if delivery.sealed_at is None:
        return said
    return f"{said}, {words.phrase('lineage.sealed', at=words.instant(delivery.sealed_at, ''))}"


def _field(behind: Behind, origin: Origin, words: Words, *, path: str) -> FieldLine:
    is_withheld = not behind.is_shown or behind.field not in origin.row
    notes = [words.say(flag_text(code)) for code in behind.flags]
    lineage = behind.lineage
    if lineage is not None and lineage.code_list is not None:
        notes.append(words.phrase("lineage.field.code_list", name=lineage.code_list))
    if behind.given_by is not None:
        notes.append(words.phrase("lineage.given_by", delivery=delivery_words(behind.given_by, words)))
    return FieldLine(
        name=behind.field,
        path=path,
        value=words.phrase("lineage.field.withheld") if is_withheld else _value(behind, origin, words),
        is_withheld=is_withheld,
        columns=_columns(behind, words, in_full=not path),
        notes=tuple(notes),
    )


def _value(behind: Behind, origin: Origin, words: Words) -> str:
    """The value; of a code what it means, and what the source wrote."""
    value, code_list = origin.row[behind.field], behind.lineage and behind.lineage.code_list
    given = origin.row.get(behind.field.removesuffix("_code") + "_source_value")
    if value is None:
        return str(given) if given is not None else words.phrase("value.not_recorded")
    if code_list:
        said = [words.code(code_list, str(value)), str(value), *([str(given)] if given is not None else [])]
        return " · ".join(dict.fromkeys(said))
    if isinstance(value, (str, bool, int, date)):
        return words.say(Text("lineage.page.value", {"value": value}))
    return str(value)


def _columns(behind: Behind, words: Words, *, in_full: bool) -> str:
    lineage = behind.lineage
    if lineage is None:
        return words.phrase("lineage.field.unknown")
    given = ", ".join(lineage.gives)
    said = [words.phrase("lineage.field.gives", columns=given) if given else words.phrase("lineage.field.constant")]
    if in_full and lineage.decides:
        said.append(words.phrase("lineage.field.decides", columns=", ".join(lineage.decides)))
    return "; ".join(said)
