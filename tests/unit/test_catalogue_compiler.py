"""The compiler of the model refuses what the catalogue cannot mean, and says where."""

import json
import shutil
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
SCHEMA = REPOSITORY / "src" / "watchroom" / "model" / "schema"


@pytest.fixture
def compile_model(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(REPOSITORY / "tools"))
    import compile_model  # pyright: ignore[reportMissingImports]

    yield compile_model
    sys.modules.pop("compile_model", None)


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SCHEMA, tmp_path / "schema"))


def edit(schema: Path, name: str, old: str, new: str) -> None:
    path = schema / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_same_schema_compiles_to_the_same_bytes(compile_model, schema: Path):
    assert compile_model.compiled(schema) == compile_model.compiled(SCHEMA)


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("core", "code_list: agency_kind", "code_lst: agency_kind", "annotation `code_lst`"),
        ("core", "annotations: {code_list: agency_kind}", "annotations: {}", "`agency.kind_code`: a code is named"),
        ("core", "parent_id: {range: location", "parent: {range: location", "`location.parent`: a reference"),
        ("core", "Name in common use on the site.", "Name in common use", "`location.name`: the description"),
        ("core", "flat: {range: text", "counted: {range: text", "`address.counted`: tables and views have a column"),
        ("safety", "change_category: ALERTS", "change_category: NEWS", "change_category `NEWS`"),
        ("incident", "retention: incident_record", "retention: ages", "`incident_report`: retention `ages`"),
        (
            "core",
            "is_a: record\n    description: An establishment",
            "description: An establishment",
            "is not a `record`",
        ),
        ("platform", "source_key: {range: text, required: true", "source_key: {range: text", "BASE_COLUMNS"),
        ("platform", "      valid_to:", "      valid_until:", "BASE_COLUMNS"),
    ],
)
def test_a_schema_that_cannot_be_meant_is_refused(
    compile_model, schema: Path, name: str, old: str, new: str, told: str
):
    edit(schema, name, old, new)
    with pytest.raises(compile_model.SchemaFault, match=told):
        compile_model.compiled(schema)


def test_entities_that_refer_to_each_other_in_a_circle_are_refused(compile_model, schema: Path):
    edit(
        schema,
        "core",
        "      is_primary: {range: boolean",
        "      name_id: {range: person_name, description: Circle.}\n      is_primary: {range: boolean",
    )
    edit(
        schema,
        "core",
        '      kind_code: {range: code, description: "What kind of name',
        "      address_id: {range: address, description: Circle.}\n"
        '      kind_code: {range: code, description: "What kind of name',
    )
    with pytest.raises(compile_model.SchemaFault, match="in a circle"):
        compile_model.compiled(schema)


def test_a_field_takes_what_its_class_says_unless_it_says_otherwise(compile_model, schema: Path):
    text = compile_model.compiled(schema)
    entities = {entity["name"]: entity for entity in json.loads(text)["entities"]}
    need = {field["name"]: field for field in entities["care_need"]["fields"]}
    assert need["problem_code"]["sensitivity"] == "special_category"
    assert need["instruction_code"]["sensitivity"] == "personal"
    assert need["person_id"]["change_category"] is None
    assert need["instruction_code"]["change_category"] == "HEALTH"
