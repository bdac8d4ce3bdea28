"""A column that is there and empty says of everybody that they have no cell, no name, no state: it is held."""

from datetime import timedelta
from pathlib import Path

import pytest
from test_shrunken_tables import alerts, taken, with_alerts

from batches import select
from deliveries import NOW, Row, copy_of, edit, intake_of, issues_of
from watchroom.store.database import Database

ALERTS = "OFFENDER_ALERTS"


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    return with_alerts(tmp_path / "whole")


def emptied(folder: Path, target: Path, column: str, *, of: int | None = None) -> Path:
    """A copy in which so many rows of the alerts have no value in a column; None: none has."""
    later = copy_of(folder, target)

    def empty(rows: list[Row]) -> None:
        for row in rows[:of]:
            row[column] = ""

    edit(later, ALERTS, empty)
    return later


def active(database: Database) -> int:
    return int(select(database, "select count(*) from record.alert where is_active")[0][0])


@pytest.mark.parametrize("of", [None, 10])
def test_a_needed_column_that_comes_empty_holds_the_delivery_and_changes_nothing(
    database: Database, whole: Path, tmp_path: Path, of: int | None
) -> None:
    intake, source = intake_of(database, whole)
    intake.ingest(source, as_at=NOW - timedelta(hours=12))
    before = active(database)
    assert before
    report = taken(intake, source, emptied(whole, tmp_path / "empty", "ALERT_STATUS", of=of))
    assert report.is_refused
    assert (f"{ALERTS}.csv", 1, "ALERT_STATUS", "column_emptied") in issues_of(report)
    (said,) = [issue.message for issue in report.batches[0].issues if issue.code == "column_emptied"]
    assert "was filled in 100 % of rows" in said
    assert "--accept-shrunken REASON" in said
    assert active(database) == before
    again = taken(intake, source, emptied(whole, tmp_path / "again", "ALERT_STATUS", of=of))
    assert again.is_refused, "what was held is not what the next one is compared with"


@pytest.mark.parametrize(("column", "of"), [("ALERT_STATUS", 4), ("COMMENT_TEXT", None), ("EXPIRY_DATE", None)])
def test_a_few_values_and_columns_that_no_record_needs_or_that_were_never_full_hold_nothing(
    database: Database, whole: Path, tmp_path: Path, column: str, of: int | None
) -> None:
    intake, source = intake_of(database, whole)
    intake.ingest(source, as_at=NOW - timedelta(hours=12))
    assert not taken(intake, source, emptied(whole, tmp_path / "empty", column, of=of)).is_refused


def test_what_somebody_accepts_is_taken_and_whoever_reads_what_it_goes_into_is_told(
    database: Database, whole: Path, tmp_path: Path
) -> None:
    intake, source = intake_of(database, whole)
    intake.ingest(source, as_at=NOW - timedelta(hours=12))
    report = taken(
        intake, source, emptied(whole, tmp_path / "empty", "ALERT_STATUS"), accepted="a new release of NOMIS"
    )
    assert not report.is_refused
    assert report.batches[0].accepted == "a new release of NOMIS"
    assert "alert" in {issue.entity for issue in report.batches[0].issues if issue.code == "column_accepted"}
    assert active(database) == 0
    assert alerts(database) == 20
    later = taken(intake, source, emptied(whole, tmp_path / "later", "ALERT_STATUS"))
    assert not later.is_refused, "from then on it is how the source delivers"
