"""Reading CSV files strictly: every fault with its place, every good row kept."""

from pathlib import Path

import pytest

from deliveries import Read, read_content
from watchroom.sources.faults import FaultCode
from watchroom.sources.files import SourceFile, read_folder


def faults_of(file: SourceFile) -> list[tuple[str, int | None]]:
    return [(fault.code.value, fault.row) for fault in file.faults]


def rows_of(file: Read) -> list[dict[str, object]]:
    return file.rows


def test_every_value_is_text_and_an_empty_one_is_null():
    file = read_content("T.csv", b'A,B\r\n007,\r\n,""\r\n1.0,true\r\n')
    assert rows_of(file) == [
        {"A": "007", "B": None, "source_row": 2},
        {"A": "1.0", "B": "true", "source_row": 4},
    ]
    assert faults_of(file) == [("ragged_row", 3)]


def test_quoted_values_may_hold_delimiters_quotes_and_line_ends():
    file = read_content("T.csv", b'A,B\n"x,\r\ny","a""b"\n"",z\n')
    assert rows_of(file) == [{"A": "x,\r\ny", "B": 'a"b', "source_row": 2}, {"A": None, "B": "z", "source_row": 3}]
    assert file.faults == ()


def test_rows_after_a_value_with_line_ends_keep_their_number():
    file = read_content("T.csv", b'A,B\n"x\ny",1\n2\n3,4\n')
    assert faults_of(file) == [("ragged_row", 3)]
    assert rows_of(file)[-1] == {"A": "3", "B": "4", "source_row": 4}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", ("empty_file", None)),
        (b"\r\n\r\n", ("empty_file", None)),
        (b"\xef\xbb\xbf", ("empty_file", None)),
        (b"A,B\n1,caf\xe9\n", ("wrong_encoding", 2)),
        ("A,B\n1,2\n".encode("utf-16"), ("wrong_encoding", 1)),
        (b"A,B\n1,2\n3,\x00\n", ("nul_byte", 3)),
        (b'A,B\n1,2\n3,"4\n5,6\n', ("unclosed_quote", 3)),
        (b'A,B\n1,5" pipe\n', ("stray_quote", 2)),
        (b'A,B\n1,"a"b\n', ("stray_quote", 2)),
        (b'A,B\n"a\nb",1\n1,"a"b\n', ("stray_quote", 3)),
        (b"A,B\n1,2\n3", ("truncated_file", 3)),
        (b"A,A\n1,2\n", ("bad_header", 1)),
        (b"A,a\n1,2\n", ("bad_header", 1)),
        (b"A,\n1,2\n", ("bad_header", 1)),
        (b"A, B\n1,2\n", ("bad_header", 1)),
        (b'"A\nB",C\n1,2\n', ("bad_header", 1)),
        (b"A,source_row\n1,2\n", ("bad_header", 1)),
        (b"A,B\n" + b"1\n" * 1001, ("ragged_file", None)),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_with_its_place(content: bytes, expected: tuple[str, int | None]):
    file = read_content("T.csv", content)
    assert file.is_refused
    assert faults_of(file) == [expected]
    assert (file.rows_read, file.good_rows) == (0, 0)


def test_rows_with_too_few_or_too_many_values_are_named_and_the_others_kept():
    file = read_content("T.csv", b"A,B\n1,2\n3\n4,5,6\n\n7,8\n")
    assert not file.is_refused
    assert faults_of(file) == [("ragged_row", 3), ("ragged_row", 4), ("ragged_row", 5)]
    assert [row["source_row"] for row in rows_of(file)] == [2, 6]
    assert file.rows_read == 5


def test_a_header_alone_is_a_table_without_rows():
    file = read_content("T.csv", b"A,B\n")
    assert (file.header, file.rows_read, file.faults) == (("A", "B"), 0, ())


def test_a_whole_last_row_without_line_end_is_taken_and_said():
    file = read_content("T.csv", b"A,B\n1,2")
    assert faults_of(file) == [("no_final_newline", 2)]
    assert file.good_rows == 1


