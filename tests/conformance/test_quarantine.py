"""Faults of a delivery: refused or quarantined with file, row, field and reason; nothing half-loaded."""

from collections.abc import Callable
from pathlib import Path

import pytest

from batches import select
from deliveries import Row, copy_of, edit, intake_of, issues_of, small_extract
from watchroom.ingest.issues import FILES_AT_MOST
from watchroom.ingest.report import IngestReport
from watchroom.kernel.errors import UsageError
from watchroom.store.database import Database

ALERTS = "OFFENDER_ALERTS"
MISSING = "missing_file"


def ingest(database: Database, folder: Path) -> IngestReport:
    intake, source = intake_of(database, folder)
    return intake.ingest(source)


def spoil(folder: Path, table: str, change: Callable[[bytes], bytes]) -> None:
    path = folder / f"{table}.csv"
    path.write_bytes(change(path.read_bytes()))


def assert_nothing_stands(database: Database) -> None:
    counts = select(
        database,
        """
        select
            (select count(*) from record.person), (select count(*) from ingest.raw_row),
            (select count(*) from ingest.sealed), (select count(*) from ingest.file),
            (select count(*) from ingest.change)
        """,
    )
    assert counts == [(0, 0, 0, 0, 0)]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda _: b"", (f"{ALERTS}.csv", None, None, "empty_file")),
        (lambda content: content.replace(b"Fire", b"Fi\xe9"), (f"{ALERTS}.csv", 2, None, "wrong_encoding")),
        (lambda content: content.decode().encode("utf-16"), (f"{ALERTS}.csv", 1, None, "wrong_encoding")),
        (lambda content: content.replace(b"Fire", b"Fi\x00"), (f"{ALERTS}.csv", 2, None, "nul_byte")),
        (lambda content: content.rsplit(b",", 3)[0], (f"{ALERTS}.csv", 4, None, "truncated_file")),
        (lambda content: content.replace(b"Fire", b'"Fire'), (f"{ALERTS}.csv", 2, None, "unclosed_quote")),
        (lambda content: content.replace(b"Fire", b'Fi"re'), (f"{ALERTS}.csv", 2, None, "stray_quote")),
        (lambda content: content.replace(b"ALERT_CODE", b"CODE"), (f"{ALERTS}.csv", 1, "ALERT_CODE", "missing_column")),
        (lambda content: content.replace(b"ALERT_CODE", b"ALERT_SEQ"), (f"{ALERTS}.csv", 1, None, "bad_header")),
    ],
)
def test_a_file_that_cannot_be_trusted_refuses_the_whole_delivery(
    database: Database, tmp_path: Path, change: Callable[[bytes], bytes], place: tuple[object, ...]
):
    folder = small_extract(tmp_path / "small")
    spoil(folder, ALERTS, change)
    report = ingest(database, folder)
    assert report.is_refused
    assert report.exit_status == 1
    assert place in issues_of(report)
    assert_nothing_stands(database)


def test_a_refused_delivery_leaves_its_reasons(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "small")
    (folder / f"{ALERTS}.csv").unlink()
    report = ingest(database, folder)
    assert report.is_refused
    kept = select(
        database,
        """
        select b.status, i.code, i.severity, i.file
        from ingest.issue as i
        inner join ingest.batch as b on b.id = i.batch_id
        where i.severity = 'fatal'
        """,
    )
    assert kept == [("refused", "missing_file", "fatal", f"{ALERTS}.csv")]


def test_a_broken_file_that_is_not_taken_refuses_nothing(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "small")
    (folder / "PHONES.csv").write_bytes(b"A,B\n1,\xff\n")
    report = ingest(database, folder)
    assert not report.is_refused
    assert ("PHONES.csv", 2, None, "wrong_encoding") in issues_of(report)


def first_row(rows: list[Row], **changes: str) -> None:
    rows[0].update(changes)


