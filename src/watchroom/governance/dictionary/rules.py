"""The search through the model. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from watchroom.model.catalogue import Catalogue, Entity, Field
from watchroom.model.code_lists import code_list, code_list_names

# So many finds are listed; the rest is told by its number.
FINDS_AT_MOST = 100
LONGEST_SEARCH = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """What holds every word that was sought: an entity, a field of it, or a code list with so many of its codes."""

    entity: Entity | None = None
    field: Field | None = None
    code_list: str = ""
    codes: int = 0


def finds(model: Catalogue, sought: str) -> Iterator[Find]:
    """What holds every word that was sought in its name or description: entities, then fields, then code lists."""
    words = sought.casefold().replace("_", " ").split()
    if not words:
        return
    for entity in model.entities.values():
        if _holds(words, entity.name, entity.description):
            yield Find(entity=entity)
    for entity in model.entities.values():
        for field in entity.fields:
            if _holds(words, field.name, field.description, field.code_list or ""):
                yield Find(entity=entity, field=field)
    for name in code_list_names():
        codes = sum(_holds(words, code.code, code.description) for code in code_list(name).codes.values())
        if codes or _holds(words, name):
            yield Find(code_list=name, codes=codes)


def _holds(words: list[str], *texts: str) -> bool:
    text = " ".join(texts).casefold().replace("_", " ")
    return all(word in text for word in words)