def test_a_byte_order_mark_is_no_part_of_the_first_name():
    file = read_content("T.csv", b"\xef\xbb\xbfA,B\r\n1,2\r\n")
    assert file.header == ("A", "B")
    assert rows_of(file) == [{"A": "1", "B": "2", "source_row": 2}]


def test_a_fault_never_repeats_a_value():
    file = read_content("T.csv", b'A,B\nSECRET,"x"y\n')
    assert all("SECRET" not in fault.message and "x" not in fault.message.split() for fault in file.faults)


def test_a_folder_names_what_is_no_table(tmp_path: Path):
    (tmp_path / "T.csv").write_bytes(b"A\n1\n")
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / ".hidden").write_text("")
    delivery = read_folder(tmp_path)
    assert [file.table_name for file in delivery.files] == ["T"]
    assert [(fault.code, fault.file) for fault in delivery.faults] == [(FaultCode.NOT_A_TABLE, "notes.txt")]


def test_a_table_that_is_delivered_twice_is_a_fault(tmp_path: Path):
    (tmp_path / "T.csv").write_bytes(b"A\n1\n")
    (tmp_path / "t.CSV").write_bytes(b"A\n2\n")
    delivery = read_folder(tmp_path)
    assert [fault.code for fault in delivery.faults] == [FaultCode.DUPLICATE_FILE]


def test_a_missing_or_empty_folder_is_a_fault(tmp_path: Path):
    assert [fault.code for fault in read_folder(tmp_path / "none").faults] == [FaultCode.MISSING_FOLDER]
    assert [fault.code for fault in read_folder(tmp_path).faults] == [FaultCode.NO_TABLES]


def test_a_file_where_a_folder_is_meant_is_called_a_file(tmp_path: Path) -> None:
    (tmp_path / "incidents.json").write_text("[]", encoding="utf-8")
    (fault,) = read_folder(tmp_path / "incidents.json").faults
    assert fault.code is FaultCode.MISSING_FOLDER
    assert "this is a file" in fault.message


def test_a_large_file_with_a_few_bad_rows_keeps_every_number():
    lines = [b"A,B"] + [b"%d,x" % number for number in range(2, 60_000)]
    for number in (2, 777, 59_000):
        lines[number - 1] = b"broken"
    file = read_content("T.csv", b"\n".join(lines) + b"\n")
    assert faults_of(file) == [("ragged_row", 2), ("ragged_row", 777), ("ragged_row", 59_000)]
    assert all(row["A"] == str(row["source_row"]) for row in rows_of(file))
    assert file.rows_read == 59_998


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("T.csv", b'"A";"B"\n"1";"2"\n', "by semicolons and not by commas; deliver the file with commas"),
        ("T.csv", b"A|B\n1|2\n", "by bars and not by commas; deliver the file with commas"),
        ("T.csv", b"A\tB\n1\t2\n", "by tabs and not by commas; deliver the file with commas, or name it `.tsv`"),
        ("T.tsv", b"A,B\n1,2\n", "by commas and not by tabs; deliver the file with tabs"),
    ],
)
def test_another_separator_is_called_by_its_name(name: str, content: bytes, said: str):
    file = read_content(name, content)
    message = f"the header is separated {said}"
    assert [(fault.code.value, fault.row, fault.message) for fault in file.faults] == [("bad_header", 1, message)]


def test_a_table_of_one_column_needs_no_separator():
    assert rows_of(read_content("T.csv", b"A\n1;2\n")) == [{"A": "1;2", "source_row": 2}]


@pytest.mark.parametrize("header", ["REMARK (a|b)", '"A;B"', "Name; first"])
def test_the_name_of_one_column_may_hold_what_separates_others(header: str):
    file = read_content("T.csv", f"{header}\n1\n".encode())
    assert (file.faults, file.header) == ((), (header.strip('"'),))


def test_another_encoding_is_no_other_separator():
    assert faults_of(read_content("T.csv", "A;B\n1;2\n".encode("utf-16"))) == [("wrong_encoding", 1)]
