"""What all codecs have in common: registry and tables, what is refused, what is lost, that no value is told."""

import ast
from pathlib import Path

import pytest

from codec_samples import EXAMPLES, decode, example, told
from watchroom.sources.codecs.contract import Codec, Limits
from watchroom.sources.codecs.registry import CODECS, codec_for
from watchroom.sources.codecs.tables import OBJECT_COLUMNS, as_tables
from watchroom.sources.csv_table import ROW_COLUMN, header_fault

every_codec = pytest.mark.parametrize("codec", CODECS.values(), ids=lambda codec: codec.name)
JSON_CODECS = ("cloudevents", "hmpps-event", "geojson", "fhir-r4", "tfl-disruption", "wzdx", "cad-incident")


@every_codec
def test_every_codec_reads_its_own_example_without_a_refusal(codec: Codec) -> None:
    decoded = decode(codec.name, example(codec.name))
    assert decoded.objects
    assert not decoded.is_refused
    assert {one.table for one in decoded.objects} <= set(codec.tables)


def test_every_example_belongs_to_a_codec() -> None:
    assert {path.stem for path in EXAMPLES.iterdir()} == set(CODECS)


@every_codec
def test_a_codec_is_found_by_its_media_type_with_any_parameters(codec: Codec) -> None:
    assert codec_for(f"{codec.media_types[0].upper()}; charset=utf-8") is codec


def test_a_media_type_that_names_no_standard_finds_no_codec() -> None:
    assert codec_for("application/json") is None


@every_codec
def test_columns_of_every_table_are_names_that_a_mapping_can_write(codec: Codec) -> None:
    for name, table in codec.tables.items():
        columns = (*OBJECT_COLUMNS, *table.columns)
        assert header_fault(columns, name) is None
        assert all(column.isupper() and column.replace("_", "").isalnum() for column in columns)


@every_codec
def test_an_object_names_no_column_that_its_table_does_not_have(codec: Codec) -> None:
    for one in decode(codec.name, example(codec.name)).objects:
        assert set(one.values) <= set(codec.tables[one.table].columns)


@every_codec
def test_tables_have_the_rows_of_the_message_numbered_below_a_header(codec: Codec) -> None:
    decoded = decode(codec.name, example(codec.name))
    tables = as_tables(codec, decoded)
    assert set(tables) == set(codec.tables)
    for name, table in tables.items():
        rows = table.to_pylist()
        assert table.column_names == [*OBJECT_COLUMNS, *codec.tables[name].columns, ROW_COLUMN]
        assert [row[ROW_COLUMN] for row in rows] == list(range(2, len(decoded.of(name)) + 2))
        assert [row["OBJECT_PLACE"] for row in rows] == [one.place for one in decoded.of(name)]


@every_codec
def test_more_bytes_than_are_taken_are_refused(codec: Codec) -> None:
    decoded = codec.decode(example(codec.name), file="message", limits=Limits(size=100))
    assert (told(decoded), decoded.objects) == ([("too_large", None)], ())


@every_codec
def test_more_objects_than_are_taken_are_refused(codec: Codec) -> None:
    decoded = codec.decode(example(codec.name), file="message", limits=Limits(objects=1))
    assert told(decoded) == [("too_large", None)]


@every_codec
@pytest.mark.parametrize("content", [b"", b" \n\t "])
def test_nothing_is_refused_as_empty(codec: Codec, content: bytes) -> None:
    assert told(decode(codec.name, content)) == [("empty_file", None)]


@every_codec
@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"\x80\x81", b"PK\x03\x04\x00\x00", b"hello", b"<a/>", b"[1, 2", b"7"]
)
def test_what_is_no_message_at_all_is_refused_with_one_fault(codec: Codec, content: bytes) -> None:
    decoded = decode(codec.name, content)
    assert decoded.is_refused
    assert len(decoded.faults) == 1


