"""An agency's own entities and fields beside ours, from its LinkML files: read strictly, and joined to the catalogue.

A name of an agency holds the word `x`, such as `hmpps_x_key_card`. INVARIANT: no name of ours has that word, so that
no later version of ours can clash with an agency's name (`tests/unit/test_extension.py`).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from watchroom.kernel.errors import NotFoundError
from watchroom.model.catalogue import (
    BASE_COLUMNS,
    HISTORY_COLUMNS,
    Catalogue,
    Entity,
    Field,
    FieldKind,
    Sensitivity,
    entity_of,
    field_of,
)
from watchroom.model.code_lists import code_list_names
from watchroom.model.extension_form import ExtensionFault, Part, document

FORMAT: Final = 1
_TOP = frozenset(
    {
        *("id", "name", "title", "description", "version", "prefixes", "default_prefix", "default_range"),
        *("imports", "classes"),
    }
)
_CLASS = frozenset({"is_a", "mixins", "apply_to", "description", "annotations", "attributes"})
_ATTRIBUTE = frozenset({"range", "required", "description", "annotations"})
_ENTITY_NOTES = frozenset({"about_person", "retention", "sensitivity", "change_category", "niem", "fhir"})
_FIELD_NOTES = frozenset(
    {
        "code_list",
        "sensitivity",
        "change_category",
        "free_text",
        "health",
        "default_instant",
        "identifies",
        "niem",
        "fhir",
    }
)
_PREFIX = re.compile(r"[a-z][a-z0-9]{1,9}_x\Z")
_OF_AGENCY = re.compile(r"[a-z][a-z0-9]{1,9}_x_[a-z][a-z0-9_]*\Z")
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\Z")
# Names of indexes are made of these, and PostgreSQL cuts what is longer than 63 bytes.
_LONGEST_ENTITY, _LONGEST_TOGETHER = 27, 46
_OF_THE_STORE = frozenset({"site_code", "unit_code", "withheld", "file", "row", "held", "kept", "new_id"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """What an agency adds.

    Attributes:
        entities: its own, in an order in which every reference points to an earlier one, to itself, or to one of ours.
        fields: those that it adds to entities of ours, by the name of the entity.
        domains: prefix -> title, of each file.
    """

    entities: tuple[Entity, ...] = ()
    fields: Mapping[str, tuple[Field, ...]] = field(default_factory=dict[str, tuple[Field, ...]])
    domains: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """One file while it is read."""

    prefix: str
    base: Catalogue
    own: frozenset[str]
    default_range: str

    def knows(self, name: str) -> bool:
        return name in self.base.entities or name in self.own


def read_extension(texts: Mapping[str, str], *, base: Catalogue) -> Extension:
    """What the files add to a model.

    Args:
        texts: file name -> text.
        base: ours.

    Raises:
        ExtensionFault: a file says something that the model cannot mean; with file and line.
    """
    tops = {name: document(text, file=name, known=_TOP) for name, text in sorted(texts.items())}
    prefixes = {name: _prefix(top) for name, top in tops.items()}
    own = frozenset(
        name for top in tops.values() for name, part in top.parts("classes", _CLASS) if "apply_to" not in part.node
    )
    entities: dict[str, tuple[Entity, Part]] = {}
    fields: dict[str, tuple[Field, ...]] = {}
    for file, top in tops.items():
        around = _File(
            prefix=prefixes[file], base=base, own=own, default_range=top.text("default_range", otherwise="text")
        )
        for name, part in top.parts("classes", _CLASS):
            _require_name(name, part, prefix=around.prefix)
            if "apply_to" in part.node:
                for target, added in _added(part, around):
                    fields[target] = (*fields.get(target, ()), *added)
                    _require_once(fields[target], part)
            elif name in entities:
                raise part.fault(f"`{name}` is declared in another file too")
            else:
                entities[name] = (_entity(name, part, around), part)
    domains = {prefixes[file]: top.text("title", otherwise=prefixes[file]) for file, top in tops.items()}
    return Extension(entities=_in_order(entities, base), fields=fields, domains=domains)


def is_name_of_agency(word: str) -> bool:
    """Whether it is formed as an agency's own entity is, such as `hmpps_x_key_card`."""
    return len(word) <= _LONGEST_ENTITY and _OF_AGENCY.match(word) is not None


def said_of_agency(name: str) -> str:
    """The name of an agency's own entity in words: `key card`."""
    return name.partition("_x_")[2].replace("_", " ")


def said_of_field(name: str) -> str:
    """The name of a field in words, for those that have no wording of their own: `next_review_at` is `next review`."""
    own = said_of_agency(name) or name.replace("_", " ")
    without = own.removeprefix("is ")
    for suffix in (" code", " reference", " id", " at", " on"):
        without = without.removesuffix(suffix)
    return without


