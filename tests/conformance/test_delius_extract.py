"""The development database of Delius, the probation system, taken whole."""

from collections.abc import Generator
from pathlib import Path

import pytest

from batches import select
from conftest import Loaded
from deliveries import Row, copy_of, edit, issues_of
from probation import MAPPING, known_rows, probation_intake, rows_of
from servers import TestServer
from watchroom.ingest.report import IngestReport
from watchroom.store.database import Database

RESTRICTED, EXCLUDED = "2600343966", "2600343965"


@pytest.fixture(scope="session")
def supervised(server: TestServer, delius: Path) -> Generator[Loaded]:
    """The extract in a database that no test may change."""
    with server.database(name="supervised") as opened:
        intake, source = probation_intake(opened, delius)
        yield Loaded(database=opened, report=intake.ingest(source))


def taken(database: Database, folder: Path) -> IngestReport:
    intake, source = probation_intake(database, folder)
    return intake.ingest(source)


def hidden(database: Database) -> set[object]:
    return {key for (key,) in select(database, "select source_key from record.person where is_restricted")}


@pytest.mark.parametrize("entity", sorted(MAPPING.entities))
def test_every_field_of_every_row_is_what_the_extract_says(supervised: Loaded, entity: str):
    assert rows_of(supervised.database, entity) == [row for row in known_rows() if row["entity"] == entity]


def test_every_row_ends_in_exactly_one_place(supervised: Loaded):
    document = supervised.report.as_json()
    assert document["rows"] == {"read": 407, "loaded": 162, "reference": 99, "unmapped": 146, "quarantined": 0}
    assert sum(entry["rows"] for entry in document["unmapped"]) == 146
    assert all(entry["reason"] and entry["known"] for entry in document["unmapped"])


def test_what_disagrees_is_loaded_and_said(supervised: Loaded):
    found = {(file, row, field) for file, row, field, code in issues_of(supervised.report) if code != "unmapped_code"}
    assert found == {
        # Four people under two prison numbers.
        *(("OFFENDER.csv", row, "NOMS_NUMBER") for row in (30, 31, 32, 33)),
        # Rows that name another person than the event below which they stand.
        *(("DISPOSAL.csv", row, "OFFENDER_ID") for row in (3, 4, 12, 13, 14)),
        *(("MAIN_OFFENCE.csv", row, "OFFENDER_ID") for row in (6, 7, 8)),
        ("LIC_CONDITION.csv", 2, "OFFENDER_ID"),
    }


def test_whoever_is_deleted_at_the_source_is_in_no_record(supervised: Loaded):
    for entity in MAPPING.entities:
        keys = {row.get("person_id", row["source_key"]) for row in rows_of(supervised.database, entity)}
        assert entity in {"agency", "staff_member"} or not keys & {"31", "33"}


def test_names_that_stand_in_each_others_place_are_loaded_as_the_source_has_them(supervised: Loaded):
    names = select(
        supervised.database, "select family_name, given_names from record.person where source_key = '2600343966'"
    )
    assert names == [("Barry", "Johnson")]


def test_no_score_of_risk_is_in_the_record(supervised: Loaded):
    assert "24" not in str(rows_of(supervised.database, "risk_band")).replace("2026", "")
    assert {row["band_code"] for row in rows_of(supervised.database, "risk_band")} == {"LOW"}


def test_whoever_is_restricted_or_excludes_somebody_is_hidden_and_so_is_what_says_so(supervised: Loaded):
    assert hidden(supervised.database) == {RESTRICTED, EXCLUDED}
    for entity in set(MAPPING.entities) - {"person", "agency", "staff_member"}:
        for row in rows_of(supervised.database, entity):
            assert row["is_restricted"] == (row["person_id"] in {RESTRICTED, EXCLUDED}), row


def test_a_second_delivery_of_the_same_changes_nothing(database: Database, delius: Path):
    intake, source = probation_intake(database, delius)
    first = intake.ingest(source).as_json()["totals"]
    assert intake.ingest(source).as_json()["totals"] == {**first, "new": 0, "unchanged": first["new"]}


@pytest.mark.parametrize("table", ["RESTRICTION", "EXCLUSION"])
def test_a_delivery_without_the_table_that_hides_people_is_refused_and_they_stay_hidden(
    database: Database, delius: Path, tmp_path: Path, table: str
):
    intake, source = probation_intake(database, delius)
    intake.ingest(source)
    without = copy_of(delius, tmp_path / "without")
    (without / f"{table}.csv").unlink()
    report = intake.ingest(source, [without])
    assert report.is_refused
    assert (f"{table}.csv", None, None, "missing_file") in issues_of(report)
    assert hidden(database) == {RESTRICTED, EXCLUDED}