@pytest.mark.parametrize("name", JSON_CODECS)
@pytest.mark.parametrize("depth", [70, 3000, 5_000_000])
def test_a_pile_of_lists_is_refused_and_takes_no_time(name: str, depth: int) -> None:
    decoded = decode(name, b"[" * depth + b"]" * depth)
    assert told(decoded) in ([("too_large", None)],)


def test_a_hundred_megabytes_of_nesting_are_refused_before_anything_is_made_of_them() -> None:
    assert told(decode("fhir-r4", b'{"a":' * 20_000_000)) == [("too_large", None)]
    assert told(decode("cap", b"<a>" * 34_000_000)) == [("too_large", None)]


@pytest.mark.parametrize("name", JSON_CODECS)
def test_a_number_that_json_does_not_have_is_refused(name: str) -> None:
    assert told(decode(name, b'{"type": NaN}')) == [("not_well_formed", None)]


def test_a_member_that_is_given_twice_is_a_fault_and_neither_value_is_taken() -> None:
    content = '{"specversion":"1.0","id":"1","source":"/s","type":"t","subject":"a","subject":"b"}'
    decoded = decode("cloudevents", content)
    assert told(decoded) == [("member_twice", "subject")]
    assert decoded.objects[0].values["SUBJECT"] is None


def test_a_text_with_half_a_character_or_a_nul_is_a_fault_at_its_place() -> None:
    content = '{"specversion":"1.0","id":"1","source":"/s","type":"t","subject":"\\ud800","x":"\\u0000","\\ud800":"y"}'
    decoded = decode("cloudevents", content)
    assert sorted(told(decoded)) == [
        ("element_unreadable", "(a name)"),
        ("element_unreadable", "subject"),
        ("element_unreadable", "x"),
    ]
    assert len(decoded.objects) == 1


def test_digits_of_numbers_are_kept_as_they_were_written() -> None:
    content = '{"type":"Feature","geometry":{"type":"Point","coordinates":[-1.1500,52.95e0]},"properties":{"n":1.10}}'
    decoded = decode("geojson", content)
    assert decoded.of("FEATURE")[0].values["GEOMETRY"] == '{"type":"Point","coordinates":[-1.1500,52.95e0]}'
    assert decoded.of("FEATURE_PROPERTY")[0].values["VALUE"] == "1.10"


def test_what_no_column_has_room_for_is_named_by_its_path_and_never_by_its_value() -> None:
    content = '{"resourceType":"Patient","id":"1","photo":[1],"petName":"Rex","Jo Example":{"a":1}}'
    assert decode("fhir-r4", content).lost == ("Patient.(a name)", "Patient.petName")


def test_the_second_object_with_a_key_is_a_fault_and_the_first_is_taken() -> None:
    event = '{"specversion":"1.0","id":"1","source":"/s","type":"%s"}'
    decoded = decode("cloudevents", f"[{event % 'a'},{event % 'b'}]")
    assert told(decoded) == [("object_twice", "[1]")]
    assert [one.values["TYPE"] for one in decoded.objects] == ["a"]


def test_faults_without_end_are_told_up_to_a_number_and_then_by_it() -> None:
    decoded = decode("cloudevents", "[" + ",".join(["{}"] * 5000) + "]")
    assert len(decoded.faults) == 1001
    assert "more faults" in decoded.faults[-1].message


def test_no_codec_opens_a_file_asks_a_clock_or_reaches_a_network() -> None:
    room = Path(__file__).parents[2] / "src" / "watchroom" / "sources" / "codecs"
    for path in room.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            forbidden = {"os", "socket", "io", "pathlib", "urllib", "subprocess", "random", "time"}
            assert not forbidden & {name.split(".")[0] for name in names}, path.name
            if isinstance(node, ast.Call):
                assert getattr(node.func, "id", getattr(node.func, "attr", "")) not in {"open", "now", "today"}, (
                    path.name
                )
