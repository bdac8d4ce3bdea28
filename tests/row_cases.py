"""Random rows of the entities of the model, for the laws."""

from functools import cache

from hypothesis import strategies as st

from policy_cases import DATES, INSTANTS, PEOPLE, SITES, TEXTS, UNITS
from watchroom.model.catalogue import Entity, Field, FieldKind


def value_of(field: Field) -> st.SearchStrategy[object]:
    """Any value of a field, also none."""
    if field.name in TEXTS:
        return st.none() | st.sampled_from(TEXTS[field.name])
    match field.kind:
        case FieldKind.BOOLEAN:
            return st.none() | st.booleans()
        case FieldKind.DATE:
            return st.none() | st.sampled_from(DATES)
        case FieldKind.INSTANT:
            return st.none() | st.sampled_from(INSTANTS)
        case FieldKind.INTEGER:
            return st.none() | st.integers(0, 9)
        case FieldKind.REFERENCE:
            return st.none() | st.sampled_from(PEOPLE)
        case _:
            return st.none() | st.sampled_from(["a", "LS1 2AB"])


@cache
def rows_of(entity: Entity) -> st.SearchStrategy[dict[str, object]]:
    """Any row of an entity, as the evaluator receives it."""
    columns: dict[str, st.SearchStrategy[object]] = {field.name: value_of(field) for field in entity.fields}
    for field in entity.fields:
        if field.source_value_name is not None:
            columns[field.source_value_name] = st.sampled_from([None, "s"])
    columns |= {
        "id": st.uuids(),
        "site_code": st.sampled_from([None, *SITES]),
        "unit_code": st.sampled_from([None, *UNITS]),
        "classification": st.sampled_from(["official", "official_sensitive", "secret"]),
        "is_restricted": st.booleans(),
    }
    return st.fixed_dictionaries(columns)