@pytest.mark.parametrize("ended", ["", "when it is over", "31-FEB-20", "2026-07-24 00:00:00", "24-JUL-26"])
def test_a_restriction_whose_end_is_not_there_cannot_be_read_or_is_today_restricts(
    database: Database, delius: Path, tmp_path: Path, ended: str
):
    folder = copy_of(delius, tmp_path / "odd")
    edit(folder, "OFFENDER", lambda rows: [row.update(CURRENT_RESTRICTION="0") for row in rows] and None)
    edit(folder, "RESTRICTION", lambda rows: rows[0].update(RESTRICTION_END_DATE=ended))
    assert not taken(database, folder).is_refused
    assert RESTRICTED in hidden(database)


@pytest.mark.parametrize("whom", [f" {RESTRICTED}", f"{RESTRICTED} ", f"0{RESTRICTED}", f"{RESTRICTED}.0"])
def test_a_restriction_hides_whom_it_is_about_however_the_number_is_written(
    database: Database, delius: Path, tmp_path: Path, whom: str
):
    folder = copy_of(delius, tmp_path / "written")
    edit(folder, "OFFENDER", lambda rows: [row.update(CURRENT_RESTRICTION="0") for row in rows] and None)
    edit(folder, "RESTRICTION", lambda rows: rows[0].update(OFFENDER_ID=whom))
    assert not taken(database, folder).is_refused
    assert RESTRICTED in hidden(database)
    assert RESTRICTED in {row["person_id"] for row in rows_of(database, "limited_access")}


def test_a_restriction_that_is_over_at_the_source_hides_nobody_any_longer(
    database: Database, delius: Path, tmp_path: Path
):
    folder = copy_of(delius, tmp_path / "over")

    def lift(rows: list[Row]) -> None:
        next(row for row in rows if row["OFFENDER_ID"] == RESTRICTED)["CURRENT_RESTRICTION"] = "0"

    edit(folder, "OFFENDER", lift)
    edit(folder, "RESTRICTION", lambda rows: rows[0].update(RESTRICTION_END_DATE="23-JUL-26"))
    taken(database, folder)
    assert hidden(database) == {EXCLUDED}
    assert all(row["is_restricted"] for row in rows_of(database, "limited_access"))


@pytest.mark.parametrize("mark", ["1", "?"])
def test_a_mark_of_a_person_hides_them_without_a_row(database: Database, delius: Path, tmp_path: Path, mark: str):
    folder = copy_of(delius, tmp_path / "marked")
    edit(folder, "OFFENDER", lambda rows: rows[4].update(CURRENT_RESTRICTION=mark))
    report = taken(database, folder)
    assert hidden(database) == {RESTRICTED, EXCLUDED, "2500343964"}
    assert ("OFFENDER.csv", 6, "CURRENT_RESTRICTION", "conflicting_value") in issues_of(report)
    assert {row["is_restricted"] for row in rows_of(database, "case_note") if row["person_id"] == "2500343964"} == {
        True
    }


@pytest.mark.parametrize("whom", ["", "somebody"])
def test_a_restriction_of_nobody_who_can_be_read_refuses_the_delivery(
    database: Database, delius: Path, tmp_path: Path, whom: str
):
    folder = copy_of(delius, tmp_path / "nobody")
    edit(folder, "RESTRICTION", lambda rows: rows[0].update(OFFENDER_ID=whom))
    report = taken(database, folder)
    assert report.is_refused
    assert "row_unreadable" in {code for _, _, _, code in issues_of(report)}
    assert select(database, "select count(*) from record.person") == [(0,)]


@pytest.mark.parametrize("whom", [RESTRICTED, f" {RESTRICTED}", f"0{RESTRICTED}"])
def test_a_row_that_names_a_hidden_person_beside_its_own_is_hidden(
    database: Database, delius: Path, tmp_path: Path, whom: str
):
    folder = copy_of(delius, tmp_path / "beside")
    edit(folder, "DISPOSAL", lambda rows: rows[0].update(OFFENDER_ID=whom))
    taken(database, folder)
    sentences = {row["source_key"]: row for row in rows_of(database, "sentence")}
    assert sentences["2600282124"]["person_id"] == "2600343964"
    assert sentences["2600282124"]["is_restricted"]


def test_a_note_is_sensitive_unless_the_source_says_that_it_is_not(database: Database, delius: Path, tmp_path: Path):
    folder = copy_of(delius, tmp_path / "notes")

    def say(rows: list[Row]) -> None:
        for row, said in zip(rows, ("", "N", "?", "Y"), strict=False):
            row["SENSITIVE"] = said

    edit(folder, "CONTACT", say)
    taken(database, folder)
    notes = {row["source_key"]: row["is_sensitive"] for row in rows_of(database, "case_note")}
    first = ("2502719240", "2502719241", "2502719242", "2502719244")
    assert [notes[key] for key in first] == [True, False, True, True]


def test_somebody_born_in_1930_is_not_born_in_2030(database: Database, delius: Path, tmp_path: Path):
    folder = copy_of(delius, tmp_path / "old")
    edit(folder, "OFFENDER", lambda rows: rows[0].update(DATE_OF_BIRTH_DATE="08-NOV-30"))
    taken(database, folder)
    born = select(database, f"select birth_date::text from record.person where source_key = '{EXCLUDED}'")
    assert born == [("1930-11-08",)]
