"""A file that was cut off at the end of a line looks whole: what it lacks ends only when somebody says that it went."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from batches import select
from deliveries import NOW, Row, copy_of, edit, intake_of, issues_of, small_extract
from watchroom.ingest.registry import Source, find_source, let_shrink
from watchroom.ingest.report import IngestReport
from watchroom.ingest.run import Intake
from watchroom.kernel.errors import UsageError
from watchroom.node.source_desk import Told
from watchroom.store.database import Database, Principal

MORE = 17
"""Beside the three alerts that there are."""


def with_alerts(folder: Path) -> Path:
    """The small extract with twenty alerts."""

    def add(rows: list[Row]) -> None:
        rows += [{**rows[0], "ALERT_SEQ": str(100 + number)} for number in range(MORE)]

    edit(small_extract(folder), "OFFENDER_ALERTS", add)
    return folder


def cut_off(folder: Path, target: Path, *, lacking: int) -> Path:
    """A copy whose alerts end so many lines early, as a transfer that broke between two of them."""
    later = copy_of(folder, target)
    path = later / "OFFENDER_ALERTS.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[: len(lines) - lacking]), encoding="utf-8")
    return later


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    return with_alerts(tmp_path / "whole")


def taken(intake: Intake, source: Source, folder: Path, accepted: str | None = None) -> IngestReport:
    return replace(intake, accepted=accepted).ingest(source, [folder], as_at=NOW)


def alerts(database: Database) -> int:
    return int(select(database, "select count(*) from record.alert")[0][0])


def test_a_table_that_was_cut_off_between_two_lines_is_held_and_ends_nothing(
    database: Database, whole: Path, tmp_path: Path
):
    intake, source = intake_of(database, whole)
    intake.ingest(source, as_at=NOW - timedelta(hours=12))
    report = taken(intake, source, cut_off(whole, tmp_path / "cut", lacking=5))
    assert report.is_refused
    assert ("OFFENDER_ALERTS.csv", None, None, "table_shrunk") in issues_of(report)
    (said,) = [issue.message for issue in report.batches[0].issues if issue.code == "table_shrunk"]
    assert said == (
        "the table has 15 rows and had 20 the last time, more than 10 % fewer; nobody and nothing is ended: see whether"
        " it is whole, or run with --accept-shrunken REASON"
    )
    assert alerts(database) == 20


@pytest.mark.parametrize("lacking", [1, 4])
def test_a_few_that_went_are_no_mass(database: Database, whole: Path, tmp_path: Path, lacking: int):
    intake, source = intake_of(database, whole)
    intake.ingest(source, as_at=NOW - timedelta(hours=12))
    assert not taken(intake, source, cut_off(whole, tmp_path / "cut", lacking=lacking)).is_refused
    assert alerts(database) == 20 - lacking


def test_what_somebody_accepts_ends_and_whoever_reads_an_entity_of_the_table_is_told(
    database: Database, whole: Path, tmp_path: Path
):
    intake, source = intake_of(database, whole)
    intake.ingest(source, as_at=NOW - timedelta(hours=12))
    report = taken(intake, source, cut_off(whole, tmp_path / "cut", lacking=15), accepted="the wing was closed")
    assert not report.is_refused
    assert report.batches[0].accepted == "the wing was closed"
    told = {issue.entity for issue in report.batches[0].issues if issue.code == "table_accepted"}
    assert "alert" in told
    assert alerts(database) == 5


def test_how_much_may_go_is_a_setting_of_the_source(database: Database, whole: Path, tmp_path: Path):
    intake, source = intake_of(database, whole)
    intake.ingest(source, as_at=NOW - timedelta(hours=12))
    with database.connection(Principal.LOADER) as connection:
        let_shrink(connection, source.name, percent=60)
        source = find_source(connection, source.name)
    assert not taken(intake, source, cut_off(whole, tmp_path / "cut", lacking=12)).is_refused


def test_rows_that_cannot_be_read_are_there_and_hold_nothing_up(database: Database, whole: Path, tmp_path: Path):
    intake, source = intake_of(database, whole)
    intake.ingest(source, as_at=NOW - timedelta(hours=12))
    later = copy_of(whole, tmp_path / "later")

    def spoil(rows: list[Row]) -> None:
        for row in rows[-6:]:
            row["ALERT_DATE"] = "no date"

    edit(later, "OFFENDER_ALERTS", spoil)
    assert not taken(intake, source, later).is_refused
    assert alerts(database) == 20


@pytest.mark.parametrize("words", ["", "  \n"])
def test_nothing_is_accepted_without_a_reason_in_words(words: str):
    with pytest.raises(UsageError, match="in words"):
        Told(accepted=words)
