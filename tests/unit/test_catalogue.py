"""The catalogue: the model is declared once, and everything read from it can be relied on."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from watchroom.kernel.errors import NotFoundError
from watchroom.model.catalogue import BASE_COLUMNS, HISTORY_COLUMNS, FieldKind, catalogue, columns_of

REPOSITORY = Path(__file__).parents[2]
EVERY_FIELD = [(entity, field) for entity in catalogue().entities.values() for field in entity.fields]


def test_the_checked_in_catalogue_is_what_the_schema_compiles_to():
    ended = subprocess.run(
        [sys.executable, "tools/compile_model.py", "--check"], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_every_reference_points_to_an_earlier_entity_or_to_its_own():
    seen: set[str] = set()
    for entity in catalogue().entities.values():
        seen.add(entity.name)
        assert {field.target for field in entity.fields} - {None} <= seen, entity.name


def test_every_entity_about_a_person_names_the_person():
    for entity in catalogue().entities.values():
        names = {field.name for field in entity.fields}
        assert entity.about_person == (entity.name == "person" or "person_id" in names), entity.name


def test_no_column_of_a_table_is_named_twice():
    for entity in catalogue().entities.values():
        names = [column.name for column in (*columns_of(entity), *HISTORY_COLUMNS)]
        assert len(names) == len(set(names)), entity.name


def test_a_code_keeps_the_value_of_its_source_beside_it():
    columns = [column.name for column in columns_of(catalogue().entity("alert"))]
    assert columns[columns.index("kind_code") + 1] == "kind_source_value"


def test_the_base_columns_come_first_and_then_the_scope():
    columns = columns_of(catalogue().entity("alert"))
    assert columns[: len(BASE_COLUMNS)] == BASE_COLUMNS
    assert [column.name for column in columns[len(BASE_COLUMNS) :]][:2] == ["site_code", "unit_code"]


def test_every_health_field_is_of_a_special_category():
    assert {field.sensitivity for _, field in EVERY_FIELD if field.health} == {"special_category"}


def test_every_field_about_a_person_says_how_it_hurts_when_it_leaks():
    for entity, field in EVERY_FIELD:
        assert not entity.about_person or field.sensitivity != "none", f"{entity.name}.{field.name}"


def test_only_dates_and_instants_can_be_defaults_of_a_source():
    kinds = {field.kind for _, field in EVERY_FIELD if field.default_instant}
    assert kinds <= {FieldKind.DATE, FieldKind.INSTANT}


def test_names_say_what_kind_of_value_a_field_holds():
    for entity, field in EVERY_FIELD:
        where = f"{entity.name}.{field.name}"
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", field.name), where
        if field.name.endswith("_at"):
            assert field.kind is FieldKind.INSTANT, where
        if field.name.endswith("_on"):
            assert field.kind is FieldKind.DATE, where


def test_every_kind_of_news_is_declared():
    used = {field.change_category for _, field in EVERY_FIELD} - {None}
    assert used == set(catalogue().change_categories)


def test_an_unknown_entity_or_field_is_refused_by_name():
    with pytest.raises(NotFoundError, match="`alrt`"):
        catalogue().entity("alrt")
    with pytest.raises(NotFoundError, match="entity `alert` has no field `kind`"):
        catalogue().entity("alert").field("kind")
