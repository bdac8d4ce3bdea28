"""What the dictionary's list shows, every word ready."""

from dataclasses import dataclass
from itertools import islice

from watchroom.governance.dictionary.rules import FINDS_AT_MOST, LONGEST_SEARCH, Find, finds
from watchroom.model.catalogue import Catalogue, Entity
from watchroom.model.code_lists import code_list, code_list_names
from watchroom.model.reference import domain_title
from watchroom.model.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """An entity, a field or a code list. `note`: how much it holds."""

    name: str
    path: str
    told: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainPart:
    """A domain with its entities. `key`: its place on the page."""

    key: str
    title: str
    lines: tuple[EntryLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DictionaryPage:
    """The dictionary, or what was found in it. `found`: how much was; empty: nothing was sought."""

    title: str
    sentence: str
    sought: str
    longest: int
    found: str
    finds: tuple[EntryLine, ...]
    domains: tuple[DomainPart, ...]
    lists: tuple[EntryLine, ...]


def dictionary_page(model: Catalogue, words: Words, *, sought: str = "") -> DictionaryPage:
    """The page in the language of `words`; what the model itself says is in English."""
    text = " ".join(sought[:LONGEST_SEARCH].split())
    every = list(finds(model, text))
    shown = tuple(_find(one, words) for one in islice(every, FINDS_AT_MOST))
    return DictionaryPage(
        title=words.phrase("dictionary.title"),
        sentence=words.phrase(
            "dictionary.sentence",
            version=model.version,
            entities=len(model.entities),
            fields=sum(len(entity.fields) for entity in model.entities.values()),
            lists=len(code_list_names()),
        ),
        sought=text,
        longest=LONGEST_SEARCH,
        found=_found(text, len(every), words),
        finds=shown,
        domains=() if text else _domains(model, words),
        lists=() if text else tuple(_list(name, words) for name in code_list_names()),
    )


def _found(text: str, number: int, words: Words) -> str:
    if not text:
        return ""
    if number > FINDS_AT_MOST:
        return words.phrase("dictionary.found.many", number=number, shown=FINDS_AT_MOST)
    return words.phrase("dictionary.found", count=number) if number else words.phrase("dictionary.found.none")


def _domains(model: Catalogue, words: Words) -> tuple[DomainPart, ...]:
    parts: dict[str, list[Entity]] = {}
    for entity in model.entities.values():
        parts.setdefault(entity.domain, []).append(entity)
    return tuple(
        DomainPart(
            key=domain,
            title=domain_title(domain, model),
            lines=tuple(_entity(entity, words) for entity in entities),
        )
        for domain, entities in parts.items()
    )


def _entity(entity: Entity, words: Words) -> EntryLine:
    note = words.phrase("dictionary.fields", count=len(entity.fields))
    return EntryLine(name=entity.name, path=f"/dictionary/entities/{entity.name}", told=entity.description, note=note)


def _list(name: str, words: Words) -> EntryLine:
    note = words.phrase("dictionary.codes", count=len(code_list(name).codes))
    return EntryLine(name=name, path=f"/dictionary/codes/{name}", told="", note=note)


def _find(find: Find, words: Words) -> EntryLine:
    if find.entity is None:
        note = words.phrase("dictionary.codes.found", count=find.codes) if find.codes else ""
        return EntryLine(
            name=find.code_list,
            path=f"/dictionary/codes/{find.code_list}",
            told=words.phrase("dictionary.code_list"),
            note=note,
        )
    if find.field is None:
        return _entity(find.entity, words)
    return EntryLine(
        name=f"{find.entity.name}.{find.field.name}",
        path=f"/dictionary/entities/{find.entity.name}#{find.field.name}",
        told=find.field.description,
        note="",
    )
