"""Codes of other agencies: what is known to mean the same, since when, and nothing that is guessed."""

from datetime import date

import pytest

from watchroom.model.code_lists import code_list, code_list_names
from watchroom.model.equivalents import equivalent, equivalents

TODAY = date(2026, 7, 24)


def test_every_equivalent_leads_from_a_code_to_a_code_of_its_list_and_says_where_it_is_known_from():
    for known in equivalents():
        where = f"{known.scheme} {known.value}"
        assert known.code in code_list(known.code_list).codes, where
        assert known.source, where
        if known.scheme in code_list_names():
            assert known.value in code_list(known.scheme).codes, where
        else:
            assert "." in known.scheme, f"{where}: neither a list of ours nor an agency's own"


def test_a_code_is_one_code_of_a_list_on_any_day():
    for known in equivalents():
        twins = [
            other
            for other in equivalents()
            if other is not known
            and (other.scheme, other.value, other.code_list) == (known.scheme, known.value, known.code_list)
        ]
        assert not [other for other in twins if other.holds_on(known.valid_from or date.min)], known.value


@pytest.mark.parametrize(
    ("scheme", "value", "name", "code"),
    [
        ("police.suffolk", "3", "response_grade", "ROUTINE"),
        ("police.national", "3", "response_grade", "SCHEDULED"),
        ("ethnicity", "O1", "ethnicity", "A4"),
        ("ethnicity", "W8", "ethnicity", "W3"),
        ("incident_type", "DEATH_PRISONER", "incident_family", "DEATH"),
        ("resgrid.unit_state", "OnScene", "resource_state", "ON_SCENE"),
        ("police.metropolitan", "R", "response_grade", None),
        ("police.nowhere", "1", "response_grade", None),
        ("police.suffolk", "3", "sex", None),
    ],
)
def test_a_code_of_another_agency_is_ours_where_it_is_known(scheme: str, value: str, name: str, code: str | None):
    assert equivalent(scheme, value, code_list=name, on=TODAY) == code


def test_a_renamed_code_is_the_new_one_from_the_day_of_the_change():
    assert equivalent("alert_kind", "XOCGN", code_list="alert_kind", on=date(2020, 8, 5)) is None
    assert equivalent("alert_kind", "XOCGN", code_list="alert_kind", on=date(2020, 8, 6)) == "DOCGM"
