"""JSON and NDJSON: what becomes a column, a table of its own or a fault, each with its place."""

import gc
import time
import tracemalloc

import pytest

from watchroom.sources.arrow import ArrowTable
from watchroom.sources.faults import Fault
from watchroom.sources.files import read_content
from watchroom.sources.json_text import VALUE_AT_MOST
from watchroom.sources.source_file import Contents
from watchroom.sources.tables import COLUMNS_AT_MOST

Rows = dict[str, list[dict[str, object]]]


def read(name: str, content: str | bytes) -> tuple[Contents, Rows]:
    rows: Rows = {}

    def take(table: str, part: ArrowTable) -> None:
        rows.setdefault(table, []).extend(part.to_pylist())

    return read_content(name, content.encode() if isinstance(content, str) else content, take=take), rows


def faults(found: Contents) -> list[tuple[str, int | None, str | None]]:
    every: list[Fault] = [*found.faults, *(fault for file in found.files for fault in file.faults)]
    return [(fault.code.value, fault.row, fault.field) for fault in every]


def test_values_are_text_as_they_were_written():
    _, rows = read(
        "T.json", '[{"a": 1.10, "b": 1E+2, "c": -0, "d": 123456789012345678901234567890, "e": true, "f": ""}]'
    )
    assert rows["T"] == [
        {
            "a": "1.10",
            "b": "1E+2",
            "c": "-0",
            "d": "1" + "23456789012345678901234567890",
            "e": "true",
            "f": None,
            "source_row": 1,
        }
    ]


def test_objects_become_columns_and_arrays_of_objects_tables_that_name_their_row():
    found, rows = read(
        "PEOPLE.json",
        '{"made": "x", "people": [{"id": 1}, {"id": 2, "at": {"site": "LEI", "cell": {"no": 7}},'
        ' "alerts": [{"code": "XA", "notes": [{"n": "a"}, {"n": "b"}]}, {"code": "HA"}], "tags": [1.0, "x", null]}]}',
    )
    assert [(file.name, file.table_name, file.header) for file in found.files] == [
        ("PEOPLE.json", "PEOPLE", ("id", "at_site", "at_cell_no", "tags")),
        ("PEOPLE.json/people_alerts", "PEOPLE_ALERTS", ("code", "parent_row")),
        ("PEOPLE.json/people_alerts_notes", "PEOPLE_ALERTS_NOTES", ("n", "parent_row")),
    ]
    assert rows["PEOPLE"][1] == {
        "id": "2",
        "at_site": "LEI",
        "at_cell_no": "7",
        "tags": '[1.0,"x",null]',
        "source_row": 2,
    }
    assert [(row["code"], row["parent_row"], row["source_row"]) for row in rows["PEOPLE_ALERTS"]] == [
        ("XA", "2", 1),
        ("HA", "2", 2),
    ]
    assert [(row["n"], row["parent_row"]) for row in rows["PEOPLE_ALERTS_NOTES"]] == [("a", "1"), ("b", "1")]
    assert faults(found) == [("fields_not_read", None, None)]
    assert len({file.sha256 for file in found.files}) == 3, "raw rows are kept once for a digest"


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        ('{"a": 1, "a": 1}', ("duplicate_field", 2, "a")),
        ('{"a": 1, "A": 1}', ("duplicate_field", 2, "A")),
        ('{"a": {"b": 1}, "a_b": 1}', ("duplicate_field", 2, "a_b")),
        ('{"a": {"b": [{"c": 1, "c": 2}]}}', ("duplicate_field", 2, "c")),
        ('{"a": [[{"c": 1, "c": 2}]]}', ("duplicate_field", 2, "c")),
        ('{"a": NaN}', ("not_a_number", 2, "a")),
        ('{"a": [1, -Infinity]}', ("mixed_array", 2, "a")),
        ('{"a": "\\ud800"}', ("bad_text", 2, "a")),
        ('{"a": ["\\udc00"]}', ("bad_text", 2, "a")),
        ('{"a": "\\u0000"}', ("bad_text", 2, "a")),
        ('{"": 1}', ("bad_field_name", 2, None)),
        ('{" a": 1}', ("bad_field_name", 2, " a")),
        ('{"source_row": 1}', ("bad_field_name", 2, "source_row")),
        ('{"parent_row": 1}', ("bad_field_name", 2, "parent_row")),
        ('{"a\\u0000": 1}', ("bad_field_name", 2, None)),
        ('{"a": [{}, 1]}', ("mixed_array", 2, "a")),
        ('{"a": [{"b": 1}, 1]}', ("mixed_array", 2, "a")),
        ("{}", ("malformed_record", 2, None)),
        ("7", ("malformed_record", 2, None)),
        ("[1]", ("malformed_record", 2, None)),
        ("null", ("malformed_record", 2, None)),
        ('{"a":' * 70 + "1" + "}" * 70, ("nested_too_deep", 2, None)),
        ('{"a":' + "[" * 70 + "]" * 70 + "}", ("nested_too_deep", 2, None)),
    ],
)
@pytest.mark.parametrize("name", ["T.json", "T.ndjson"])
def test_a_record_that_cannot_be_taken_is_set_aside_by_its_place_and_the_others_are_kept(
    name: str, record: str, fault: tuple[str, int, str | None]
):
    records = ['{"k": "1"}', record, '{"k": "3"}']
    found, rows = read(name, "[" + ",".join(records) + "]" if name == "T.json" else "\n".join([*records, ""]))
    assert faults(found) == [fault]
    assert [(row["k"], row["source_row"]) for row in rows["T"]] == [("1", 1), ("3", 3)]
    assert (found.files[0].rows_read, found.files[0].bad_rows) == (3, 1)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "empty_file"),
        (" \n", "empty_file"),
        ('[{"a": 1}', "truncated_file"),
        ('[{"a": 1},', "truncated_file"),
        ('[{"a": "x', "truncated_file"),
        ('[{"a": 1}] x', "malformed_file"),
        ('[{"a": 1},]', "malformed_file"),
        ('[{"a": 1} {"a": 2}]', "malformed_file"),
        ('{"a": 1}\n{"a": 2}\n', "malformed_file"),
        ('{"a": 1}', "malformed_file"),
        ('{"a": [{"b": 1}], "c": [{"b": 1}]}', "malformed_file"),
        ("7", "malformed_file"),
        ('[{"a": 01}]', "malformed_file"),
        ('[{"a": "x\ny"}]', "malformed_file"),
        (b'[{"a": "caf\xe9"}]', "wrong_encoding"),
        ('[{"a": 1}]'.encode("utf-16"), "wrong_encoding"),
        (b'[{"a": "\xed\xa0\x80"}]', "wrong_encoding"),
        ("[" * 100_000, "malformed_file"),
        ('{"a":' * 100_000, "malformed_file"),
        ('[{"a": "' + "x" * (VALUE_AT_MOST + 1) + '"}]', "too_large"),
        ("[" + ",".join(f'{{"k{number}": 1}}' for number in range(COLUMNS_AT_MOST + 1)) + "]", "too_many_columns"),
        ("[" + ",".join(["1"] * 1002) + "]", "ragged_file"),
    ],
)
def test_a_json_file_that_cannot_be_trusted_is_refused_with_the_reason(content: str | bytes, code: str):
    found, _ = read("T.json", content)
    assert [fault[0] for fault in faults(found)] == [code]
    assert found.files[0].is_refused
    assert found.files[0].rows_read == 0


