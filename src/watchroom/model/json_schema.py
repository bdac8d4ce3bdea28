"""JSON Schema (2020-12) of the records, made from the catalogue: for whoever reads `see --json` or a feed."""

import json
from typing import Any

from watchroom.model.catalogue import BASE_COLUMNS, Catalogue, Column, Entity, Field, FieldKind, catalogue, columns_of
from watchroom.model.code_lists import code_list

# A list longer than this is not written out; any text passes and the list itself decides.
_WRITTEN_OUT = 100
_SHARED = "every_record"
_SQL_SHAPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "uuid": {"type": "string", "format": "uuid"},
    "bigint": {"type": "integer"},
    "double precision": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "timestamptz": {"type": "string", "format": "date-time"},
    "text[]": {"type": "array", "items": {"type": "string"}},
}


def record_schema(entity: Entity) -> dict[str, Any]:
    """The schema of one record of an entity, as somebody is shown it; what all records share stands in `as_text`.

    No field is required: what the reader may not know is null and named in `withheld`.
    """
    own = [column for column in columns_of(entity) if column.field is not None]
    return {
        "description": entity.description,
        "$ref": f"#/$defs/{_SHARED}",
        "type": "object",
        "properties": {column.name: _property(column) for column in own},
        "unevaluatedProperties": False,
    }


def as_text(model: Catalogue | None = None) -> str:
    """The schema of every entity as one document, under `$defs`; of a node's own model, where one is given."""
    model = model or catalogue()
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:watchroom:schema:record:{model.version}",
        "title": "Records of Watchroom",
        "$defs": {_SHARED: _shared()} | {name: record_schema(entity) for name, entity in model.entities.items()},
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _shared() -> dict[str, Any]:
    scope = (Column(name=name, sql_type="text", base=True) for name in ("site_code", "unit_code"))
    properties = {column.name: _property(column) for column in (*BASE_COLUMNS, *scope)}
    properties["withheld"] = {
        "type": "array",
        "items": {"type": "string"},
        "description": "Names of the fields of this record that the reader may not know.",
    }
    return {"type": "object", "properties": properties, "required": ["withheld"]}


def _property(column: Column) -> dict[str, Any]:
    shape = _SQL_SHAPES[column.sql_type]
    nullable = shape | {"type": [shape["type"], "null"]}
    if column.field is None:
        return _base_property(column, nullable)
    if column.name == column.field.source_value_name:
        return nullable | {"description": f"What the source said for `{column.field.name}`."}
    return _own_property(column.field, nullable)


def _base_property(column: Column, shape: dict[str, Any]) -> dict[str, Any]:
    base = catalogue().base[column.name]
    described = shape | {"description": base.description}
    if base.values:
        described["enum"] = [*base.values, None]
    return described


def _own_property(field: Field, shape: dict[str, Any]) -> dict[str, Any]:
    described = shape | {"description": field.description}
    if field.kind is FieldKind.CODE and field.code_list is not None:
        codes = code_list(field.code_list).codes
        described["$comment"] = f"code list {field.code_list}"
        if len(codes) <= _WRITTEN_OUT:
            described["enum"] = [*codes, None]
    if field.kind is FieldKind.REFERENCE:
        described["$comment"] = f"id of {field.target}"
    if field.kind is FieldKind.GEOMETRY:
        described["contentMediaType"] = "application/geo+json"
    return described
