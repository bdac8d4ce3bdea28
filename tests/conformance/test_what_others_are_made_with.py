"""What cannot be read changes no other record: refused where others are made with it, doubtful where it stays."""

from collections.abc import Callable
from pathlib import Path

import pytest

from batches import select
from deliveries import Row, copy_of, edit, intake_of, issues_of, small_extract
from watchroom.ingest.lineage import readings_beneath
from watchroom.ingest.mapping import load_mapping
from watchroom.ingest.report import IngestReport
from watchroom.store.database import Database

NOMIS = load_mapping("nomis")
CALCULATIONS = "OFFENDER_SENT_CALCULATIONS"
MORE = {
    CALCULATIONS: """
OFFENDER_SENT_CALCULATION_ID,OFFENDER_BOOK_ID,CALCULATION_DATE,CRD_OVERRIDED_DATE,CRD_CALCULATED_DATE
-1,-1,2026-07-01,,2031-01-30
""",
    "OFFENDER_IMPRISON_STATUSES": """
OFFENDER_BOOK_ID,IMPRISON_STATUS_SEQ,IMPRISONMENT_STATUS,EFFECTIVE_DATE,EFFECTIVE_TIME,LATEST_STATUS
-1,1,RX,2026-07-01,2026-07-01 10:00:00,N
-1,2,SENT03,2026-07-02,2026-07-02 10:00:00,Y
""",
}
Change = Callable[[list[Row]], object]


def extract(folder: Path) -> Path:
    small_extract(folder)
    for table, text in MORE.items():
        (folder / f"{table}.csv").write_text(text.lstrip(), encoding="utf-8")
    edit(
        folder,
        "ASSESSMENTS",
        lambda rows: rows.append({**rows[0], "ASSESSMENT_ID": "-2", "ASSESSMENT_CODE": "CATEGORY"}),
    )
    return folder


def deliver(database: Database, tmp_path: Path, table: str, *changes: Change) -> list[IngestReport]:
    """The extract, then again with each further change of a table."""
    folder = extract(tmp_path / "0")
    intake, source = intake_of(database, folder)
    reports = [intake.ingest(source)]
    assert not reports[0].is_refused
    for number, change in enumerate(changes, start=1):
        folder = copy_of(folder, tmp_path / str(number))
        edit(folder, table, change)
        reports.append(intake.ingest(source, [folder]))
    return reports


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("OFFENDER_BOOKINGS", "BOOKING_SEQ"),
        ("OFFENDER_BOOKINGS", "BOOKING_BEGIN_DATE"),
        (CALCULATIONS, "CALCULATION_DATE"),
        ("OFFENDER_ASSESSMENTS", "ASSESSMENT_DATE"),
        ("OFFENDER_IMPRISON_STATUSES", "LATEST_STATUS"),
        ("OFFENDER_IMPRISON_STATUSES", "EFFECTIVE_TIME"),
    ],
)
def test_a_value_by_which_rows_are_ranked_refuses_the_delivery_when_it_cannot_be_read(
    database: Database, tmp_path: Path, table: str, column: str
):
    _, second = deliver(database, tmp_path, table, lambda rows: rows[0].update({column: "one"}))
    assert second.is_refused
    assert (f"{table}.csv", 2, column, "row_unreadable") in issues_of(second)
    assert select(database, "select count(*) from ingest.change where op <> 'new'") == [(0,)]


@pytest.mark.parametrize("blank", ["", " "])
def test_a_blank_by_which_rows_are_ranked_refuses_nothing(database: Database, tmp_path: Path, blank: str):
    _, second = deliver(database, tmp_path, "OFFENDER_BOOKINGS", lambda rows: rows[0].update(BOOKING_SEQ=blank))
    assert not second.is_refused


def test_a_date_with_blanks_around_it_ranks_as_that_date(database: Database, tmp_path: Path):
    def newer(rows: list[Row]) -> None:
        rows.append(
            {
                **rows[0],
                "OFFENDER_SENT_CALCULATION_ID": "-2",
                "CALCULATION_DATE": " 2026-07-02 ",
                "CRD_CALCULATED_DATE": "2033-01-30",
            }
        )

    _, second = deliver(database, tmp_path, CALCULATIONS, newer)
    assert not second.is_refused
    assert select(database, RELEASE) == [("2033-01-30", [])]


def test_every_value_that_a_mapping_ranks_by_is_read_where_its_table_is_named():
    beneath = {
        (reading.table, column)
        for text in (NOMIS.prelude, *NOMIS.entities.values())
        for reading in readings_beneath(text)
        for column in reading.columns
    }
    assert beneath == {
        ("OFFENDER_ASSESSMENTS", "ASSESSMENT_DATE"),
        ("OFFENDER_ASSESSMENTS", "ASSESSMENT_SEQ"),
        ("OFFENDER_BOOKINGS", "ACTIVE_FLAG"),
        ("OFFENDER_BOOKINGS", "BOOKING_BEGIN_DATE"),
        ("OFFENDER_BOOKINGS", "BOOKING_SEQ"),
        ("OFFENDER_CSIP_PLANS", "CREATE_DATE"),
        ("OFFENDER_IMPRISON_STATUSES", "EFFECTIVE_DATE"),
        ("OFFENDER_IMPRISON_STATUSES", "EFFECTIVE_TIME"),
        ("OFFENDER_IMPRISON_STATUSES", "IMPRISON_STATUS_SEQ"),
        ("OFFENDER_IMPRISON_STATUSES", "LATEST_STATUS"),
        ("OFFENDER_PROFILE_DETAILS", "PROFILE_SEQ"),
        ("OFFENDER_SENT_CALCULATIONS", "CALCULATION_DATE"),
        ("OFFENDER_SENT_CALCULATIONS", "OFFENDER_SENT_CALCULATION_ID"),
        ("OIC_HEARING_RESULTS", "RESULT_SEQ"),
    }


