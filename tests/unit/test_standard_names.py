"""What the model says of NIEM and FHIR: names that these standards declare, and none that was made up."""

import re
from pathlib import Path

import pytest
from fhir.resources.R4B import get_fhir_model_class

from watchroom.model.catalogue import catalogue

LISTED = Path(__file__).with_name("niem_names.txt")
# In a schema that declares fewer, as the parts cut out for one message do, a missing name says nothing.
WHOLE = 1000
FILES = {"nc": "niem-core.xsd", "j": "justice.xsd"}


def said(standard: str) -> set[str]:
    """Every name of that standard in the catalogue, of entities and fields."""
    entities = catalogue().entities.values()
    found = {getattr(entity, standard) for entity in entities}
    found |= {getattr(field, standard) for entity in entities for field in entity.fields}
    return {name for name in found if name is not None}


def listed() -> list[str]:
    return [line for line in LISTED.read_text("utf-8").splitlines() if not line.startswith("#")]


def test_every_niem_name_is_one_that_somebody_read_in_the_published_schema() -> None:
    assert listed() == sorted(said("niem"))


def test_every_niem_name_is_declared_by_the_schema_files(niem: Path) -> None:
    declared: set[str] = set()
    sizes = dict.fromkeys(FILES, 0)
    for prefix, name in FILES.items():
        for path in niem.rglob(name):
            elements = re.findall(r'<xs:element name="(\w+)"', path.read_text("utf-8"))
            declared |= {f"{prefix}:{element}" for element in elements}
            sizes[prefix] += len(elements)
    missing = [name for name in listed() if name not in declared]
    if missing and min(sizes.values()) < WHOLE:
        pytest.skip(f"these files declare a part of NIEM, {sizes}; not among it: {missing}")
    assert missing == []


@pytest.mark.parametrize("path", sorted(said("fhir")))
def test_every_fhir_path_names_a_resource_and_one_of_its_elements(path: str) -> None:
    resource, _, element = path.partition(".")
    model = get_fhir_model_class(resource)
    elements = {field.alias or name for name, field in model.model_fields.items()}
    assert not element or element in elements


def test_what_has_a_path_in_a_standard_is_not_all_but_the_persons_basic_facts_are() -> None:
    person = catalogue().entity("person")
    assert person.field("birth_date").niem == "nc:PersonBirthDate"
    assert person.field("birth_date").fhir == "Patient.birthDate"
    assert person.field("sort_key").niem is None
