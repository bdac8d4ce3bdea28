"""The profile of a delivery: what its columns are, which are keys, what they may be; and no value of a person."""

import json
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from watchroom.ingest.lineage import source_columns
from watchroom.ingest.mapping import Mappings
from watchroom.ingest.profiling.columns import ColumnProfile
from watchroom.ingest.profiling.profile import Profile, TableProfile, profile
from watchroom.ingest.profiling.starter import starter_files
from watchroom.ingest.values import values_of
from watchroom.kernel.errors import UsageError
from watchroom.model.catalogue import catalogue

TODAY = date(2026, 7, 24)
SURNAMES = ("OAKLEY", "QUIMBY", "ZUBROWSKA")
NUMBERS = range(40)
PEOPLE = "ID,SURNAME,GENDER,DOB,SEEN_ON,BOTH_WAYS,GAVE_UP,NOTES\n" + "".join(
    f"{100 + number},{SURNAMES[number % 3]},{'MF'[number % 2]},{number % 28 + 1:02d}/{number % 12 + 1:02d}/1984,"
    f"19-JUL-{number % 30 + 60},{number % 12 + 1:02d}/{number % 12 + 1:02d}/2030,,"
    f"{'Spoke to his mother Zelda about the move' if number % 2 else ''}\n"
    for number in NUMBERS
)
CODES = ["XA", "XEL", "ZZZ"] * 13 + ["RARE"]
ALERTS = "PERSON_ID,SEQ,ALERT_CODE,STARTED\n" + "".join(
    f"{100 + number // 2},{number % 2 + 1},{code},2026-07-01 08:00:00\n" for number, code in enumerate(CODES)
)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    folder = tmp_path_factory.mktemp("delivery")
    (folder / "PERSON.csv").write_text(PEOPLE, encoding="utf-8")
    (folder / "ALERTS.csv").write_text(ALERTS, encoding="utf-8")
    (folder / "NO_HEADER.csv").write_text(
        "".join(f"{name},A{number:04d}BC,M\n" for number in NUMBERS for name in SURNAMES), encoding="utf-8"
    )
    (folder / "BROKEN.csv").write_bytes(b'A,B\n"open')
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Cell list")
    for row in (("cell", "occupied by"), *((f"A-1-{number}", "Quimby") for number in NUMBERS)):
        sheet.append(row)
    book.save(folder / "cells.xlsx")
    return profile(folder, model=catalogue(), today=TODAY)


def table(found: Profile, name: str) -> TableProfile:
    return next(one for one in found.tables if one.table == name)


def columns(found: Profile, name: str) -> dict[str, ColumnProfile]:
    return {column.name: column for column in table(found, name).columns}


def test_each_column_is_told_by_kind_and_how_full_it_is(found: Profile):
    kinds = {name: column.kind for name, column in columns(found, "PERSON").items()}
    assert kinds == {
        "ID": "identifier",
        "SURNAME": "code",
        "GENDER": "code",
        "DOB": "date",
        "SEEN_ON": "date",
        "BOTH_WAYS": "date",
        "GAVE_UP": "empty",
        "NOTES": "free text",
    }
    notes = columns(found, "PERSON")["NOTES"]
    assert (notes.rows, notes.filled, notes.different) == (40, 20, 1)
    assert columns(found, "ALERTS")["STARTED"].kind == "instant"


def test_the_order_of_day_and_month_is_told_only_where_a_day_shows_it(found: Profile):
    people = columns(found, "PERSON")
    dates = {name: people[name].dates for name in ("DOB", "BOTH_WAYS", "SEEN_ON")}
    assert all(dates.values())
    assert {name: one and (one.order, one.in_future) for name, one in dates.items()} == {
        "DOB": ("day first", 0),
        "BOTH_WAYS": ("cannot be told", 40),
        "SEEN_ON": (None, 0),
    }