CORPUS: list[tuple[str, Callable[[list[Row]], None], tuple[int | None, str, str]]] = [
    (
        "OFFENDER_BOOKINGS",
        lambda rows: first_row(rows, LIVING_UNIT_ID="999"),
        (2, "LIVING_UNIT_ID", "reference_missing"),
    ),
    (ALERTS, lambda rows: first_row(rows, ALERT_CODE="QQQ"), (2, "ALERT_CODE", "unmapped_code")),
    (ALERTS, lambda rows: first_row(rows, ALERT_DATE="2026-02-30"), (2, "ALERT_DATE", "bad_date")),
    (ALERTS, lambda rows: first_row(rows, ALERT_STATUS="PERHAPS"), (2, "ALERT_STATUS", "bad_boolean")),
    (ALERTS, lambda rows: first_row(rows[1:], OFFENDER_BOOK_ID="-999"), (3, "OFFENDER_BOOK_ID", "reference_missing")),
    (ALERTS, lambda rows: rows.append(dict(rows[2])), (5, "OFFENDER_BOOK_ID/ALERT_SEQ", "duplicate_key")),
    (ALERTS, lambda rows: rows.append({**rows[2], "ALERT_SEQ": ""}), (6, "ALERT_SEQ", "value_missing")),
    (
        "OFFENDERS",
        lambda rows: rows.append({**rows[0], "OFFENDER_ID": "-7", "ROOT_OFFENDER_ID": "-7", "OFFENDER_ID_DISPLAY": ""}),
        (5, "OFFENDER_ID_DISPLAY", "value_missing"),
    ),
    ("AGENCY_INTERNAL_LOCATIONS", lambda rows: first_row(rows, CAPACITY="many"), (2, "CAPACITY", "bad_number")),
    (
        "OFFENDER_BOOKINGS",
        lambda rows: first_row(rows, BOOKING_BEGIN_DATE="2026-03-29 01:30:00"),
        (2, "BOOKING_BEGIN_DATE", "missing_time"),
    ),
    (
        "OFFENDER_BOOKINGS",
        lambda rows: first_row(rows, BOOKING_END_DATE="2025-10-26 01:30:00"),
        (2, "BOOKING_END_DATE", "ambiguous_time"),
    ),
    (
        "OFFENDER_ASSESSMENTS",
        lambda rows: first_row(rows, ASSESSMENT_TYPE_ID="-999"),
        (2, "ASSESSMENT_TYPE_ID", "reference_missing"),
    ),
]


def test_every_fault_of_a_row_or_field_is_said_with_its_place_and_the_rest_is_loaded(
    database: Database, tmp_path: Path
):
    folder = small_extract(tmp_path / "small")
    for table, change, _ in CORPUS:
        edit(folder, table, change)
    spoil(folder, ALERTS, lambda content: content + b"too,short\n")
    report = ingest(database, folder)
    assert not report.is_refused
    found = issues_of(report)
    missing = [(f"{table}.csv", *place) for table, _, place in CORPUS if (f"{table}.csv", *place) not in found]
    assert missing == []
    assert "ragged_row" in {code for file, _, _, code in found if file == f"{ALERTS}.csv"}
    rows = report.as_json()["rows"]
    # The orphaned alert, the repeated one, the one without a key, the person without a number, the short row and
    # the assessment of an unknown kind.
    assert rows["quarantined"] == 6
    assert rows["read"] == rows["loaded"] + rows["reference"] + rows["unmapped"] + rows["quarantined"]
    kept = select(
        database, "select kind_code, kind_source_value, active_from from record.alert where source_key = '-1/1'"
    )
    assert kept == [(None, "QQQ", None)]
    kept = select(
        database,
        "select location_id, 'begun_at' = any(unreliable_dates) from record.custody_episode where source_key = '-1'",
    )
    assert kept == [(None, True)]


def test_no_issue_repeats_a_value(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "small")
    edit(folder, ALERTS, lambda rows: first_row(rows, ALERT_CODE="S3CRET", ALERT_DATE="S3CRET"))
    report = ingest(database, folder)
    assert all("S3CRET" not in str(issue.as_json()) for batch in report.batches for issue in batch.issues)


def test_a_column_that_nobody_knows_is_said_and_the_rest_is_taken(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "small")
    spoil(folder, ALERTS, lambda content: content.replace(b"\n", b",1\n").replace(b",1\n", b",SHOE_SIZE\n", 1))
    report = ingest(database, folder)
    assert not report.is_refused
    assert (f"{ALERTS}.csv", 1, "SHOE_SIZE", "extra_column") in issues_of(report)
    assert select(database, "select count(*) from record.alert") == [(3,)]


