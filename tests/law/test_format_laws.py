"""Laws of the formats: what was written is read, whatever the pieces, and each record ends in one place."""

import gzip
import json
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from format_samples import PEOPLE_JSON, PEOPLE_NDJSON, ROLL_TSV, parquet, workbook
from watchroom.sources.arrow import ArrowTable
from watchroom.sources.files import read_content
from watchroom.sources.formats import How
from watchroom.sources.source_file import Contents

Rows = dict[str, list[dict[str, object]]]

TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), min_size=1, max_size=8)
# What a workbook can hold in a cell: it keeps no other control characters, nor blanks as they are.
CELL = st.text(st.sampled_from("aZ09 ,;\"'<&é√😀_x"), min_size=1, max_size=8).filter(lambda text: text[0] not in "=")
NAME = st.sampled_from(["id", "site", "note", "late", "Ä"])
NUMBER = st.one_of(
    st.integers(-(10**30), 10**30).map(str), st.from_regex(r"-?[1-9][0-9]{0,8}\.[0-9]{1,12}", fullmatch=True)
)
WORD = st.sampled_from(["true", "false", "null"])
RECORD = st.dictionaries(NAME, st.one_of(TEXT.map(json.dumps), NUMBER, WORD), min_size=1)
MONEY = st.decimals(places=6, min_value=-(10**12), max_value=10**12)
STREAMED = [("P.json", PEOPLE_JSON), ("P.ndjson", PEOPLE_NDJSON), ("P.tsv", ROLL_TSV)]
PACKED = [*STREAMED, ("P.parquet", parquet()), ("P.xlsx", workbook())]
NO_FILES = [b"", b"\0" * 100, b"PK\x03\x04", b"PAR1PAR1", "A\n1\n".encode("utf-16"), b"\x1f\x8b"]


def read(name: str, content: bytes, *, piece: int = 1 << 20) -> tuple[Contents, Rows]:
    """What a file held, and the rows that were taken of it, values that are not there left out."""
    rows: Rows = {}

    def take(table: str, part: ArrowTable) -> None:
        found = [{key: value for key, value in row.items() if value is not None} for row in part.to_pylist()]
        rows.setdefault(table, []).extend(found)

    return read_content(name, content, take=take, how=How(piece=piece)), rows


def written(record: dict[str, str]) -> str:
    return "{" + ", ".join(f"{json.dumps(key)}: {value}" for key, value in record.items()) + "}"


def expected(record: dict[str, str]) -> dict[str, object]:
    """The record as text: numbers as they were written, null as nothing."""
    values = {key: json.loads(value) if value.startswith('"') else value for key, value in record.items()}
    return {key: value for key, value in values.items() if value != "null" or record[key] != "null"}


@settings(max_examples=200)
@given(st.lists(RECORD, min_size=1, max_size=6), st.integers(1, 60), st.booleans())
def test_json_values_are_read_exactly_as_they_were_written(records: list[dict[str, str]], piece: int, in_lines: bool):
    texts = [written(record) for record in records]
    content = "\n".join([*texts, ""]) if in_lines else "[" + ",\n".join(texts) + "]"
    name = "T.ndjson" if in_lines else "T.json"
    found, rows = read(name, content.encode(), piece=piece)
    assert not found.files[0].faults
    assert rows["T"] == [expected(record) | {"source_row": at} for at, record in enumerate(records, start=1)]


@settings(max_examples=150)
@given(st.sampled_from(STREAMED), st.integers(1, 90))
def test_in_whatever_pieces_a_file_is_read_the_same_is_read(sample: tuple[str, bytes], piece: int):
    name, content = sample
    assert read(name, content, piece=piece) == read(name, content)


@settings(max_examples=60)
@given(st.sampled_from(PACKED))
def test_a_packed_file_is_read_as_the_file_itself(sample: tuple[str, bytes]):
    name, content = sample
    assert read(f"{name}.gz", gzip.compress(content))[1] == read(name, content)[1]


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), TEXT),
            st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)),
            st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)),
            st.one_of(st.none(), MONEY),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_parquet_values_become_text_without_loss(
    rows: list[tuple[str | None, int | None, float | None, Decimal | None]],
):
    text, whole, ratio, money = (list(column) for column in zip(*rows, strict=True))
    table = pa.table(
        {
            "text": pa.array(text, pa.string()),
            "whole": pa.array(whole, pa.int64()),
            "ratio": pa.array(ratio, pa.float64()),
            "money": pa.array(money, pa.decimal128(30, 6)),
        }
    )
    _, taken = read("T.parquet", parquet(table))
    back = taken["T"]
    assert [row.get("text") for row in back] == text
    assert [None if "whole" not in row else int(str(row["whole"])) for row in back] == whole
    assert [None if "ratio" not in row else float(str(row["ratio"])) for row in back] == ratio
    assert [None if "money" not in row else Decimal(str(row["money"])) for row in back] == money


@settings(max_examples=30)
@given(st.lists(st.tuples(CELL, st.integers(0, 10**14)), min_size=1, max_size=5))
def test_cells_are_read_as_another_writer_wrote_them(rows: list[tuple[str, int]]):
    content = workbook({"T": [["text", "number"], *([text, number] for text, number in rows)]})
    found, taken = read("book.xlsx", content)
    assert not found.files[0].faults
    assert [(row["text"], row["number"]) for row in taken["T"]] == [(text, str(number)) for text, number in rows]


@pytest.mark.parametrize("suffix", ["json", "ndjson", "parquet", "xlsx", "zip", "csv.gz"])
@pytest.mark.parametrize("content", NO_FILES)
def test_what_is_no_file_of_its_name_is_refused_with_a_word(suffix: str, content: bytes):
    found, rows = read(f"T.{suffix}", content)
    assert found.faults or all(file.is_refused for file in found.files)
    assert not any(rows.values())
