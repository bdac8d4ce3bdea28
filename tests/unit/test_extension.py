"""An agency's own LinkML file: what it adds, and what is refused of it, with the line."""

import sys
from pathlib import Path

import pytest
from linkml_runtime import SchemaView

from extensions import KEYS, extension, model_with
from watchroom.kernel.errors import NotFoundError
from watchroom.model.catalogue import BASE_COLUMNS, FieldKind, Sensitivity, catalogue
from watchroom.model.extension import (
    Extension,
    ExtensionFault,
    extended,
    extension_text,
    is_name_of_agency,
    kept_extension,
    read_extension,
    said_of_agency,
)
from watchroom.model.words import Words

REPOSITORY = Path(__file__).parents[2]
SCHEMA = REPOSITORY / "src" / "watchroom" / "model" / "schema"


def test_an_agency_has_entities_of_its_own_and_fields_on_ours():
    model = model_with()
    card, person = model.entity("hmpps_x_key_card"), model.entity("person")
    assert (card.domain, card.about_person, card.scoped_by) == ("hmpps_x", True, ("site_code", "unit_code"))
    assert card.field("lock_id").target == "hmpps_x_lock"
    assert card.field("given_on").change_category == "RISK"
    assert card.field("remark").change_category is None
    assert card.field("remark").sensitivity is Sensitivity.SPECIAL_CATEGORY
    assert person.field("hmpps_x_fears_dogs").kind is FieldKind.BOOLEAN
    assert person.fields[: len(catalogue().entity("person").fields)] == catalogue().entity("person").fields
    assert model.domains == {"hmpps_x": "Key cards and dogs"}


def test_what_refers_stands_after_what_it_refers_to():
    own = [name for name in model_with().entities if name.startswith("hmpps_x")]
    assert own == ["hmpps_x_lock", "hmpps_x_key_card"]


def test_ours_is_as_it_was():
    before = dict(catalogue().entities)
    model_with()
    assert catalogue().entities == before


def test_nothing_added_is_our_model():
    assert extended(catalogue(), Extension()) == catalogue()
    assert read_extension({}, base=catalogue()) == Extension()


def test_what_is_in_force_reads_back_as_it_was():
    assert kept_extension(extension_text(extension())) == extension()


def test_the_file_is_linkml_and_means_the_same_there(tmp_path: Path):
    (tmp_path / "keys.yaml").write_text(KEYS, encoding="utf-8")
    view = SchemaView(str(tmp_path / "keys.yaml"), importmap={"watchroom": str(SCHEMA / "watchroom")})
    for entity in extension().entities:
        declared = view.get_class(entity.name)
        assert [str(name) for name in declared.attributes] == [field.name for field in entity.fields]
        assert {"record", entity.name} <= set(view.class_ancestors(entity.name))
        assert (("scoped" in declared.mixins), declared.description) == (bool(entity.scoped_by), entity.description)
        for field in entity.fields:
            said = declared.attributes[field.name]
            assert str(said.range or "text") == (field.target or field.kind.value)
            assert (bool(said.required), said.description) == (field.required, field.description)
    assert [str(name) for name in view.get_class("hmpps_x_person_more").apply_to] == ["person"]


def test_our_own_schema_can_be_imported_whole():
    view = SchemaView(str(SCHEMA / "watchroom.yaml"))
    assert set(catalogue().entities) <= {str(name) for name in view.all_classes()}


def test_no_name_of_ours_can_ever_be_that_of_an_agency():
    names = [*catalogue().entities, *(column.name for column in BASE_COLUMNS)]
    names += [field.name for entity in catalogue().entities.values() for field in entity.fields]
    assert not [name for name in names if "x" in name.split("_")]
    assert is_name_of_agency("hmpps_x_key_card")
    assert not [name for name in (*names, "hmpps_x", "_x_card", "hmpps_x_Card", "a word") if is_name_of_agency(name)]


def test_an_agencys_entity_is_named_in_words():
    assert said_of_agency("hmpps_x_key_card") == "key card"
    assert Words().phrase("record.hmpps_x_key_card") == "key card"


