"""What stood is never ended or emptied by a fault of a later delivery, and the issue says so."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from batches import select
from deliveries import Row, copy_of, edit, intake_of, issues_of, small_extract
from watchroom.ingest.report import IngestReport
from watchroom.store.database import Database

ALERTS = "OFFENDER_ALERTS"
ASSESSMENTS = "OFFENDER_ASSESSMENTS"


def deliver(database: Database, tmp_path: Path, *changes: Callable[[Path], None]) -> list[IngestReport]:
    """The small extract with the first change, then again with each further one."""
    folder = small_extract(tmp_path / "0")
    changes[0](folder)
    intake, source = intake_of(database, folder)
    reports = [intake.ingest(source)]
    for number, change in enumerate(changes[1:], start=1):
        folder = copy_of(folder, tmp_path / str(number))
        change(folder)
        reports.append(intake.ingest(source, [folder]))
    return reports


def setting(table: str, **values: str) -> Callable[[Path], None]:
    return lambda folder: edit(folder, table, lambda rows: rows[0].update(values))


def without(table: str, *columns: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / f"{table}.csv"
        lines = [line.split(",") for line in path.read_text().splitlines()]
        kept = [nth for nth, name in enumerate(lines[0]) if name not in columns]
        path.write_text("".join(",".join(line[nth] for nth in kept) + "\n" for line in lines))

    return change


def given(table: str, column: str, values: Sequence[str]) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / f"{table}.csv"
        lines = path.read_text().splitlines()
        told = [column, *values]
        path.write_text("".join(f"{line},{value}\n" for line, value in zip(lines, told, strict=True)))

    return change


def nothing(_: Path) -> None:
    """Changes nothing."""


def messages(report: IngestReport, code: str) -> list[str]:
    return [issue.message for batch in report.batches for issue in batch.issues if issue.code == code]


def changed(report: IngestReport) -> tuple[int, int, int]:
    counts = report.batches[0].counts
    return counts.new, counts.changed, counts.ended


@pytest.mark.parametrize(
    ("table", "good", "bad", "code", "stands"),
    [
        (ALERTS, {"EXPIRY_DATE": "2026-12-30"}, {"EXPIRY_DATE": "2026-02-30"}, "bad_date", "active_to::text"),
        (ALERTS, {"ALERT_STATUS": "ACTIVE"}, {"ALERT_STATUS": "PERHAPS"}, "bad_boolean", "is_active::text"),
        ("AGENCY_INTERNAL_LOCATIONS", {"CAPACITY": "14"}, {"CAPACITY": "many"}, "bad_number", "*"),
    ],
)
def test_a_value_that_cannot_be_read_leaves_the_earlier_one(
    database: Database, tmp_path: Path, table: str, good: Row, bad: Row, code: str, stands: str
) -> None:
    _, second, third = deliver(database, tmp_path, setting(table, **good), setting(table, **bad), nothing)
    assert not second.is_refused
    assert (f"{table}.csv", 2, next(iter(bad)), code) in issues_of(second)
    assert all("what was known of the field stands" in message for message in messages(second, code))
    assert changed(second) == changed(third) == (0, 0, 0)
    if stands != "*":
        value = select(database, f"select {stands} from record.alert where source_key = '-1/1'")
        assert value == [({"active_to::text": "2026-12-30", "is_active::text": "true"}[stands],)]


def test_beside_a_value_that_cannot_be_read_the_other_ones_change(database: Database, tmp_path: Path) -> None:
    deliver(
        database,
        tmp_path,
        setting(ALERTS, EXPIRY_DATE="2026-12-30"),
        setting(ALERTS, EXPIRY_DATE="soon", COMMENT_TEXT="Later"),
    )
    stands = select(database, "select active_to::text, comment from record.alert where source_key = '-1/1'")
    assert stands == [("2026-12-30", "Later")]
    assert select(database, "select changed_fields from ingest.change where op = 'changed'") == [(["comment"],)]


def test_a_value_that_stood_for_want_of_a_readable_one_gives_way_to_the_next_that_can_be_read(
    database: Database, tmp_path: Path
) -> None:
    dates = ("2026-12-30", "soon", "2027-01-31", "soon", "")
    reports = deliver(database, tmp_path, *(setting(ALERTS, EXPIRY_DATE=date) for date in dates))
    assert [changed(report) for report in reports[1:]] == [(0, 0, 0), (0, 1, 0), (0, 0, 0), (0, 1, 0)]
    before = "select before ->> 'active_to' from ingest.change where op = 'changed' order by seq"
    assert select(database, before) == [("2026-12-30",), ("2027-01-31",)]
    assert select(database, "select active_to from record.alert where source_key = '-1/1'") == [(None,)]


def test_a_date_that_stands_for_want_of_a_readable_one_is_as_doubtful_as_it_was(
    database: Database, tmp_path: Path
) -> None:
    _, second = deliver(
        database,
        tmp_path,
        setting("OFFENDER_BOOKINGS", BOOKING_END_DATE="2025-10-26 01:30:00"),
        setting("OFFENDER_BOOKINGS", BOOKING_END_DATE="tomorrow"),
    )
    assert changed(second) == (0, 0, 0)
    stands = select(
        database, "select ended_at is not null, unreliable_dates from record.custody_episode where source_key = '-1'"
    )
    assert stands == [(True, ["ended_at"])]


def test_a_value_that_cannot_be_read_is_empty_where_nothing_stood(database: Database, tmp_path: Path) -> None:
    deliver(database, tmp_path, setting(ALERTS, EXPIRY_DATE="soon"))
    assert select(database, "select active_to from record.alert where source_key = '-1/1'") == [(None,)]


def test_a_column_that_is_no_longer_delivered_leaves_what_it_gave(database: Database, tmp_path: Path) -> None:
    _, second, third = deliver(
        database,
        tmp_path,
        nothing,
        without(ALERTS, "COMMENT_TEXT"),
        setting(ALERTS, ALERT_CODE="XCU"),
    )
    assert not second.is_refused
    assert changed(second) == (0, 0, 0)
    assert (f"{ALERTS}.csv", 1, "COMMENT_TEXT", "missing_column") in issues_of(second)
    assert any("`COMMENT_TEXT` is missing; what was known" in text for text in messages(second, "missing_column"))
    assert changed(third) == (0, 1, 0)
    stands = select(database, "select comment, kind_source_value from record.alert where source_key = '-1/1'")
    assert stands == [("Fire raised", "XCU")]


def test_a_field_made_of_a_column_that_is_missing_and_others_is_made_of_the_others(
    database: Database, tmp_path: Path
) -> None:
    longer = given("AGENCY_LOCATIONS", "LONG_DESCRIPTION", ["Prison of Leeds", "Outside"])
    renamed = setting("AGENCY_LOCATIONS", DESCRIPTION="LEEDS NEW")
    deliver(database, tmp_path, longer, without("AGENCY_LOCATIONS", "LONG_DESCRIPTION"), renamed)
    assert select(database, "select name from record.agency where source_key = 'LEI'") == [("LEEDS NEW",)]


def test_a_column_by_which_other_records_are_found_refuses_when_it_is_no_longer_there(
    database: Database, tmp_path: Path
) -> None:
    _, second = deliver(database, tmp_path, nothing, without("AGENCY_INTERNAL_LOCATIONS", "UNIT_TYPE"))
    assert second.is_refused
    assert ("AGENCY_INTERNAL_LOCATIONS.csv", 1, "UNIT_TYPE", "missing_column") in issues_of(second)
    assert select(database, "select distinct unit_code from record.person") == [("LEI-A",)]


def test_a_row_that_no_mapping_takes_any_more_ends_nothing(database: Database, tmp_path: Path) -> None:
    _, second = deliver(database, tmp_path, nothing, setting(ASSESSMENTS, ASSESSMENT_TYPE_ID="-999"))
    assert (second.batches[0].counts.ended, second.batches[0].rows.quarantined) == (0, 1)
    assert select(database, "select count(*) from record.cell_sharing_risk") == [(2,)]


def test_a_row_whose_person_is_not_delivered_is_held_back_and_its_record_stands(
    database: Database, tmp_path: Path
) -> None:
    def gone(folder: Path) -> None:
        edit(folder, "OFFENDER_BOOKINGS", lambda rows: rows.pop(0) and None)

    _, second = deliver(database, tmp_path, nothing, gone)
    assert second.batches[0].rows.quarantined >= 1
    assert all("what was known of it stands" in message for message in messages(second, "reference_missing"))
    assert select(database, "select count(*) from record.alert where source_key = '-1/1'") == [(1,)]


def test_a_row_that_is_not_delivered_any_more_still_ends(database: Database, tmp_path: Path) -> None:
    def orphaned(folder: Path) -> None:
        edit(folder, ASSESSMENTS, lambda rows: rows.pop(1) and rows[0].update(ASSESSMENT_TYPE_ID="-999"))

    _, second = deliver(database, tmp_path, nothing, orphaned)
    assert second.batches[0].counts.ended == 1
    assert select(database, "select source_key from record.cell_sharing_risk") == [("-1/1",)]


def test_of_a_row_that_is_held_back_only_the_reason_is_told(database: Database, tmp_path: Path) -> None:
    (report,) = deliver(
        database, tmp_path, setting(ALERTS, OFFENDER_BOOK_ID="-999", ALERT_DATE="soon", ALERT_CODE="QQQ")
    )
    own = {place for place in issues_of(report) if place[0] == f"{ALERTS}.csv" and place[1] == 2}
    assert own == {(f"{ALERTS}.csv", 2, "OFFENDER_BOOK_ID", "reference_missing")}


def test_a_flag_that_cannot_be_read_takes_nobody_off_the_wing(database: Database, tmp_path: Path) -> None:
    _, second = deliver(database, tmp_path, nothing, setting("OFFENDER_BOOKINGS", ACTIVE_FLAG="PERHAPS"))
    assert second.is_refused
    assert ("OFFENDER_BOOKINGS.csv", 2, "ACTIVE_FLAG", "row_unreadable") in issues_of(second)
    assert select(database, "select distinct unit_code from record.person") == [("LEI-A",)]


def test_a_column_that_the_operator_says_is_gone_leaves_nothing(database: Database, tmp_path: Path) -> None:
    folder = small_extract(tmp_path / "small")
    intake, source = intake_of(database, folder)
    intake.ingest(source)
    without(ALERTS, "COMMENT_TEXT")(folder)
    without("AGENCY_INTERNAL_LOCATIONS", "UNIT_TYPE")(folder)
    assert intake.ingest(source).is_refused
    report = intake.ingest(source, gone=["OFFENDER_ALERTS.COMMENT_TEXT", "AGENCY_INTERNAL_LOCATIONS.UNIT_TYPE"])
    assert not report.is_refused
    assert select(database, "select distinct comment from record.alert") == [(None,)]
    assert not intake.ingest(source).is_refused


@pytest.mark.parametrize("blank", [" ", "\u00a0"])
def test_a_value_of_blanks_is_empty_and_no_fault(database: Database, tmp_path: Path, blank: str) -> None:
    _, second = deliver(
        database,
        tmp_path,
        setting(ALERTS, EXPIRY_DATE=f"{blank}2026-12-30{blank}", ALERT_CODE=f"XA{blank}"),
        setting(ALERTS, EXPIRY_DATE=blank),
    )
    assert {code for file, row, _, code in issues_of(second) if file == f"{ALERTS}.csv" and row == 2} == set()
    stands = select(database, "select active_to, kind_code is not null from record.alert where source_key = '-1/1'")
    assert stands == [(None, True)]
