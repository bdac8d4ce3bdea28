"""What is made from the model says what the model says."""

import json
import subprocess
import sys
from pathlib import Path

from watchroom.model import json_schema, reference
from watchroom.model.catalogue import LONGEST_KEY, FieldKind, catalogue, columns_of
from watchroom.model.code_lists import code_list_names

REPOSITORY = Path(__file__).parents[2]


def test_the_pages_made_from_declarations_are_up_to_date():
    ended = subprocess.run(
        [sys.executable, "tools/write_reference.py", "--check"], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_dictionary_tells_every_entity_and_every_field():
    page = reference.dictionary()
    for entity in catalogue().entities.values():
        assert f"### {entity.name}\n" in page
        for field in entity.fields:
            assert f"| `{field.name}` |" in page, f"{entity.name}.{field.name}"


def test_the_dictionary_tells_the_limits_of_text_that_are_held_to():
    page = reference.dictionary()
    for field in (entity_field for entity in catalogue().entities.values() for entity_field in entity.fields):
        what = "a text that is marked *free text*" if field.free_text else "a text"
        what = "a shape on the map" if field.kind is FieldKind.GEOMETRY else what
        assert f"| {what} | {field.longest:,} |" in page, field.name
    assert f"the code of a place | {LONGEST_KEY:,} |" in page


def test_every_code_list_that_the_dictionary_links_to_has_a_section():
    page = reference.code_list_page()
    for name in code_list_names():
        assert f"\n## {name}\n" in page


def test_the_json_schema_knows_every_column_and_nothing_else():
    document = json.loads(json_schema.as_text())
    shared = set(document["$defs"]["every_record"]["properties"])
    for entity in catalogue().entities.values():
        schema = document["$defs"][entity.name]
        columns = {column.name for column in columns_of(entity)}
        assert columns <= set(schema["properties"]) | shared
        assert set(schema["properties"]) <= columns


def test_a_field_that_is_not_known_to_the_reader_may_be_null_in_the_json_schema():
    alert = json.loads(json_schema.as_text())["$defs"]["alert"]["properties"]
    assert alert["kind_code"]["type"] == ["string", "null"]
    assert alert["active_from"] == {
        "type": ["string", "null"],
        "format": "date",
        "description": "First day on which it applies.",
    }


def test_a_short_code_list_is_written_out_in_the_json_schema_with_null_for_unmapped():
    levels = json.loads(json_schema.as_text())["$defs"]["cell_sharing_risk"]["properties"]["level_code"]["enum"]
    assert set(levels) == {"HI", "MED", "LOW", "STANDARD", "PEND", None}
