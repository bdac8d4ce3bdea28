"""Which fields of the model each column of a source goes into, read off the mapping's SQL."""

from collections.abc import Iterator
from collections.abc import Mapping as Dictionary

from watchroom.ingest.lineage import selected_columns
from watchroom.ingest.mapping import Mapping
from watchroom.model.catalogue import Catalogue, Entity, FieldKind


def fields_fed(mapping: Mapping, model: Catalogue) -> Dictionary[tuple[str, str], tuple[tuple[str, str], ...]]:
    """(table, column) -> (entity, field), in order; without what goes into them only by way of the prelude."""
    found: dict[tuple[str, str], dict[tuple[str, str], None]] = {}
    for name, text in sorted(mapping.entities.items()):
        if name not in model.entities:
            continue
        fields = dict(given_names(model.entity(name)))
        for given, places in selected_columns(text).items():
            if given in fields:
                for place in places:
                    found.setdefault(place, {})[name, fields[given]] = None
    return {place: tuple(fields) for place, fields in found.items()}


def given_names(entity: Entity) -> Iterator[tuple[str, str]]:
    """Under which names a mapping selects each field, and the field."""
    for field in entity.fields:
        yield field.name, field.name
        if field.kind is FieldKind.CODE:
            stem = field.name.removesuffix("_code")
            yield f"{stem}_source_value", field.name
            yield f"{stem}_read_as", field.name
        elif field.kind is FieldKind.REFERENCE:
            yield field.name.removesuffix("_id") + "_key", field.name
