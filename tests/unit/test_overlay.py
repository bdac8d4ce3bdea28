import csv
from pathlib import Path

import pytest

from watchroom.demo.overlay import OverlayError, lay_over


def write(folder: Path, table: str, *rows: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


def read(folder: Path, table: str) -> list[list[str]]:
    with (folder / f"{table}.csv").open(newline="", encoding="utf-8") as stream:
        return list(csv.reader(stream))


@pytest.fixture
def base(tmp_path: Path) -> Path:
    folder = tmp_path / "base"
    write(
        folder, "OFFENDER_ALERTS", ["OFFENDER_BOOK_ID", "ALERT_SEQ", "ALERT_CODE"], ["-1", "1", "XA"], ["-1", "2", "HC"]
    )
    write(folder, "WORKS", ["A"], ["untouched"])
    return folder


def test_put_replaces_the_row_with_the_same_key_and_adds_a_new_one(tmp_path: Path, base: Path):
    over = tmp_path / "over"
    write(
        over,
        "OFFENDER_ALERTS",
        ["__op", "OFFENDER_BOOK_ID", "ALERT_SEQ", "ALERT_CODE"],
        ["put", "-1", "1", "XCU"],
        ["put", "-2", "1", "HA"],
    )
    lay_over(base, [over], tmp_path / "out")
    assert read(tmp_path / "out", "OFFENDER_ALERTS")[1:] == [["-1", "1", "XCU"], ["-1", "2", "HC"], ["-2", "1", "HA"]]
    assert read(tmp_path / "out", "WORKS") == [["A"], ["untouched"]]


def test_drop_removes_the_row(tmp_path: Path, base: Path):
    over = tmp_path / "over"
    write(over, "OFFENDER_ALERTS", ["__op", "OFFENDER_BOOK_ID", "ALERT_SEQ"], ["drop", "-1", "2"])
    lay_over(base, [over], tmp_path / "out")
    assert read(tmp_path / "out", "OFFENDER_ALERTS")[1:] == [["-1", "1", "XA"]]


def test_a_table_that_the_extract_lacks_is_added_whole(tmp_path: Path, base: Path):
    over = tmp_path / "over"
    header = ["OFFENDER_ID", "NS_OFFENDER_ID", "NS_LEVEL_CODE"]
    write(over, "OFFENDER_NON_ASSOCIATIONS", ["__op", *header], ["put", "-1", "-2", "x"])
    lay_over(base, [over], tmp_path / "out")
    assert read(tmp_path / "out", "OFFENDER_NON_ASSOCIATIONS") == [header, ["-1", "-2", "x"]]


@pytest.mark.parametrize(
    ("table", "header"),
    [
        ("OFFENDER_ALERTS", ["OFFENDER_BOOK_ID"]),
        ("OFFENDER_ALERTS", ["__op", "NEW_COLUMN"]),
        ("WORKS", ["__op", "A"]),
    ],
)
def test_an_overlay_that_does_not_fit_is_refused(tmp_path: Path, base: Path, table: str, header: list[str]):
    over = tmp_path / "over"
    write(over, table, header)
    with pytest.raises(OverlayError):
        lay_over(base, [over], tmp_path / "out")
