"""Compile the LinkML schema of the model to the catalogue that the program reads.

    python tools/compile_model.py            writes src/watchroom/model/catalogue.json
    python tools/compile_model.py --check    changes nothing; exit status 1 when the checked-in file differs

LinkML is needed here and nowhere at run time.
"""

import json
import sys
from pathlib import Path
from typing import Any

from linkml_runtime import SchemaView
from linkml_runtime.linkml_model import ClassDefinition, SlotDefinition

from watchroom.model.catalogue import BASE_COLUMNS, FieldKind, Sensitivity

MODEL = Path(__file__).parents[1] / "src" / "watchroom" / "model"
CATALOGUE = MODEL / "catalogue.json"
# Which files declare the entities of a domain.
DOMAINS: dict[str, tuple[str, ...]] = {
    "core": ("core", "people"),
    "custody": ("custody", "capacity", "sentences"),
    "courts": ("courts",),
    "safety": ("safety", "care_plans", "csip", "order"),
    "health": ("health",),
    "daily": ("daily", "activities", "discipline"),
    "incident": ("incident", "incidents", "command", "warnings"),
    "police": ("police", "police_custody", "police_incidents"),
    "emergency": ("emergency",),
    "probation": ("probation",),
    "safeguarding": ("safeguarding", "safeguarding_cases"),
    "transport": ("transport", "transport_events"),
    "work": ("work",),
}
BASE = "record"
SCOPE = "scoped"
KEPT_ANNOTATIONS = frozenset({"kept_in", "made_as", "about_person"})
ENTITY_ANNOTATIONS = frozenset({"about_person", "retention", "sensitivity", "change_category", "niem", "fhir"})
FIELD_ANNOTATIONS = frozenset(
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
# Columns that staging tables and the views of an audience have of their own.
TAKEN = frozenset({"clause", "count", "counted", "file", "held", "kept", "new_id", "row", "withheld"})


class SchemaFault(Exception):  # noqa: N818  a fault of the schema, told to its author
    """The schema says something that the catalogue cannot mean."""


def main() -> int:
    text = compiled(MODEL / "schema")
    if "--check" not in sys.argv[1:]:
        CATALOGUE.write_text(text, encoding="utf-8")
        return 0
    if CATALOGUE.exists() and CATALOGUE.read_text(encoding="utf-8") == text:
        return 0
    print(f"{CATALOGUE.name} differs from the schema; run `python tools/compile_model.py`", file=sys.stderr)
    return 1


def compiled(schema: Path) -> str:
    """The text of the catalogue for the schema files of a folder."""
    entities: dict[str, dict[str, Any]] = {}
    version = ""
    for domain, part in ((domain, part) for domain, parts in DOMAINS.items() for part in parts):
        view = SchemaView(str(schema / f"{part}.yaml"))
        _refuse_other_base(view)
        version = str(view.schema.version)
        for name, entry in view.all_classes(imports=False).items():
            entities[str(name)] = _entity(view, entry, domain)
    platform = SchemaView(str(schema / "platform.yaml"))
    document = {
        "version": version,
        "base": _base(platform),
        "change_categories": _values(platform, "change_category"),
        "retention": _values(platform, "retention"),
        "entities": _in_reference_order(entities),
        "kept": _kept(SchemaView(str(schema / "kept.yaml")), frozenset(entities)),
    }
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _kept(view: SchemaView, entities: frozenset[str]) -> list[dict[str, Any]]:
    """What the platform keeps in tables of its own, or makes anew: declared, and no record."""
    kept = [_kept_class(entry) for entry in view.all_classes(imports=False).values()]
    known = entities | {one["name"] for one in kept}
    for one in kept:
        if one["name"] in entities:
            raise SchemaFault(f"`{one['name']}` is an entity of the record and kept elsewhere too")
        for field in one["fields"]:
            if field["of"] not in (None, *known):
                raise SchemaFault(f"`{one['name']}.{field['name']}` is of `{field['of']}`, which there is not")
    return kept


def _kept_class(entry: ClassDefinition) -> dict[str, Any]:
    name = str(entry.name)
    notes = _annotations(entry, KEPT_ANNOTATIONS, where=name)
    if ("kept_in" in notes) == ("made_as" in notes):
        raise SchemaFault(f"`{name}` is either `kept_in` a table, or `made_as` something anew")
    return {
        "name": name,
        "description": _sentence(entry.description, where=name),
        "kept_in": notes.get("kept_in"),
        "made_as": notes.get("made_as"),
        "about_person": bool(notes["about_person"]),
        "fields": [_kept_field(slot, where=f"{name}.{slot.name}") for slot in entry.attributes.values()],
    }


def _kept_field(slot: SlotDefinition, *, where: str) -> dict[str, Any]:
    notes = _annotations(slot, frozenset({"of", "sensitivity"}), where=where)
    return {
        "name": str(slot.name),
        "kind": str(slot.range or "text"),
        "description": _sentence(slot.description, where=where),
        "required": bool(slot.required),
        "of": notes.get("of"),
        "sensitivity": Sensitivity(notes.get("sensitivity", "none")).value,
    }


def _refuse_other_base(view: SchemaView) -> None:
    declared = {str(slot.name): bool(slot.required) for slot in view.class_induced_slots(BASE)}
    written = {column.name: column.not_null for column in BASE_COLUMNS}
    if declared != written:
        odd = sorted(set(declared.items()) ^ set(written.items()))
        raise SchemaFault(f"platform.yaml and BASE_COLUMNS differ in {odd}; make them equal")


def _base(view: SchemaView) -> list[dict[str, Any]]:
    slots = [*view.class_induced_slots(BASE), *view.class_induced_slots(SCOPE)]
    return [
        {"name": str(slot.name), "description": str(slot.description), "values": _values(view, str(slot.range))}
        for slot in slots
    ]


def _values(view: SchemaView, name: str) -> dict[str, str]:
    enum = view.all_enums().get(name)
    if enum is None:
        return {}
    return {str(value): str(entry.description) for value, entry in enum.permissible_values.items()}


def _entity(view: SchemaView, entry: ClassDefinition, domain: str) -> dict[str, Any]:
    name = str(entry.name)
    notes = _annotations(entry, ENTITY_ANNOTATIONS, where=name)
    if str(entry.is_a) != BASE:
        raise SchemaFault(f"`{name}` is not a `{BASE}`")
    scope = [str(slot.name) for slot in view.class_induced_slots(SCOPE)] if SCOPE in entry.mixins else []
    return {
        "name": name,
        "description": _sentence(entry.description, where=name),
        "domain": domain,
        "about_person": bool(notes["about_person"]),
        "scoped_by": scope,
        "retention": _known(view, "retention", str(notes["retention"]), where=name),
        "niem": notes.get("niem"),
        "fhir": notes.get("fhir"),
        "fields": [_field(view, slot, notes, where=f"{name}.{slot.name}") for slot in entry.attributes.values()],
    }


def _field(view: SchemaView, slot: SlotDefinition, inherited: dict[str, Any], *, where: str) -> dict[str, Any]:
    notes = _annotations(slot, FIELD_ANNOTATIONS, where=where)
    name, target = str(slot.name), str(slot.range)
    kind = FieldKind.REFERENCE if target in view.all_classes() else FieldKind(target)
    if (kind is FieldKind.CODE) != ("code_list" in notes) or (kind is FieldKind.CODE and not name.endswith("_code")):
        raise SchemaFault(f"`{where}`: a code is named `x_code` and names its code list, and nothing else does")
    if name in TAKEN:
        raise SchemaFault(f"`{where}`: tables and views have a column of that name of their own; take another word")
    if kind is FieldKind.REFERENCE and not name.endswith("_id"):
        raise SchemaFault(f"`{where}`: a reference is named `x_id`")
    if notes.get("identifies") and kind is not FieldKind.TEXT:
        raise SchemaFault(f"`{where}`: what identifies a row is a text")
    return {
        "name": name,
        "kind": kind.value,
        "description": _sentence(slot.description, where=where),
        "required": bool(slot.required),
        "code_list": notes.get("code_list"),
        "target": target if kind is FieldKind.REFERENCE else None,
        "sensitivity": Sensitivity(notes.get("sensitivity", inherited.get("sensitivity", "none"))).value,
        "change_category": _category(view, notes.get("change_category", inherited.get("change_category")), where=where),
        "free_text": bool(notes.get("free_text", False)),
        "health": bool(notes.get("health", False)),
        "default_instant": bool(notes.get("default_instant", False)),
        **({"identifies": True} if notes.get("identifies") else {}),
        "niem": notes.get("niem"),
        "fhir": notes.get("fhir"),
    }


def _category(view: SchemaView, value: str | None, *, where: str) -> str | None:
    if value in (None, "none"):
        return None
    return _known(view, "change_category", value, where=where)


def _known(view: SchemaView, enum: str, value: str, *, where: str) -> str:
    if value not in _values(view, enum):
        raise SchemaFault(f"`{where}`: {enum} `{value}` is not one of those that platform.yaml lists")
    return value


def _annotations(element: ClassDefinition | SlotDefinition, known: frozenset[str], *, where: str) -> dict[str, Any]:
    notes = {str(note.tag): note.value for note in element.annotations.values()}
    unknown = sorted(set(notes) - known)
    if unknown:
        raise SchemaFault(f"`{where}`: annotation `{unknown[0]}` means nothing here; known are {sorted(known)}")
    return notes


def _sentence(text: str | None, *, where: str) -> str:
    if not text or not text.endswith("."):
        raise SchemaFault(f"`{where}`: the description must be one sentence with a full stop")
    return str(text)


def _in_reference_order(entities: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    ordered: dict[str, dict[str, Any]] = {}
    waiting = dict(entities)
    while waiting:
        ready = [
            name
            for name, entity in waiting.items()
            if {field["target"] for field in entity["fields"]} <= {None, name, *ordered}
        ]
        if not ready:
            raise SchemaFault(f"entities refer to each other in a circle: {sorted(waiting)}")
        ordered[ready[0]] = waiting.pop(ready[0])
    return list(ordered.values())


if __name__ == "__main__":
    raise SystemExit(main())
