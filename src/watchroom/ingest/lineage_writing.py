"""Writes the column lineage of a mapping: as a file that the node reads, and as a page for people."""

import json
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from watchroom.ingest.column_lineage import digest_of
from watchroom.ingest.derivation import Known, Relation, Use, raw_relation
from watchroom.ingest.mapping import Mapping, macros
from watchroom.ingest.turn import EARLIER, EARLIER_COLUMNS, turn_statement
from watchroom.ingest.values import PLACE, Value, values_of
from watchroom.model.catalogue import Catalogue, Entity

_MADE_BY = "tools/write_reference.py"

# Of messages: what stands in the record of the entity that follows.
_RECORD = "known_"


def derived(mapping: Mapping, model: Catalogue) -> dict[str, Any]:
    """What is behind each field of each entity that a mapping makes, as its file says it.

    Raises:
        MappingError: the mapping names what is not there.
    """
    known = _known(mapping)
    return {name: _entity(model.entity(name), known.query(text)) for name, text in sorted(mapping.entities.items())}


def as_text(said: dict[str, Any]) -> str:
    """The file of a lineage."""
    return json.dumps(said, indent=1, sort_keys=True) + "\n"


def as_page(mapping: Mapping, said: dict[str, Any]) -> str:
    """The page of a lineage: one table per entity, one row per field."""
    lines = [
        f"# Column lineage of the mapping `{mapping.kind}`",
        "",
        f"Derived from the SQL of the mapping by `{_MADE_BY}`; change the mapping, not this page. Digest"
        f" `{digest_of(said)}`.",
        "",
        "A column *gives* a field when its value is the field's or goes into it. It *decides* about a field when it"
        " only picks the value, puts rows in order, or finds the row that the value is of.",
    ]
    for name, entity in said.items():
        lines += ["", f"## {name}", "", f"A record speaks from a row of {_listed(entity['tables'])}."]
        if entity["found"]:
            lines.append(f"Which records there are is decided by {_listed(entity['found'])}.")
        lines += ["", "| field | given by | decided by | code list |", "|---|---|---|---|"]
        lines += [_row(field, one) for field, one in entity["fields"].items()]
    return "\n".join(lines) + "\n"


def _row(field: str, one: dict[str, Any]) -> str:
    gives = [*one.get("gives", ()), *(["what was known before"] if one.get("goes_on") else [])]
    code_list = f"`{one['code_list']}`" if "code_list" in one else ""
    given = ", ".join(f"`{place}`" if "." in place else place for place in gives) or "a constant"
    return f"| {field} | {given} | {', '.join(f'`{place}`' for place in one.get('decides', ()))} | {code_list} |"


def _listed(places: Sequence[str]) -> str:
    return ", ".join(f"`{place}`" for place in places) or "no table"


def _known(mapping: Mapping) -> Known:
    relations = {rule.name: raw_relation(rule.name, rule.columns) for rule in mapping.taken()}
    for one in () if mapping.messages is None else mapping.messages.known:
        relations[f"{_RECORD}{one.entity}"] = raw_relation(f"{_RECORD}{one.entity}", one.give)
    known = Known(relations=relations).after(macros()).after(mapping.macros)
    if mapping.snapshot is None:
        return known.after(mapping.prelude)
    relations[EARLIER] = raw_relation(EARLIER, EARLIER_COLUMNS)
    return (
        Known(relations=relations, macros=known.macros).after(turn_statement(mapping.snapshot)).after(mapping.prelude)
    )


def _entity(entity: Entity, made: Relation) -> dict[str, Any]:
    fields = {"source_key": _said(made.columns["source_key"], None)}
    code_lists = {field.name: field.code_list for field in entity.fields}
    for value in values_of(entity, tuple(made.columns)):
        name = _field(entity, value)
        if name not in fields:
            fields[name] = _said(made.columns[value.given], code_lists.get(name))
        if value.given not in PLACE and name in fields:
            # A code and what the source says are read from two columns where the one is not kept.
            fields[name] = _joined(fields[name], _said(made.columns[value.given], code_lists.get(name)))
    speaking = made.columns["source_table"].gives
    tables = sorted(place.removesuffix(".source_table") for place in speaking if place[0].isupper())
    return {"tables": tables, "found": _own(made.found), "fields": dict(sorted(fields.items()))}


def _field(entity: Entity, value: Value) -> str:
    """The field of the model whose column a value is staged for."""
    if value.is_key:
        return value.name.removesuffix("_key") + "_id"
    companions = {field.source_value_name: field.name for field in entity.fields if field.source_value_name}
    return companions.get(value.name, value.name)


def _said(use: Use, code_list: str | None) -> dict[str, Any]:
    parts: dict[str, Any] = {"gives": _own(use.gives), "decides": _own(use.decides - use.gives)}
    parts |= {} if code_list is None else {"code_list": code_list}
    parts |= {"goes_on": True} if any(place.startswith((f"{EARLIER}.", _RECORD)) for place in use.all) else {}
    return {name: part for name, part in parts.items() if part}


def _joined(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    gives = {*one.get("gives", ()), *other.get("gives", ())}
    decides = {*one.get("decides", ()), *other.get("decides", ())} - gives
    joined = {**one, **other, "gives": sorted(gives), "decides": sorted(decides)}
    return {name: part for name, part in joined.items() if part}


def _own(places: AbstractSet[str]) -> list[str]:
    """The columns of the source's own, in order: not the number of a row, nor what was known before."""
    return sorted(_columns(places))


def _columns(places: AbstractSet[str]) -> Iterator[str]:
    for place in places:
        table, column = place.split(".")
        if table.isupper() and column.isupper():
            yield place