@pytest.mark.parametrize("table", ["OFFENDER_BOOKINGS", "AGENCY_INTERNAL_LOCATIONS", "OFFENDERS"])
def test_a_row_that_cannot_be_read_refuses_where_other_records_are_made_with_it(
    database: Database, tmp_path: Path, table: str
) -> None:
    folder = small_extract(tmp_path / "small")
    intake, source = intake_of(database, folder)
    intake.ingest(source)
    before = select(database, "select source_key, site_code, unit_code from record.person order by source_key")
    later = copy_of(folder, tmp_path / "later")
    spoil(later, table, lambda content: content + b"too,short\n")
    report = intake.ingest(source, [later])
    assert (f"{table}.csv", None, None, "row_unreadable") in issues_of(report)
    assert report.is_refused
    assert select(database, "select source_key, site_code, unit_code from record.person order by source_key") == before


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("OFFENDERS", "OFFENDER_ID"),
        ("OFFENDER_BOOKINGS", "OFFENDER_BOOK_ID"),
        ("AGENCY_INTERNAL_LOCATIONS", "INTERNAL_LOCATION_ID"),
    ],
)
def test_two_rows_that_differ_and_have_one_key_refuse_where_other_records_are_made_with_them(
    database: Database, tmp_path: Path, table: str, key: str
) -> None:
    """One of them has lost its own key, and whoever it told of would be gone."""
    folder = small_extract(tmp_path / "small")
    intake, source = intake_of(database, folder)
    intake.ingest(source)
    before = select(database, "select source_key, site_code, unit_code from record.person order by source_key")
    later = copy_of(folder, tmp_path / "later")
    edit(later, table, lambda rows: rows[-1].update({key: rows[0][key]}))
    report = intake.ingest(source, [later])
    assert report.is_refused
    found = issues_of(report)
    assert (f"{table}.csv", None, None, "row_unreadable") in found
    assert (key, "duplicate_key") in {(field, code) for _, _, field, code in found}
    assert select(database, "select source_key, site_code, unit_code from record.person order by source_key") == before


def test_a_row_that_stands_twice_has_lost_nothing_and_is_taken_once(database: Database, tmp_path: Path) -> None:
    folder = small_extract(tmp_path / "small")
    intake, source = intake_of(database, folder)
    intake.ingest(source)
    later = copy_of(folder, tmp_path / "later")
    edit(later, "OFFENDERS", lambda rows: rows.append(dict(rows[0])))
    report = intake.ingest(source, [later])
    assert not report.is_refused
    assert report.as_json()["totals"]["ended"] == 0


def test_of_two_alerts_that_differ_and_have_one_key_neither_ends_another(database: Database, tmp_path: Path) -> None:
    folder = small_extract(tmp_path / "small")
    intake, source = intake_of(database, folder)
    intake.ingest(source)
    later = copy_of(folder, tmp_path / "later")

    def mistaken(rows: list[Row]) -> None:
        rows[2] |= {name: rows[0][name] for name in ("OFFENDER_BOOK_ID", "ALERT_SEQ")}

    edit(later, ALERTS, mistaken)
    report = intake.ingest(source, [later])
    assert report.as_json()["totals"]["ended"] == 0
    assert (f"{ALERTS}.csv", None, ALERTS, "nothing_ended") in issues_of(report)
    assert select(database, "select count(*) from record.alert") == [(3,)]


def test_a_row_that_cannot_be_read_ends_nothing(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "small")
    intake, source = intake_of(database, folder)
    intake.ingest(source)
    later = copy_of(folder, tmp_path / "later")
    spoil(later, ALERTS, lambda content: content.replace(b"Fire raised", b"Fire, raised"))
    report = intake.ingest(source, [later])
    assert report.as_json()["totals"]["ended"] == 0
    assert (f"{ALERTS}.csv", None, "OFFENDER_ALERTS", "nothing_ended") in issues_of(report)
    assert select(database, "select count(*) from record.alert") == [(3,)]


def test_a_row_that_is_held_back_leaves_what_stood_before(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "small")
    intake, source = intake_of(database, folder)
    intake.ingest(source)
    later = copy_of(folder, tmp_path / "later")
    edit(later, "OFFENDERS", lambda rows: first_row(rows, OFFENDER_ID_DISPLAY=""))
    totals = intake.ingest(source, [later]).as_json()["totals"]
    assert (totals["ended"], totals["quarantined"]) == (0, 1)
    assert select(database, "select prison_number from record.person where source_key = '-1001'") == [("A1234AA",)]