FAULTS = [
    ("name: hmpps_x", "name: hmpps", 2, "ends in `_x`"),
    ("imports: [watchroom]", "imports: [linkml:types]", 11, "must name `watchroom`"),
    ("default_range: text", "default_rnage: text", 10, "`default_rnage` means nothing here"),
    ("hmpps_x_lock:\n    is_a", "lock:\n    is_a", 14, "`lock` must begin with `hmpps_x_`"),
    ("    is_a: record\n    mixins", "    mixins", 21, "is not a `record`"),
    ("is_a: record\n    mixins", "is_a: alert\n    mixins", 22, "is not a `record`"),
    ("mixins: [scoped]", "mixins: [placed]", 23, "may name `scoped` only"),
    ("about_person: true, ", "", 25, "`about_person` must be there"),
    ("about_person: true", "about_person: false", 25, "`about_person` is true where"),
    ("about_person: true", "about_persons: true", 25, "`about_persons` means nothing here"),
    ("retention: custody_record", "retention: ages", 25, "retention `ages`"),
    ("sensitivity: personal, change", "sensitivity: secret, change", 25, "sensitivity `secret`"),
    ("change_category: RISK", "change_category: NEWS", 25, "change_category `NEWS`"),
    ("A key card that was given to somebody.", "A key card", 24, "one sentence with a full stop"),
    ("lock_id: {range", "lock: {range", 29, "a reference is named `x_id`"),
    ("range: hmpps_x_lock", "range: hmpps_x_door", 29, "range `hmpps_x_door` is no entity"),
    ("kind_code: {range: code", "kind: {range: code", 31, "a code is named `x_code`"),
    (", annotations: {code_list: location_kind}", "", 31, "names its code list"),
    ("code_list: location_kind", "code_list: locks", 31, "there is no code list `locks`"),
    ("given_on: {range: date", "valid_from: {range: date", 30, "every row has `valid_from` already"),
    ("given_on: {range: date", "given_key: {range: date", 30, "the store uses such a name"),
    ("given_on: {range: date", "Given: {range: date", 30, "small letters"),
    (
        "required: true, description: Number that is printed",
        "required: yes, description: Number",
        28,
        "be `true` or `false`",
    ),
    ("annotations: {free_text: true", "annotations: {free_txt: true", 34, "`free_txt` means nothing here"),
    ("hmpps_x_fears_dogs:\n", "fears_dogs:\n", 39, "must begin with `hmpps_x_`"),
    ("        range: boolean", "        required: true\n        range: boolean", 40, "cannot be required"),
    ("apply_to: [person]", "apply_to: [persons]", 36, "`persons` is no entity of ours"),
    ("apply_to: [person]", "apply_to: []", 36, "must name an entity of ours"),
    ("apply_to: [person]", "apply_to: [person]\n    mixins: [scoped]", 37, "cannot stand beside `apply_to`"),
    ("title: Key cards", "title: &t Key cards", 3, "anchors, aliases and tags"),
    ("title: Key cards", "name: hmpps_x", 3, "names a key twice"),
    ("title: Key cards", "title: [", 4, "it is no YAML 1.2"),
]


@pytest.mark.parametrize(("old", "new", "line", "told"), FAULTS)
def test_a_file_that_cannot_be_meant_is_refused_with_its_line(old: str, new: str, line: int, told: str):
    assert old in KEYS
    with pytest.raises(ExtensionFault, match=told.replace("[", r"\[")) as refused:
        extension(KEYS.replace(old, new, 1))
    assert (refused.value.file, refused.value.line) == ("keys.yaml", line)


def test_entities_that_refer_to_each_other_in_a_circle_are_refused():
    text = KEYS.replace(
        "      location_id: {range: location",
        "      card_id: {range: hmpps_x_key_card, description: Which.}\n      at_id: {range: location",
    )
    with pytest.raises(ExtensionFault, match="in a circle: hmpps_x_key_card, hmpps_x_lock"):
        extension(text)


def test_a_name_that_would_be_cut_in_the_database_is_refused():
    with pytest.raises(ExtensionFault, match="is longer than 27"):
        extension(KEYS.replace("hmpps_x_lock:", f"hmpps_x_{'l' * 20}:"))


def test_two_files_may_not_declare_one_entity():
    with pytest.raises(ExtensionFault, match="declared in another file too"):
        read_extension({"a.yaml": KEYS, "b.yaml": KEYS}, base=catalogue())


def test_what_was_added_to_an_entity_that_is_gone_is_told():
    gone = {name: entity for name, entity in catalogue().entities.items() if name != "person"}
    from dataclasses import replace

    with pytest.raises(NotFoundError, match="adds fields to `person`"):
        extended(replace(catalogue(), entities=gone), extension())


@pytest.fixture
def compile_model(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(REPOSITORY / "tools"))
    import compile_model  # pyright: ignore[reportMissingImports]

    yield compile_model
    sys.modules.pop("compile_model", None)


def test_the_reader_and_the_compiler_know_the_same_annotations(compile_model):
    from watchroom.model import extension as reader

    assert compile_model.ENTITY_ANNOTATIONS <= reader._ENTITY_NOTES
    assert compile_model.FIELD_ANNOTATIONS <= reader._FIELD_NOTES


def test_our_own_files_pass_the_reader_where_they_are_written_as_an_agencys(compile_model):
    """Each class of ours, named as an agency's, means in the reader what the compiler makes of it."""
    text = (SCHEMA / "safety.yaml").read_text(encoding="utf-8")
    for name in SchemaView(str(SCHEMA / "safety.yaml")).all_classes(imports=False):
        text = text.replace(f"\n  {name}:\n", f"\n  own_x_{name}:\n")
    text = text.replace("name: safety\n", "name: own_x\n", 1)
    head, _, rest = text.partition("imports: [")
    made = read_extension({"safety.yaml": f"{head}imports: [watchroom]{rest.partition(']')[2]}"}, base=catalogue())
    assert made.entities
    for entity in made.entities:
        assert entity.fields == catalogue().entity(entity.name.removeprefix("own_x_")).fields
