"""Checks of what the node knows: each is declared, counts without showing, and finds what is planted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

from batches import select, write
from conftest import Loaded
from deliveries import NOW, edit, intake_of, small_extract
from gate_world import OFFICER, gate_of, look
from watchroom.ingest.held import Waiver
from watchroom.ingest.quarantine import waive
from watchroom.ingest.registry import add_source
from watchroom.quality.catalogue import PACKAGE, checks
from watchroom.quality.results import Result, Status
from watchroom.quality.run import quality
from watchroom.store.database import Database, Principal

QUALITY = "select * from source_quality order by source_system, entity, check_name, field"


def found(results: tuple[Result, ...]) -> dict[tuple[str, str | None, str | None], tuple[int, int]]:
    return {(result.check.name, result.entity, result.field): (result.bad, result.of) for result in results}


def test_every_check_with_an_entity_has_its_sql_and_every_sql_its_check():
    sql = {entry.name.removesuffix(".sql") for entry in files(PACKAGE).iterdir() if entry.name.endswith(".sql")}
    assert sql == {check.name for check in checks().values() if check.entity is not None}


def test_the_checks_find_what_is_wrong_with_the_real_extract(loaded: Loaded):
    results = found(quality(loaded.database, now=NOW))
    assert results["date_unreliable", "custody_episode", "begun_at"] == (67, 75)
    assert results["booking_in_another_establishment", "custody_episode", None] == (5, 36)
    assert results["prison_number_shared", "person", None] == (4, 74)
    assert results["two_bookings_in_force", "person", None][0] == 0
    assert results["cell_over_capacity", "location", None][0] >= 1
    assert results["code_unmapped", "incident_report", "status_code"] == (8, 12)
    assert results["rows_quarantined", "batch", None] == (15, 13_660)
    # The missing cell, two roots that are not there, and fifteen results of hearings that are not.
    assert results["reference_missing", "batch", None][0] == 18


def test_an_empty_node_fails_no_check_but_has_nothing_to_be_proud_of(database: Database):
    results = quality(database, now=NOW)
    assert results
    of_tables = {"table_missing", "field_missing", "type_differs", "key_not_held"}
    assert all(result.is_met for result in results)
    assert all(result.status is Status.NOT_APPLICABLE for result in results if result.check.name not in of_tables)
    assert {result.check.name for result in results} >= of_tables


def test_rows_that_somebody_lives_with_are_no_fault_until_that_ends(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "small")
    edit(folder, "OFFENDER_ALERTS", lambda rows: rows[0].update(OFFENDER_BOOK_ID="-77"))
    intake, source = intake_of(database, folder)
    (batch,) = intake.ingest(source).batches
    assert [(one.table, one.code, one.rows) for one in batch.held] == [("OFFENDER_ALERTS", "reference_missing", 1)]

    def counted(*, days: int) -> int:
        return found(quality(database, now=NOW + timedelta(days=days)))["rows_quarantined", "batch", None][0]

    assert counted(days=0) == 1
    waiver = Waiver(
        table="OFFENDER_ALERTS", code="reference_missing", reason="so", by="eng", at=NOW, until=NOW + timedelta(days=2)
    )
    for is_lifted, numbers in ((False, (0, 1)), (True, (1, 1))):
        with database.connection(Principal.LOADER) as connection:
            waive(connection, waiver, source="nomis", machine_at=NOW, is_lifted=is_lifted)
        assert (counted(days=1), counted(days=3)) == numbers


def test_planted_faults_are_found(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "small")
    edit(folder, "OFFENDER_BOOKINGS", lambda rows: [row.update(LIVING_UNIT_ID="-4") for row in rows[:2]] and None)
    edit(folder, "OFFENDER_ALERTS", lambda rows: rows[0].update(EXPIRY_DATE="2026-07-02"))
    edit(folder, "OFFENDERS", lambda rows: rows[0].update(BIRTH_DATE="1809-01-01"))
    intake, source = intake_of(database, folder)
    intake.ingest(source)
    results = found(quality(database, now=NOW))
    assert results["cell_over_capacity", "location", None] == (1, 2)
    assert results["booking_without_cell", "custody_episode", None] == (1, 3)
    assert results["cell_sharing_unassessed", "custody_episode", None] == (1, 3)
    assert results["alert_past_its_end", "alert", None] == (1, 3)
    assert results["birth_date_implausible", "person", None] == (1, 3)


def test_no_cell_is_bad_that_was_not_looked_at(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "small")
    edit(folder, "OFFENDER_BOOKINGS", lambda rows: [row.update(LIVING_UNIT_ID="-4") for row in rows[:2]] and None)
    intake, source = intake_of(database, folder)
    intake.ingest(source)
    with database.connection(Principal.LOADER) as connection:
        connection.execute("update record.location set is_active = false")
    assert found(quality(database, now=NOW))["cell_over_capacity", "location", None] == (1, 1)


def test_each_source_is_told_what_its_own_records_and_deliveries_fail_and_no_other_source_is(
    database: Database, tmp_path: Path
):
    intake, source = intake_of(database, small_extract(tmp_path / "small"))
    intake.ingest(source)
    # Another source of the same records, of which one shares its number with another, and a delivery without rows.
    with database.connection(Principal.LOADER) as connection:
        add_source(connection, replace(source, name="other"), at=NOW)
        connection.execute(
            'update ingest.batch set totals = totals || \'{"rows": {"quarantined": 5, "read": 9, "loaded": 4}}\''
        )
    shared = [{"source_key": key, "prison_number": "A9999AA"} for key in "ab"]
    single = [{"source_key": "c", "prison_number": "A9999AC"}]
    write(database, {"person": [*shared, *single]}, hour=2, source="other")
    quality(database, now=NOW, keeps=True)
    told = select(
        database,
        "select source_system, check_name, entity, bad, of from ingest.quality_finding"
        " where check_name in ('prison_number_shared', 'rows_quarantined') order by 1, 2",
    )
    assert told == [("nomis", "rows_quarantined", "batch", 5, 9), ("other", "prison_number_shared", "person", 2, 3)]
    results = found(quality(database, now=NOW))
    assert results["prison_number_shared", "person", None] == (2, 6)
    # The handover tells both: of the person, and of the delivery as a whole.
    flaws = {
        (one["source_system"], one["check_name"])
        for one in look(gate_of(database, at=NOW + timedelta(days=1)), OFFICER, QUALITY)
    }
    assert {("nomis", "rows_quarantined"), ("other", "prison_number_shared")} <= flaws
    assert ("nomis", "prison_number_shared") not in flaws


def test_a_source_is_stale_after_its_expected_interval(database: Database, tmp_path: Path):
    intake, source = intake_of(database, small_extract(tmp_path / "small"))
    intake.ingest(source, as_at=NOW)
    with database.connection(Principal.LOADER) as connection:
        connection.execute("update ingest.source set expected_every_seconds = 3600")
    on_time = found(quality(database, now=NOW + timedelta(minutes=59)))
    late = found(quality(database, now=NOW + timedelta(minutes=61)))
    assert on_time["source_is_stale", "source", None] == (0, 1)
    assert late["source_is_stale", "source", None] == (1, 1)


def test_a_result_holds_counts_and_no_row(loaded: Loaded):
    names = {str(name) for (name,) in select(loaded.database, "select family_name from record.person")}
    documents = [str(result.as_json()) for result in quality(loaded.database, now=datetime(2026, 7, 24, tzinfo=UTC))]
    assert not any(name in document for name in names for document in documents if len(name) > 4)
