"""Parquet: every type becomes text without loss, or the file is refused with the column."""

from base64 import b64encode
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest

from format_samples import parquet
from watchroom.sources.arrow import ArrowTable
from watchroom.sources.files import read_content
from watchroom.sources.source_file import Contents

AT = datetime(2026, 7, 1, 9, 30, 0, 500_000, tzinfo=UTC)


def read(content: bytes) -> tuple[Contents, list[dict[str, object]]]:
    rows: list[dict[str, object]] = []

    def take(_table: str, part: ArrowTable) -> None:
        rows.extend(part.to_pylist())

    return read_content("T.parquet", content, take=take), rows


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (AT, pa.timestamp("us", "Europe/London"), "2026-07-01T09:30:00.5Z"),
        (AT.replace(tzinfo=None), pa.timestamp("ms"), "2026-07-01T09:30:00.5"),
        (AT.replace(microsecond=0, tzinfo=None), pa.timestamp("ns"), "2026-07-01T09:30:00"),
        (date(2026, 7, 1), pa.date32(), "2026-07-01"),
        (time(9, 30, 0, 250_000), pa.time64("us"), "09:30:00.25"),
        (time(9, 30), pa.time32("s"), "09:30:00"),
        (Decimal("0.0000000100"), pa.decimal128(20, 10), "0.0000000100"),
        (Decimal("-12345678901234567890.10"), pa.decimal128(38, 2), "-12345678901234567890.10"),
        (2**63 - 1, pa.int64(), "9223372036854775807"),
        (0.1, pa.float64(), "0.1"),
        (float("nan"), pa.float64(), "nan"),
        (True, pa.bool_(), "true"),
        (b"\x00\xff", pa.binary(), "00ff"),
        ("007", pa.dictionary(pa.int32(), pa.string()), "007"),
        ([1, None, 3], pa.list_(pa.int64()), "[1, null, 3]"),
        ([{"a": Decimal("1.10")}], pa.list_(pa.struct([("a", pa.decimal128(5, 2))])), '[{"a": "1.10"}]'),
        ("", pa.string(), None),
    ],
)
def test_a_value_becomes_text_without_loss(value: object, kind: pa.DataType, text: str | None):
    found, rows = read(parquet(pa.table({"v": pa.array([value], kind)})))
    assert not found.files[0].faults
    assert rows == [{"v": text, "source_row": 1}]


def test_fields_of_a_struct_become_columns():
    found, rows = read(parquet())
    assert found.files[0].header == (
        "whole",
        "ratio",
        "money",
        "day",
        "at",
        "name",
        "place_site",
        "place_cell",
        "codes",
    )
    assert [row["place_cell"] for row in rows] == ["1", None, "2"]
    assert [row["source_row"] for row in rows] == [1, 2, 3]


def test_a_struct_that_makes_a_column_twice_refuses_the_file():
    found, _ = read(parquet(pa.table({"a": [{"b": 1}], "a_b": [2]})))
    assert [fault.code.value for fault in found.files[0].faults] == ["bad_header"]


def test_a_type_that_is_not_read_refuses_the_file_with_its_column():
    found, rows = read(parquet(pa.table({"a": [1], "b": pa.array([timedelta(1)], pa.duration("s"))})))
    assert [fault.code.value for fault in found.files[0].faults] == ["unknown_type"]
    assert "column 2" in found.files[0].faults[0].message
    assert not rows


def test_a_text_with_a_nul_sets_its_row_aside():
    found, rows = read(parquet(pa.table({"a": ["x", "y\0z", None], "b": ["1", "\0", "3"]})))
    assert [(fault.code.value, fault.row, fault.field) for fault in found.files[0].faults] == [("bad_text", 2, "a")]
    assert [row["source_row"] for row in rows] == [1, 3]
    assert (found.files[0].rows_read, found.files[0].bad_rows) == (3, 1)


def test_a_table_without_rows_is_given_with_its_columns():
    found, rows = read(parquet(pa.table({"a": pa.array([], pa.string())})))
    assert (found.files[0].header, found.files[0].rows_read, rows) == (("a",), 0, [])


def test_a_text_that_is_no_utf8_refuses_the_file():
    broken = pa.StringArray.from_buffers(1, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe"))
    found, _ = read(parquet(pa.table({"a": broken})))
    assert found.files[0].is_refused


def test_a_zone_that_is_no_text_refuses_the_file():
    table = pa.table({"at": pa.array([AT], pa.timestamp("us", "Europe/London"))})
    schema = table.schema.serialize().to_pybytes()
    broken = b64encode(schema.replace(b"Europe/London", b"Europe/Londo\xae"))
    content = parquet(table)
    assert b64encode(schema) in content
    found, _ = read(content.replace(b64encode(schema), broken))
    assert [fault.code.value for fault in found.files[0].faults] == ["unreadable_file"]


def test_what_is_said_once_and_meant_many_times_is_written_out_in_parts():
    parts: list[int] = []

    def take(_table: str, part: ArrowTable) -> None:
        parts.append(part.num_rows)

    shared = pa.table({"note": ["x" * 100_000] * 400, "id": list(range(400))})
    found = read_content("T.parquet", parquet(shared, group=1000), take=take)
    assert (found.files[0].rows_read, sum(parts)) == (400, 400)
    assert max(parts) < 200


def test_a_small_file_that_holds_a_mountain_is_refused_before_it_is_there():
    bombs = [pa.table({"note": ["x" * 1_000_000] * 400}), pa.table({"list": [[0] * 20_000_000]})]
    for bomb in bombs:
        content = parquet(bomb, group=1000)
        assert len(content) < 1 << 20
        assert [fault.code.value for fault in read(content)[0].files[0].faults] == ["too_large"]
