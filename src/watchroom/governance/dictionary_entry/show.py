"""What the page of one entity or of one code list shows, every word ready."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from watchroom.ingest.column_lineage import lineage_of
from watchroom.ingest.mapping import mapping_names
from watchroom.kernel.errors import NotFoundError
from watchroom.model.catalogue import Catalogue, Entity, Field, FieldKind, Sensitivity
from watchroom.model.code_lists import Code, code_list, sources
from watchroom.model.reference import domain_title
from watchroom.model.words import Words

CODES_A_PAGE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """From which columns of a source a field comes, by the mapping that takes them."""

    mapping: str
    columns: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLine:
    """One field. `path`: where its type is told; empty: nowhere. `marks`: what else holds of it."""

    name: str
    kind: str
    path: str
    told: str
    sensitivity: str
    news: str
    marks: str
    origins: tuple[Origin, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityPage:
    """One entity with its fields."""

    title: str
    told: str
    facts: tuple[tuple[str, str], ...]
    heads: tuple[str, ...]
    fields: tuple[FieldLine, ...]
    origin_note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLine:
    """One code. `is_over`: it may be given no more."""

    code: str
    told: str
    under: str
    since: str
    until: str
    source: str
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeListPage:
    """One code list, from a place on. `more`: the place from which it goes on; None: it ends."""

    title: str
    name: str
    told: str
    used_by: tuple[tuple[str, str], ...]
    heads: tuple[str, ...]
    lines: tuple[CodeLine, ...]
    more: int | None
    publishers: tuple[str, ...]


def entity_page(model: Catalogue, name: str, words: Words) -> EntityPage:
    """The page of an entity in the language of `words`.

    Raises:
        NotFoundError: the model has no such entity.
    """
    entity = model.entities.get(name)
    if entity is None:
        raise NotFoundError("the model has no entity of that name; the dictionary names those there are")
    origins = _origins(entity)
    return EntityPage(
        title=entity.name,
        told=entity.description,
        facts=_facts(model, entity, words),
        heads=tuple(words.phrase(f"dictionary.field.{head}") for head in ("name", "type", "told", "marks", "origin")),
        fields=tuple(_field(field, origins.get(field.name, ()), words) for field in entity.fields),
        origin_note=words.phrase("dictionary.origin.note" if origins else "dictionary.origin.none"),
    )


def code_list_page(model: Catalogue, name: str, words: Words, *, begin: int, today: date) -> CodeListPage:
    """The page of a code list in the language of `words`.

    Args:
        model: whose fields are coded by it.
        name: of the list.
        words: the texts.
        begin: the place of the first code, from 0.
        today: where the node is; a code whose last day was before is over.

    Raises:
        NotFoundError: there is no such list.
    """
    codes = list(code_list(name).codes.values())
    publishers = sorted({code.source for code in codes})
    used = [
        (f"{entity.name}.{field.name}", f"/dictionary/entities/{entity.name}#{field.name}")
        for entity in model.entities.values()
        for field in entity.fields
        if field.code_list == name
    ]
    return CodeListPage(
        title=words.phrase("dictionary.list.title", name=name),
        name=name,
        told=words.phrase("dictionary.codes", count=len(codes)),
        used_by=tuple(used),
        heads=tuple(words.phrase(f"dictionary.code.{head}") for head in ("code", "told", "under", "since", "until")),
        lines=tuple(_code(code, words, today=today) for code in codes[begin : begin + CODES_A_PAGE]),
        more=begin + CODES_A_PAGE if len(codes) > begin + CODES_A_PAGE else None,
        publishers=tuple(_publisher(one, words) for one in publishers),
    )


def _facts(model: Catalogue, entity: Entity, words: Words) -> tuple[tuple[str, str], ...]:
    phrase = words.phrase
    kept = model.retention.get(entity.retention, "")
    about = phrase("dictionary.about.person" if entity.about_person else "dictionary.about.nobody")
    scope = words.listed([name.replace("_", " ") for name in entity.scoped_by]) if entity.scoped_by else ""
    said = {
        "domain": domain_title(entity.domain, model),
        "about": about,
        "retention": phrase("dictionary.retention", rule=entity.retention, told=kept) if kept else entity.retention,
        "scope": scope or phrase("dictionary.scope.none"),
        "niem": entity.niem or "",
        "fhir": entity.fhir or "",
    }
    return tuple((phrase(f"dictionary.fact.{name}"), value) for name, value in said.items() if value)


def _origins(entity: Entity) -> dict[str, tuple[Origin, ...]]:
    found: dict[str, list[Origin]] = {}
    for mapping in mapping_names():
        lineage = lineage_of(mapping)
        behind = None if lineage is None else lineage.entities.get(entity.name)
        for name, field in () if behind is None else behind.fields.items():
            if field.gives:
                found.setdefault(name, []).append(Origin(mapping=mapping, columns=", ".join(field.gives)))
    return {name: tuple(those) for name, those in found.items()}


def _field(field: Field, origins: Sequence[Origin], words: Words) -> FieldLine:
    kind, path = _kind(field, words)
    is_open = field.sensitivity is Sensitivity.NONE
    return FieldLine(
        name=field.name,
        kind=kind,
        path=path,
        told=field.description,
        sensitivity="" if is_open else words.phrase(f"dictionary.sensitivity.{field.sensitivity.value}"),
        news=words.phrase("dictionary.news", name=field.change_category) if field.change_category else "",
        marks=", ".join(_marks(field, words)),
        origins=tuple(origins),
    )


def _kind(field: Field, words: Words) -> tuple[str, str]:
    if field.kind is FieldKind.CODE and field.code_list:
        return words.phrase("dictionary.kind.code", name=field.code_list), f"/dictionary/codes/{field.code_list}"
    if field.kind is FieldKind.REFERENCE and field.target:
        return words.phrase("dictionary.kind.reference", name=field.target), f"/dictionary/entities/{field.target}"
    return words.phrase(f"dictionary.kind.{field.kind.value}"), ""


def _marks(field: Field, words: Words) -> list[str]:
    held = {
        "required": field.required,
        "free_text": field.free_text,
        "health": field.health,
        "default": field.default_instant,
        "identifies": field.identifies,
    }
    return [words.phrase(f"dictionary.mark.{name}") for name, holds in held.items() if holds]


def _code(code: Code, words: Words, *, today: date) -> CodeLine:
    is_over = code.is_withdrawn or (code.valid_to is not None and code.valid_to <= today)
    until = "" if code.valid_to is None else words.day(code.valid_to, "day")
    return CodeLine(
        code=code.code,
        told=code.description,
        under=code.parent or "",
        since="" if code.valid_from is None else words.day(code.valid_from, "day"),
        until=until or (words.phrase("dictionary.code.withdrawn") if code.is_withdrawn else ""),
        source=code.source,
        is_over=is_over,
    )


def _publisher(name: str, words: Words) -> str:
    known = sources().get(name)
    if known is None:
        return name
    return words.phrase(
        "dictionary.publisher", what=known.what, licence=known.licence, edition=words.day(known.edition, "day")
    )