@pytest.mark.parametrize("how", ["empty", "absent"])
def test_a_table_that_shrank_to_nothing_is_refused(database: Database, tmp_path: Path, how: str):
    folder = small_extract(tmp_path / "small")
    intake, source = intake_of(database, folder)
    intake.ingest(source)
    later = copy_of(folder, tmp_path / "later")
    if how == "empty":
        edit(later, "OFFENDER_CASE_NOTES", lambda rows: rows.clear())
    else:
        (later / "OFFENDER_CASE_NOTES.csv").unlink()
    report = intake.ingest(source, [later])
    assert report.is_refused
    assert select(database, "select count(*) from record.case_note") == [(1,)]
    assert select(database, "select status, count(*) from ingest.batch group by status order by status") == [
        ("refused", 1),
        ("sealed", 1),
    ]


def test_a_file_that_did_not_come_is_told_for_each_entity_that_it_feeds(database: Database, tmp_path: Path):
    report = ingest(database, small_extract(tmp_path / "small"))
    missing = {
        (issue.file, issue.entity) for batch in report.batches for issue in batch.issues if issue.code == MISSING
    }

    assert ("OFFENDER_NON_ASSOCIATIONS.csv", "non_association") in missing
    assert {entity for file, entity in missing if file == "INCIDENT_CASES.csv"} == {
        "incident_participant",
        "incident_report",
    }
    assert ("OFFENDER_IMPRISON_STATUSES.csv", None) in missing


def test_a_table_that_nobody_knows_is_said_and_is_not_called_left_out_by_design(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "small")
    (folder / "HOROSCOPES.csv").write_text("SIGN\nLEO\n")
    (folder / "OFFENDER_CHARGES.csv").write_text("ID\n1\n")
    report = ingest(database, folder)
    assert not report.is_refused
    assert ("HOROSCOPES.csv", None, None, "unknown_table") in issues_of(report)
    assert ("OFFENDER_CHARGES.csv", None, None, "unknown_table") not in issues_of(report)
    aside = {left.file: left.is_known for left in report.batches[0].left_out}
    assert aside == {"HOROSCOPES.csv": False, "OFFENDER_CHARGES.csv": True}
    assert report.batches[0].rows.unmapped == 2


def test_a_folder_of_foreign_files_is_told_by_their_number(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "small")
    for number in range(FILES_AT_MOST + 1):
        (folder / f"STRANGE_{number:02}.csv").write_text("A\n1\n")
        (folder / f"strange_{number:02}.txt").write_text("A")
    report = ingest(database, folder)
    found = {issue.code: issue for issue in report.batches[0].issues if issue.code in {"unknown_table", "not_a_table"}}
    codes = [issue.code for issue in report.batches[0].issues]
    assert codes.count("unknown_table") == codes.count("not_a_table") == 1
    assert found["unknown_table"].file is None
    assert f"({FILES_AT_MOST + 1} files, the first of them `STRANGE_00.csv`)" in found["unknown_table"].message


@pytest.mark.parametrize("how", ["empty", "absent"])
def test_a_table_that_the_operator_says_is_gone_ends_what_it_gave(database: Database, tmp_path: Path, how: str):
    folder = small_extract(tmp_path / "small")
    intake, source = intake_of(database, folder)
    intake.ingest(source)
    later = copy_of(folder, tmp_path / "later")
    if how == "empty":
        edit(later, "OFFENDER_CASE_NOTES", lambda rows: rows.clear())
    else:
        (later / "OFFENDER_CASE_NOTES.csv").unlink()
    refused = intake.ingest(source, [later])
    assert any("`--gone OFFENDER_CASE_NOTES`" in issue.message for issue in refused.batches[0].issues)
    taken = intake.ingest(source, [later], gone=["OFFENDER_CASE_NOTES"])
    assert not taken.is_refused
    assert ("OFFENDER_CASE_NOTES.csv", None, None, "told_gone") in issues_of(taken)
    assert taken.batches[0].counts.ended == 1
    again = intake.ingest(source, [later])
    assert not again.is_refused


def test_only_what_the_mapping_can_do_without_may_be_gone(database: Database, tmp_path: Path):
    intake, source = intake_of(database, small_extract(tmp_path / "small"))
    for name in ("HOROSCOPES", "OFFENDERS", "OFFENDER_ALERTS.ALERT_CODE"):
        with pytest.raises(UsageError, match=name):
            intake.ingest(source, gone=[name])