def extended(base: Catalogue, extension: Extension) -> Catalogue:
    """The model of a node: ours with what the agency adds.

    Raises:
        NotFoundError: ours no longer has an entity to which something was added, or refers from.
    """
    entities = dict(base.entities)
    for name, added in extension.fields.items():
        if name not in entities:
            raise NotFoundError(f"the agency's model adds fields to `{name}`, which this version has no longer")
        entities[name] = replace(entities[name], fields=(*entities[name].fields, *added))
    for entity in extension.entities:
        for one in entity.fields:
            if one.target is not None and one.target != entity.name and one.target not in entities:
                raise NotFoundError(f"`{entity.name}.{one.name}` refers to `{one.target}`, which there is no longer")
        entities[entity.name] = entity
    return replace(base, entities=entities, domains={**base.domains, **extension.domains})


def extension_text(extension: Extension) -> str:
    """The extension as the JSON text that a node keeps of the one in force."""
    document = {
        "format": FORMAT,
        "domains": dict(extension.domains),
        "entities": [asdict(entity) for entity in extension.entities],
        "fields": {name: [asdict(one) for one in added] for name, added in extension.fields.items()},
    }
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def kept_extension(text: str) -> Extension:
    """What `extension_text` wrote.

    Raises:
        ValueError, KeyError, TypeError: it is something else.
    """
    kept: dict[str, Any] = json.loads(text)
    if kept["format"] != FORMAT:
        raise ValueError("another format")
    return Extension(
        entities=tuple(entity_of(entry) for entry in kept["entities"]),
        fields={name: tuple(field_of(one) for one in added) for name, added in kept["fields"].items()},
        domains=kept["domains"],
    )


def _prefix(top: Part) -> str:
    prefix = top.text("name")
    if not _PREFIX.match(prefix):
        raise top.fault(
            "`name` is the agency's own prefix and ends in `_x`, such as `hmpps_x`: 2 to 10 small letters before it",
            "name",
        )
    if "watchroom" not in top.names("imports"):
        raise top.fault("`imports` must name `watchroom`, our own schema", "imports")
    return prefix


def _require_name(name: str, part: Part, *, prefix: str) -> None:
    if not _NAME.match(name) or not name.startswith(f"{prefix}_"):
        raise part.fault(f"`{name}` must begin with `{prefix}_`, in small letters, digits and `_`")


def _added(part: Part, around: _File) -> list[tuple[str, tuple[Field, ...]]]:
    for key in ("is_a", "mixins", "annotations"):
        if key in part.node:
            raise part.fault(f"`{key}` cannot stand beside `apply_to`: the entity of ours says it", key)
    found: list[tuple[str, tuple[Field, ...]]] = []
    for target in part.names("apply_to"):
        if target not in around.base.entities:
            raise part.fault(f"`{target}` is no entity of ours; fields are added to those only", "apply_to")
        found.append((target, tuple(_fields(target, part, around, is_ours=True))))
    if not found:
        raise part.fault("`apply_to` must name an entity of ours", "apply_to")
    return found


def _require_once(fields: tuple[Field, ...], part: Part) -> None:
    names = [name for one in fields for name in (one.name, one.source_value_name) if name]
    for name in names:
        if names.count(name) > 1:
            raise part.fault(f"`{name}` is added twice")


def _entity(name: str, part: Part, around: _File) -> Entity:
    if part.text("is_a", otherwise="") != "record":
        raise part.fault(f"`{name}` is not a `record`", "is_a")
    if len(name) > _LONGEST_ENTITY:
        raise part.fault(f"`{name}` is longer than {_LONGEST_ENTITY} letters")
    if not set(part.names("mixins")) <= {"scoped"}:
        raise part.fault("`mixins` may name `scoped` only", "mixins")
    notes = part.part("annotations", _ENTITY_NOTES)
    fields = tuple(_fields(name, part, around, is_ours=False))
    _require_once(fields, part)
    about = notes.truth("about_person")
    if about != any((one.name, one.target) == ("person_id", "person") for one in fields):
        # What keeps a hidden person out of sight, and what the log says of whom, goes by this field.
        problem = "`about_person` is true where there is a field `person_id` with range `person`, and nowhere else"
        raise notes.fault(problem, "about_person")
    return Entity(
        name=name,
        description=_sentence(part),
        domain=around.prefix,
        about_person=about,
        scoped_by=("site_code", "unit_code") if part.names("mixins") else (),
        retention=_known(notes, "retention", known=around.base.retention, said=notes.text("retention")),
        niem=_path(notes, "niem"),
        fhir=_path(notes, "fhir"),
        fields=fields,
    )


