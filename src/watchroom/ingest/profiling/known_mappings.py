"""What the mappings that there are make of their columns: the best evidence of what a column of that name is."""

from watchroom.ingest.fields_fed import fields_fed
from watchroom.ingest.mapping import load_mapping, mapping_names
from watchroom.ingest.profiling.candidates import Known
from watchroom.model.catalogue import Catalogue


def known_of(model: Catalogue) -> tuple[Known, ...]:
    """Every column of every mapping with each field that it goes into."""
    return tuple(
        Known(mapping=name, table=table, column=column, entity=entity, field=field)
        for name in mapping_names()
        for (table, column), fields in sorted(fields_fed(load_mapping(name), model).items())
        for entity, field in fields
    )
