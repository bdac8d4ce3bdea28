"""Packed files and archives: nothing leaves them by its name, nothing unpacks to a mountain, nothing is lost."""

import gzip
import io
import os
import zipfile
from pathlib import Path

import pytest

from format_samples import archive, parquet, workbook
from watchroom.sources.arrow import ArrowTable
from watchroom.sources.caps import Caps
from watchroom.sources.files import Delivery, read_content, read_folder
from watchroom.sources.formats import How
from watchroom.sources.source_file import Contents

SMALL_CAPS = Caps(free=1 << 16, ratio=10, total=1 << 20, members=20)


def read(name: str, content: bytes) -> tuple[Contents, int]:
    """What a file held, and how many rows of it were taken."""
    rows: list[int] = []

    def take(_table: str, part: ArrowTable) -> None:
        rows.append(part.num_rows)

    return read_content(name, content, take=take, how=How(caps=SMALL_CAPS)), sum(rows)


def codes(found: Contents | Delivery) -> set[tuple[str, str]]:
    return {
        (fault.file, fault.code.value)
        for fault in (*found.faults, *(fault for file in found.files for fault in file.faults))
    }


def stored(name: str, content: bytes, **changes: int) -> bytes:
    """An archive with one member, the entry of which is changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        entry = zipfile.ZipInfo(name)
        packed.writestr(entry, content)
        for key, value in changes.items():
            setattr(packed.infolist()[0], key, value)
    return target.getvalue()


def test_names_within_an_archive_are_labels_and_never_paths(tmp_path: Path):
    inside = {
        "../../ALERTS.csv": b"A\n1\n",
        "/etc/BOOKINGS.csv": b"B\n1\n",
        "x\\..\\C.csv": b"C\n1\n",
        "__MACOSX/._C.csv": b"x",
    }
    (tmp_path / "night.zip").write_bytes(archive(inside))
    before = set(tmp_path.rglob("*"))
    delivery = read_folder(tmp_path)
    assert {(file.name, file.table_name) for file in delivery.files} == {
        ("night.zip/ALERTS.csv", "ALERTS"),
        ("night.zip/BOOKINGS.csv", "BOOKINGS"),
        ("night.zip/C.csv", "C"),
    }
    assert set(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", ["ALERTS.csv.gz", "ALERTS.json.gz", "ALERTS.parquet.gz"])
def test_a_packed_mountain_is_refused_before_it_is_there(name: str):
    mountain = b"[" + b" " * (8 << 20) if ".json" in name else b"A\n" + b"1\n" * (4 << 20)
    found, taken = read(name, gzip.compress(mountain))
    assert codes(found) == {(name, "too_large")}
    assert taken <= 1 << 16


def test_an_archived_mountain_is_refused_and_so_is_what_comes_after_it():
    found, _ = read("n.zip", archive({"A.csv": b"A\n1\n", "B.csv": b"B\n" + b"1\n" * (4 << 20), "C.csv": b"C\n1\n"}))
    assert codes(found) == {("n.zip/B.csv", "too_large"), ("n.zip/C.csv", "too_large")}
    assert [file.table_name for file in found.files if not file.is_refused] == ["A"]


def test_what_is_packed_twice_is_named_and_not_opened():
    inner = archive({"A.csv": b"A\n1\n"})
    found, taken = read("n.zip", archive({"inner.zip": inner, "B.csv.gz": gzip.compress(b"B\n1\n"), "notes.txt": b"x"}))
    assert codes(found) == {
        ("n.zip/inner.zip", "not_a_table"), ("n.zip/B.csv.gz", "not_a_table"), ("n.zip/notes.txt", "not_a_table"),
    }  # fmt: skip
    assert taken == 0


def test_more_members_than_any_delivery_has_are_refused():
    found, taken = read("n.zip", archive({f"T{number}.csv": b"A\n1\n" for number in range(21)}))
    assert codes(found) == {("n.zip", "too_large")}
    assert taken == 0


def test_a_member_that_says_less_of_itself_than_it_holds_is_refused():
    found, _ = read("n.zip", stored("T.csv", b"A\n" + b"1\n" * 5000, file_size=10))
    assert codes(found) == {("n.zip/T.csv", "unreadable_file")}


def test_a_member_without_a_name_is_named_as_no_table():
    found, _ = read("n.zip", stored("T.csv", b"A\n1\n").replace(b"T.csv", b"\0.csv"))
    assert {code for _, code in codes(found)} == {"not_a_table"}


def test_a_member_with_a_password_is_refused_with_a_word():
    found, _ = read("n.zip", stored("T.csv", b"A\n1\n", flag_bits=1))
    assert codes(found) == {("n.zip/T.csv", "unreadable_file")}


def test_two_members_of_one_table_are_not_mixed():
    found, taken = read("n.zip", archive({"a/T.csv": b"A\n1\n", "b/T.json": b'[{"A": 2}]', "c/T.csv": b"A\n3\n"}))
    assert codes(found) == {("n.zip/T.json", "duplicate_file"), ("n.zip/T.csv", "duplicate_file")}
    assert taken == 1


def test_a_table_within_records_and_a_file_of_that_name_are_one_table_too_many(tmp_path: Path):
    (tmp_path / "P.json").write_bytes(b'[{"a": [{"b": 1}]}]')
    (tmp_path / "P_A.csv").write_bytes(b"b\n1\n")
    taken: list[int] = []
    delivery = read_folder(tmp_path, take=lambda table, rows: taken.append(rows.num_rows if table == "P_A" else 0))
    assert codes(delivery) == {("P_A.csv", "duplicate_file")}
    assert sum(taken) == 1


@pytest.mark.parametrize("cut", [1, 10, 100])
def test_a_packed_file_that_is_cut_off_is_refused(cut: int):
    packed = gzip.compress(b"A\n" + b"".join(b"%d\n" % number for number in range(5000)))
    found, _ = read("T.csv.gz", packed[:-cut])
    assert codes(found) == {("T.csv.gz", "truncated_file")}


def test_bytes_after_the_end_of_a_packed_file_refuse_it():
    assert codes(read("T.csv.gz", gzip.compress(b"A\n1\n") + b"more")[0]) == {("T.csv.gz", "unreadable_file")}


def test_an_archive_without_files_and_a_workbook_without_sheets_say_so():
    assert codes(read("n.zip", archive({"folder/": b""}))[0]) == {("n.zip", "no_tables")}
    assert all(fault.holds_any for fault in read("n.zip", archive({"folder/": b""}))[0].faults)


@pytest.mark.parametrize(("name", "content"), [("T.parquet.gz", parquet()), ("n.xlsx.gz", workbook())])
def test_what_had_to_be_laid_down_leaves_nothing_behind(name: str, content: bytes, tmp_path: Path):
    open_before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").is_dir() else 0  # noqa: PTH208
    read_content(name, gzip.compress(content), how=How(folder=tmp_path))
    assert list(tmp_path.iterdir()) == []
    if open_before:
        assert len(os.listdir("/proc/self/fd")) <= open_before  # noqa: PTH208


def test_the_digest_is_of_the_bytes_that_were_delivered():
    import hashlib

    packed = gzip.compress(b"A\n1\n")
    assert read("T.csv.gz", packed)[0].files[0].sha256 == hashlib.sha256(packed).hexdigest()
    assert read("n.zip", archive({"T.csv": b"A\n1\n"}))[0].files[0].sha256 == hashlib.sha256(b"A\n1\n").hexdigest()