def _fields(entity: str, part: Part, around: _File, *, is_ours: bool) -> list[Field]:
    notes = part.part("annotations", _ENTITY_NOTES)
    found: list[Field] = []
    for name, one in part.parts("attributes", _ATTRIBUTE):
        where = f"{entity}.{name}"
        if is_ours:
            _require_name(name, one, prefix=around.prefix)
        if not _NAME.match(name) or len(entity) + len(name) > _LONGEST_TOGETHER:
            raise one.fault(f"`{where}` must be in small letters, digits and `_`, and at most {_LONGEST_TOGETHER} long")
        if name in _reserved() or name.endswith(("_source_value", "_key")):
            raise one.fault(f"`{where}`: every row has `{name}` already, or the store uses such a name; take another")
        found.append(_field(name, one, notes, around=around))
        if is_ours and found[-1].required:
            raise one.fault(f"`{where}` cannot be required: the sources of our entity do not give it", "required")
    if not found:
        raise part.fault(f"`{entity}` has no attributes here")
    return found


def _reserved() -> frozenset[str]:
    return _OF_THE_STORE | {column.name for column in (*BASE_COLUMNS, *HISTORY_COLUMNS)}


def _field(name: str, part: Part, inherited: Part, *, around: _File) -> Field:
    notes = part.part("annotations", _FIELD_NOTES)
    target = part.text("range", otherwise=around.default_range)
    kind = _kind(target, part, around)
    codes = _path(notes, "code_list")
    if (kind is FieldKind.CODE) != (codes is not None) or (kind is FieldKind.CODE and not name.endswith("_code")):
        raise part.fault(f"`{name}`: a code is named `x_code` and names its code list, and nothing else does")
    if codes is not None and codes not in code_list_names():
        raise notes.fault(f"there is no code list `{codes}`", "code_list")
    if kind is FieldKind.REFERENCE and not name.endswith("_id"):
        raise part.fault(f"`{name}`: a reference is named `x_id`")
    if kind is not FieldKind.TEXT and notes.truth("identifies", otherwise=False):
        raise part.fault(f"`{name}`: what identifies a row is a text")
    return Field(
        name=name,
        kind=kind,
        description=_sentence(part),
        required=part.truth("required", otherwise=False),
        code_list=codes,
        target=target if kind is FieldKind.REFERENCE else None,
        sensitivity=_sensitivity(notes if "sensitivity" in notes.node else inherited),
        change_category=_category(notes if "change_category" in notes.node else inherited, around),
        free_text=notes.truth("free_text", otherwise=False),
        health=notes.truth("health", otherwise=False),
        default_instant=notes.truth("default_instant", otherwise=False),
        identifies=notes.truth("identifies", otherwise=False),
        niem=_path(notes, "niem"),
        fhir=_path(notes, "fhir"),
    )


def _kind(target: str, part: Part, around: _File) -> FieldKind:
    if around.knows(target):
        return FieldKind.REFERENCE
    try:
        kind = FieldKind(target)
    except ValueError:
        kind = None
    if kind is None or kind is FieldKind.REFERENCE:
        kinds = ", ".join(one.value for one in FieldKind if one is not FieldKind.REFERENCE)
        raise part.fault(f"range `{target}` is no entity, and none of {kinds}", "range")
    return kind


def _path(notes: Part, key: str) -> str | None:
    return notes.text(key) if key in notes.node else None


def _sensitivity(notes: Part) -> Sensitivity:
    said = notes.text("sensitivity", otherwise="none")
    try:
        return Sensitivity(said)
    except ValueError:
        known = ", ".join(one.value for one in Sensitivity)
        raise notes.fault(f"sensitivity `{said}` is none of {known}", "sensitivity") from None


def _category(notes: Part, around: _File) -> str | None:
    said = notes.text("change_category", otherwise="none")
    return None if said == "none" else _known(notes, "change_category", known=around.base.change_categories, said=said)


def _known(notes: Part, key: str, *, known: Mapping[str, str], said: str) -> str:
    if said not in known:
        raise notes.fault(f"{key} `{said}` is not one of {', '.join(known)}", key)
    return said


def _sentence(part: Part) -> str:
    text = part.text("description", otherwise="")
    if not text.endswith("."):
        raise part.fault("the description must be one sentence with a full stop", "description")
    return text


def _in_order(entities: Mapping[str, tuple[Entity, Part]], base: Catalogue) -> tuple[Entity, ...]:
    ordered: dict[str, Entity] = {}
    waiting = dict(entities)
    while waiting:
        ready = [
            name
            for name, (entity, _) in waiting.items()
            if {one.target for one in entity.fields} <= {None, name, *ordered, *base.entities}
        ]
        if not ready:
            _, part = next(iter(waiting.values()))
            raise part.fault(f"entities refer to each other in a circle: {', '.join(sorted(waiting))}")
        ordered[ready[0]] = waiting.pop(ready[0])[0]
    return tuple(ordered.values())


__all__ = ["Extension", "ExtensionFault", "extended", "extension_text", "kept_extension", "read_extension"]