def test_a_record_that_holds_only_lists_is_a_row_all_the_same():
    found, rows = read("T.json", '[{"a": [{"b": 1}]}, {"a": [{"b": 2}], "late": "x"}]')
    assert rows["T"] == [{"late": None, "source_row": 1}, {"late": "x", "source_row": 2}]
    _, rows = read("T.json", '[{"a": [{"b": 1}]}]')
    assert rows["T"] == [{"source_row": 1}]
    assert (found.files[0].rows_read, found.files[0].bad_rows) == (2, 0)


def test_a_refusal_refuses_the_tables_within_as_well():
    found, _ = read("T.json", '[{"a": [{"b": 1}]}, {"a"')
    assert [(file.table_name, file.is_refused) for file in found.files] == [("T", True), ("T_A", True)]


def test_many_columns_of_which_each_record_names_one_take_no_time_of_their_product():
    lines = "".join(f'{{"k{number % 1999}":{number}}}\n' for number in range(30_000))
    values = 0

    def take(_table: str, part: ArrowTable) -> None:
        nonlocal values
        values += sum(part.num_rows - column.null_count for column in part.columns[:-1])

    began = time.process_time()
    found = read_content("T.ndjson", lines.encode(), take=take)
    assert time.process_time() - began < 10
    assert len(found.files[0].header) == 1999
    assert values == 30_000


def test_a_line_is_a_record_and_lines_of_blanks_are_none():
    found, rows = read("T.jsonl", b'\xef\xbb\xbf{"a": 1}\r\n\n  \n{"a": \n{"a": 5}')
    assert [(row["a"], row["source_row"]) for row in rows["T"]] == [("1", 1), ("5", 5)]
    assert faults(found) == [("malformed_record", 4, None), ("no_final_newline", 5, None)]


def test_a_last_line_that_is_cut_off_refuses_the_file():
    assert faults(read("T.ndjson", '{"a": 1}\n{"a": 2')[0]) == [("truncated_file", 2, None)]


def test_a_hundred_megabytes_of_nesting_are_refused_at_once_in_little_memory():
    content = b"[" * (100 << 20)
    gc.collect()
    tracemalloc.start()
    try:
        found, _ = read("T.json", content)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [fault[0] for fault in faults(found)] == ["malformed_file"]
    assert peak < 32 << 20
