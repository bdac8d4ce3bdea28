"""Code lists: every coded field has a list, every line of a crosswalk leads to a code of its list."""

import csv
from pathlib import Path

import pytest

from watchroom.kernel.errors import NotFoundError
from watchroom.model.catalogue import catalogue
from watchroom.model.code_lists import code_list, code_list_names, crosswalk, crosswalk_rows, sources

CODES = Path(__file__).parents[2] / "src" / "watchroom" / "model" / "codes"


def test_every_coded_field_has_a_list_and_every_list_a_field():
    named = {field.code_list for entity in catalogue().entities.values() for field in entity.fields} - {None}
    assert named == set(code_list_names())


def test_every_code_is_described_and_comes_from_a_named_source():
    for name in code_list_names():
        for code in code_list(name).codes.values():
            assert code.description.strip(), f"{name}.{code.code}"
            assert code.source in sources(), f"{name}.{code.code}"


def test_no_code_stands_twice_in_its_list():
    for name in code_list_names():
        with (CODES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            codes = [row["code"] for row in csv.DictReader(file)]
        assert len(codes) == len(set(codes)), name


def test_every_line_of_a_crosswalk_leads_to_a_code_of_its_list():
    for name, source_value, code in crosswalk_rows("nomis"):
        assert code in code_list(name).codes, f"{name}: {source_value} -> {code}"


def test_a_value_that_nobody_has_read_stays_unmapped():
    assert crosswalk("nomis", "visit_status", "CAN") == "CANC", "the source writes either"
    assert crosswalk("nomis", "visit_status", "NEVER") is None


@pytest.mark.parametrize(
    ("name", "source_value", "code"),
    [
        ("alert_kind", "HA", "HA"),
        ("ethnicity", "O1", "A4"),
        ("ethnicity", "W8", "W3"),
        ("non_association_restriction", "LAND", "LANDING"),
        ("legal_status", "LR_HDC", "RECALL"),
        ("legal_status", "LIFE", "INDETERMINATE_SENTENCE"),
        ("legal_status", "TRL", "REMAND"),
        ("incident_role", "FIGHT", "FIGHTER"),
    ],
)
def test_a_value_of_the_prison_system_is_read_as_our_code(name: str, source_value: str, code: str):
    assert crosswalk("nomis", name, source_value) == code


def test_a_recorded_absence_of_a_problem_asks_nothing_of_staff():
    assert crosswalk("nomis", "care_instruction", "ND") is None
    assert crosswalk("nomis", "care_instruction", "EPI") == "ASK_HEALTHCARE"


def test_a_code_withdrawn_on_a_day_that_nobody_recorded_is_said_to_be_withdrawn():
    entry = code_list("movement_kind").codes["ADMIN"]
    assert (entry.is_withdrawn, entry.valid_to) == (True, None)


def test_a_code_that_the_list_does_not_hold_is_not_described():
    assert code_list("sex").describe("X") is None


def test_an_alert_stands_under_its_type():
    assert {"HA", "HA1", "HA2"} <= set(code_list("alert_kind").children("H"))


def test_an_unknown_list_or_kind_of_source_is_refused_by_name():
    with pytest.raises(NotFoundError, match="`colours`"):
        code_list("colours")
    with pytest.raises(NotFoundError, match="`abacus`"):
        crosswalk("abacus", "sex", "M")