def test_only_codes_that_several_rows_share_are_shown_and_nothing_of_a_person(found: Profile):
    assert columns(found, "PERSON")["GENDER"].codes == {"F": 20, "M": 20}
    assert columns(found, "ALERTS")["ALERT_CODE"].codes.keys() == {"XA", "XEL", "ZZZ"}
    told = json.dumps(found.as_json())
    for hidden in (*SURNAMES, "Quimby", "Zelda", "RARE", "1984", "A0007BC", "A-1-7"):
        assert hidden not in told, hidden


def test_the_first_row_of_a_table_without_a_header_is_not_told_as_names(found: Profile):
    bare = table(found, "NO_HEADER")
    assert bare.has_no_header
    assert [column.name for column in bare.columns] == ["column 1", "column 2", "column 3"]
    assert not any(column.codes for column in bare.columns)
    assert not table(found, "PERSON").has_no_header


def test_keys_and_what_points_to_them_are_found_by_what_stands_there(found: Profile):
    assert table(found, "PERSON").keys == (("ID",),)
    assert table(found, "ALERTS").keys[0] == ("PERSON_ID", "SEQ")
    links = [(link.column, link.target, link.key) for link in table(found, "ALERTS").links]
    # Whatever stands in SEQ and in the codes is no key of another table; a number alone would be chance.
    assert links == [("PERSON_ID", "PERSON", "ID")]


def test_a_column_may_be_what_a_code_list_a_name_or_a_known_mapping_says_with_the_reason(found: Profile):
    gender = table(found, "PERSON").candidates["GENDER"][0]
    assert (gender.entity, gender.field) == ("person", "sex_code")
    assert any("code list `sex` holds 2 of its 2" in reason for reason in gender.reasons)
    alert = table(found, "ALERTS").candidates["ALERT_CODE"][0]
    assert (alert.entity, alert.field) == ("alert", "kind_code")
    assert any("mapping `nomis` makes it of the column of this name" in reason for reason in alert.reasons)
    assert any(one.field == "birth_date" for one in table(found, "PERSON").candidates["DOB"])


def test_what_cannot_be_read_is_told_and_the_rest_is_profiled(found: Profile):
    assert "unclosed_quote" in {fault.code.value for fault in found.faults}
    assert table(found, "CELL LIST").rows == 40


def test_an_empty_folder_and_one_that_is_not_there_say_so(tmp_path: Path):
    assert {fault.code.value for fault in profile(tmp_path, model=catalogue(), today=TODAY).faults} == {"no_tables"}
    nowhere = profile(tmp_path / "x", model=catalogue(), today=TODAY)
    assert {fault.code.value for fault in nowhere.faults} == {"missing_folder"}


def test_the_starter_is_a_mapping_that_loads_and_names_only_what_the_model_has(found: Profile, tmp_path: Path):
    texts = starter_files(found, kind="our_system", time_zone="Europe/London", model=catalogue())
    package = tmp_path / "started_mappings"
    for name, text in texts.items():
        place = package / "our_system" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    mapping = Mappings(own=package).load("our_system")
    assert mapping.rule("ALERTS").key == ("PERSON_ID", "SEQ")
    for name, text in mapping.entities.items():
        assert values_of(catalogue().entity(name), tuple(source_columns(text)))
    assert "t.ALERT_CODE as kind_source_value" in mapping.entities["alert"]
    assert "concat_ws('/', t.PERSON_ID, t.SEQ) as source_key" in mapping.entities["alert"]
    assert tomllib.loads(texts["left_out.toml"])["reasons"]["NO_HEADER"] == "to be decided"
    assert not any(name in text for text in texts.values() for name in SURNAMES)


def test_a_starter_of_a_table_without_a_key_gives_its_rows_none(found: Profile):
    bare = Profile(delivery="x", tables=(replace(table(found, "ALERTS"), keys=()),), faults=())
    text = starter_files(bare, kind="x", time_zone="Europe/London", model=catalogue())["alert.sql"]
    assert "cast(null as varchar) as source_key" in text


def test_a_mapping_cannot_have_any_name(found: Profile):
    with pytest.raises(UsageError, match="Our System"):
        starter_files(found, kind="Our System", time_zone="Europe/London", model=catalogue())
