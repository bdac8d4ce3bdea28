"""The mapping of Delius agrees with the model, with itself, and with the extract that it was written for."""

import re
from pathlib import Path

import duckdb
import pytest

from watchroom.ingest.lineage import readings_beneath, source_columns
from watchroom.ingest.mapping import Role, load_mapping, macros
from watchroom.ingest.values import values_of
from watchroom.model.catalogue import catalogue
from watchroom.model.code_lists import code_list, crosswalk_rows
from watchroom.sources.files import read_folder

DELIUS = load_mapping("delius")
TEXTS = {**DELIUS.entities, "prelude": DELIUS.prelude, "findings": DELIUS.findings}


@pytest.mark.parametrize("name", sorted(DELIUS.entities))
def test_a_mapping_fills_fields_of_its_entity_and_says_whether_the_row_is_restricted(name: str):
    given = source_columns(DELIUS.entities[name])
    entity = catalogue().entity(name)
    assert values_of(entity, tuple(given))
    assert "is_restricted" in given or name in {"agency", "staff_member"}
    assert set(entity.scoped_by) <= set(given)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_mapping_reads_only_tables_and_columns_that_are_declared(name: str):
    declared = {rule.name for rule in DELIUS.taken()} | {column for rule in DELIUS.taken() for column in rule.columns}
    text = re.sub(r"--[^\n]*|'[^']*'", "", TEXTS[name])
    assert set(re.findall(r"\b[A-Z][A-Z0-9_]{2,}\b", text)) <= declared


def test_every_column_that_is_declared_is_read_and_every_other_one_is_left_out(delius: Path):
    text = "\n".join(TEXTS.values())
    files = {file.table_name: file for file in read_folder(delius).files}
    for rule in DELIUS.taken():
        assert all(re.search(rf"\b{column}\b", text) for column in rule.columns), rule.name
        assert set(files[rule.name].header) == {*rule.columns, *rule.left_out}, rule.name


def test_every_table_of_the_extract_has_a_rule_with_a_reason(delius: Path):
    delivery = read_folder(delius)
    assert len(delivery.files) == 71
    assert all(DELIUS.knows(file.table_name) for file in delivery.files)
    rules = [DELIUS.rule(file.table_name) for file in delivery.files]
    assert all(rule.reason for rule in rules if rule.role is Role.UNMAPPED)


def test_the_tables_that_hide_people_must_be_there():
    for table in ("OFFENDER", "RESTRICTION", "EXCLUSION"):
        assert DELIUS.rule(table).must_be_there


def test_an_end_of_a_restriction_is_not_among_what_refuses_a_delivery_and_whom_it_is_about_is():
    read = {(one.table, *one.columns) for one in readings_beneath(DELIUS.prelude)}
    assert {("RESTRICTION", "OFFENDER_ID"), ("EXCLUSION", "OFFENDER_ID")} <= read
    assert not {("RESTRICTION", "RESTRICTION_END_DATE"), ("EXCLUSION", "EXCLUSION_END_DATE")} & read


def test_what_was_written_of_a_disability_is_not_where_the_instruction_is():
    given = tuple(source_columns(DELIUS.entities["care_need"]))
    values = {value.name for value in values_of(catalogue().entity("care_need"), given)}
    assert "instruction_code" in values
    assert "instruction_source_value" not in values


def test_every_line_of_the_crosswalk_leads_to_a_code_of_its_list():
    for name, source_value, code in crosswalk_rows("delius"):
        assert code in code_list(name).codes, (name, source_value)


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("19-JUL-65", "1965-07-19 00:00:00"),
        ("08-nov-30", "2030-11-08 00:00:00"),
        ("01-JAN-00", "2000-01-01 00:00:00"),
        ("31-DEC-49", "2049-12-31 00:00:00"),
        ("01-JAN-50", "1950-01-01 00:00:00"),
        ("04-09-19", "2019-09-04 00:00:00"),
        ("03-09-19 10:11:12", "2019-09-03 10:11:12"),
        ("01-JAN-70 03:01:03", "1970-01-01 03:01:03"),
        ("2021-01-05 00:00:00.000000", "2021-01-05 00:00:00"),
        ("2020-05-18", "2020-05-18 00:00:00"),
        ("31-FEB-20", None),
        ("12-13-19", None),
        ("01-FOO-19", None),
        ("1-JAN-19", None),
        ("soon", None),
        ("", None),
    ],
)
def test_the_dates_of_delius(raw: str, day: str | None):
    duck = duckdb.connect(":memory:")
    duck.execute(macros())
    duck.execute(DELIUS.macros)
    row = duck.execute("select wall_clock($1)", [raw]).fetchone()
    assert row is not None
    assert (row[0] and str(row[0])) == day