RELEASE = "select conditional_release_on::text, unreliable_dates from record.sentence_key_dates where source_key = '-1'"


def recalculated(**values: str) -> Change:
    return lambda rows: rows.append(
        {**rows[0], "OFFENDER_SENT_CALCULATION_ID": "-2", "CALCULATION_DATE": "2026-07-02", **values}
    )


def test_a_date_that_stays_from_another_row_of_the_source_is_doubtful_until_one_can_be_read(
    database: Database, tmp_path: Path
):
    folder = extract(tmp_path / "0")
    intake, source = intake_of(database, folder)
    intake.ingest(source)
    edit(folder, CALCULATIONS, recalculated(CRD_CALCULATED_DATE="2031-02-30"))
    intake.ingest(source)
    assert select(database, RELEASE) == [("2031-01-30", ["conditional_release_on"])]
    assert intake.ingest(source).batches[0].counts.changed == 0
    edit(folder, CALCULATIONS, lambda rows: rows[1].update(CRD_CALCULATED_DATE="2034-02-27"))
    intake.ingest(source)
    assert select(database, RELEASE) == [("2034-02-27", [])]


def test_a_date_that_cannot_be_read_is_not_doubtful_where_nothing_stood(database: Database, tmp_path: Path):
    folder = extract(tmp_path / "0")
    edit(folder, CALCULATIONS, lambda rows: rows[0].update(CRD_CALCULATED_DATE="soon"))
    intake, source = intake_of(database, folder)
    for _ in range(2):
        assert not intake.ingest(source).is_refused
        assert select(database, RELEASE) == [(None, [])]


def test_the_issue_of_a_field_made_of_several_columns_names_the_one_that_cannot_be_read(
    database: Database, tmp_path: Path
):
    _, second = deliver(database, tmp_path, CALCULATIONS, lambda rows: rows[0].update(CRD_CALCULATED_DATE="soon"))
    places = {place for place in issues_of(second) if place[3] == "bad_date"}
    assert places == {(f"{CALCULATIONS}.csv", 2, "CRD_CALCULATED_DATE", "bad_date")}


def test_a_row_that_no_mapping_takes_keeps_no_record_of_another_key_alive(database: Database, tmp_path: Path):
    def given(rows: list[Row]) -> None:
        rows.append({**rows[0], "OFFENDER_SENT_CALCULATION_ID": "7", "OFFENDER_BOOK_ID": "-3"})

    def orphaned(rows: list[Row]) -> None:
        # Its booking is not there, and it is not the latest calculation of it either.
        rows.pop()
        rows.append({**rows[0], "OFFENDER_SENT_CALCULATION_ID": "-3", "OFFENDER_BOOK_ID": "-999"})
        rows.append({**rows[0], "OFFENDER_SENT_CALCULATION_ID": "-9", "OFFENDER_BOOK_ID": "-999"})

    _, before, after = deliver(database, tmp_path, CALCULATIONS, given, orphaned)
    assert before.batches[0].counts.new == 1
    assert after.batches[0].rows.quarantined == 2
    assert select(database, "select source_key from record.sentence_key_dates") == [("-1",)]


def test_what_is_said_to_be_gone_and_is_delivered_refuses_the_delivery(database: Database, tmp_path: Path):
    folder = extract(tmp_path / "0")
    intake, source = intake_of(database, folder)
    intake.ingest(source)
    for name, column in ((CALCULATIONS, None), (f"{CALCULATIONS}.CRD_CALCULATED_DATE", "CRD_CALCULATED_DATE")):
        report = intake.ingest(source, gone=[name])
        assert report.is_refused
        assert (f"{CALCULATIONS}.csv", None, column, "gone_but_delivered") in issues_of(report)
    edit(folder, CALCULATIONS, lambda rows: rows.clear())
    assert intake.ingest(source).is_refused
    assert not intake.ingest(source, gone=[CALCULATIONS]).is_refused


@pytest.mark.parametrize("blanks", [" ", "\N{NO-BREAK SPACE} "])
def test_a_value_of_blanks_only_hides_none_that_stands_in_for_it(database: Database, tmp_path: Path, blanks: str):
    deliver(database, tmp_path, CALCULATIONS, lambda rows: rows[0].update(CRD_OVERRIDED_DATE=blanks))
    found = select(database, "select conditional_release_on::text from record.sentence_key_dates")
    assert found == [("2031-01-30",)]


def test_a_key_of_blanks_only_is_none_and_the_row_is_named(database: Database, tmp_path: Path):
    _, second = deliver(
        database, tmp_path, CALCULATIONS, lambda rows: rows.append({**rows[0], "OFFENDER_SENT_CALCULATION_ID": "  "})
    )
    assert second.batches[0].is_refused
    assert (f"{CALCULATIONS}.csv", 3, "OFFENDER_SENT_CALCULATION_ID", "value_missing") in issues_of(second)
