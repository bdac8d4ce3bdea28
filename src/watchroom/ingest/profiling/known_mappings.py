"""What the mappings that there are make of their columns: the best evidence of what a column of that name is."""

from collections.abc import Iterator
from functools import cache

from watchroom.ingest.lineage import selected_columns
from watchroom.ingest.mapping import load_mapping, mapping_names
from watchroom.ingest.profiling.candidates import Known
from watchroom.model.catalogue import Catalogue, Entity, FieldKind


@cache
def known_columns() -> tuple[Known, ...]:
    """Every column of every mapping with the selected name that it goes into; `field` is not the model's yet."""
    return tuple(
        Known(mapping=name, table=table, column=column, entity=entity, field=given)
        for name in mapping_names()
        for entity, text in sorted(load_mapping(name).entities.items())
        for given, places in selected_columns(text).items()
        for table, column in sorted(places)
    )


def known_of(model: Catalogue) -> tuple[Known, ...]:
    """The same with the fields of a model; a column that goes only into the key or the place of a row is left out."""
    fields = {entity.name: dict(_given(entity)) for entity in model.entities.values()}
    return tuple(
        Known(mapping=one.mapping, table=one.table, column=one.column, entity=one.entity, field=field)
        for one in known_columns()
        if (field := fields.get(one.entity, {}).get(one.field)) is not None
    )


def _given(entity: Entity) -> Iterator[tuple[str, str]]:
    """Under which names a mapping selects each field, and the field."""
    for field in entity.fields:
        yield field.name, field.name
        if field.kind is FieldKind.CODE:
            yield field.name.removesuffix("_code") + "_source_value", field.name
        elif field.kind is FieldKind.REFERENCE:
            yield field.name.removesuffix("_id") + "_key", field.name
