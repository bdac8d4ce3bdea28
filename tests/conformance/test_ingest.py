"""Ingest as a whole: order, witness, sources, and what a report holds."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from batches import select
from deliveries import NOW, copy_of, edit, intake_of, issues_of, small_extract, source_at
from watchroom.ingest.registry import Source, add_source, find_source, list_sources
from watchroom.ingest.report import BatchReport
from watchroom.ingest.run import Intake
from watchroom.kernel.clock import SteppedClock
from watchroom.kernel.errors import NotFoundError, UsageError, WatchroomError
from watchroom.store.database import Database, Principal


def test_a_delivery_counts_as_known_from_its_instant(database: Database, tmp_path: Path):
    intake, source = intake_of(database, small_extract(tmp_path / "small"))
    intake.ingest(source, as_at=NOW - timedelta(hours=12))
    sealed = select(database, "select sealed_at, source_system from ingest.sealed")
    assert sealed == [(NOW - timedelta(hours=12), "nomis")]
    assert select(database, "select distinct recorded_from from record.person") == [(NOW - timedelta(hours=12),)]


def test_a_delivery_older_than_the_last_one_sealed_is_refused(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "small")
    intake, source = intake_of(database, folder)
    intake.ingest(source, as_at=NOW)
    later = copy_of(folder, tmp_path / "later")
    edit(later, "OFFENDER_ALERTS", lambda rows: rows.pop())
    report = intake.ingest(source, [later], as_at=NOW - timedelta(minutes=1))
    assert report.is_refused
    assert (None, None, None, "out_of_order") in issues_of(report)
    assert select(database, "select count(*) from record.alert") == [(3,)]


def test_deliveries_of_one_command_are_taken_in_order_and_stop_at_a_refused_one(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "small")
    intake, source = intake_of(database, folder)
    broken = copy_of(folder, tmp_path / "broken")
    (broken / "OFFENDERS.csv").write_bytes(b"")
    report = intake.ingest(source, [folder, broken, folder])
    assert [batch.is_refused for batch in report.batches] == [False, True]


class CannotTellError(WatchroomError):
    """The witness cannot write its entry."""


def test_without_a_witness_nothing_stands(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "small")
    told, source = intake_of(database, folder)

    def cannot(_: BatchReport) -> None:
        raise CannotTellError("the log is not there")

    intake = Intake(database=database, clock=told.clock, witness=cannot)
    with pytest.raises(CannotTellError):
        intake.ingest(source)
    assert select(database, "select count(*) from ingest.batch") == [(0,)]
    assert select(database, "select count(*) from record.person") == [(0,)]


def test_the_witness_is_told_of_sealed_and_of_refused_deliveries(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "small")
    _, source = intake_of(database, folder)
    told: list[BatchReport] = []
    intake = Intake(database=database, clock=SteppedClock(NOW), witness=told.append)
    broken = copy_of(folder, tmp_path / "broken")
    (broken / "OFFENDERS.csv").write_bytes(b"")
    intake.ingest(source, [folder, broken])
    assert [batch.seq for batch in told] == [1, None]


def test_a_report_has_the_shape_that_others_rely_on(database: Database, tmp_path: Path):
    intake, source = intake_of(database, small_extract(tmp_path / "small"))
    document = intake.ingest(source).as_json()
    assert {"source", "batches", "totals", "issues", "seconds", "rows", "unmapped"} <= set(document)
    assert set(document["totals"]) == {"read", "new", "changed", "unchanged", "ended", "quarantined"}
    assert all({"file", "row", "field", "code", "message"} <= set(issue) for issue in document["issues"])


def test_progress_is_told(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "small")
    _, source = intake_of(database, folder)
    steps: list[str] = []
    Intake(database=database, clock=SteppedClock(NOW), progress=lambda step: steps.append(step.what)).ingest(source)
    assert list(dict.fromkeys(steps)) == ["read", "stage", "write"]


def test_a_default_that_moves_with_the_extract_is_no_change_and_a_true_date_is(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "small")
    intake, source = intake_of(database, folder)
    evening, morning = NOW - timedelta(hours=12), NOW
    filled = [f"{instant.astimezone(ZoneInfo(source.time_zone)):%Y-%m-%d %H:%M:%S}" for instant in (evening, morning)]
    edit(folder, "OFFENDER_BOOKINGS", lambda rows: [row.update(BOOKING_BEGIN_DATE=filled[0]) for row in rows] and None)
    edit(folder, "OFFENDER_ALERTS", lambda rows: rows[0].update(ALERT_DATE=filled[0]))
    intake.ingest(source, [folder], as_at=evening)
    later = copy_of(folder, tmp_path / "later")
    edit(later, "OFFENDER_BOOKINGS", lambda rows: [row.update(BOOKING_BEGIN_DATE=filled[1]) for row in rows] and None)
    edit(later, "OFFENDER_BOOKINGS", lambda rows: rows[2].update(BOOKING_BEGIN_DATE="2026-07-20 11:00:00"))
    edit(later, "OFFENDER_ALERTS", lambda rows: rows[0].update(ALERT_DATE=filled[1]))
    totals = intake.ingest(source, [later], as_at=morning).as_json()["totals"]
    assert (totals["new"], totals["changed"], totals["ended"]) == (0, 1, 0)
    changes = select(database, "select entity, changed_fields from ingest.change where seq = 2")
    assert changes == [("custody_episode", ["unreliable_dates", "begun_at"])]


def test_a_non_association_stands_in_both_directions(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "small")
    header = "OFFENDER_ID,NS_OFFENDER_ID,NS_REASON_CODE,RECIP_NS_REASON_CODE"
    (folder / "OFFENDER_NON_ASSOCIATIONS.csv").write_text(f"{header}\n-1001,-1002,PER,VIC\n")
    (folder / "OFFENDER_NA_DETAILS.csv").write_text(
        f"{header},TYPE_SEQ,NS_TYPE,NS_EFFECTIVE_DATE,NS_EXPIRY_DATE\n-1001,-1002,PER,VIC,1,LAND,2026-07-01,\n"
    )
    intake, source = intake_of(database, folder)
    intake.ingest(source)
    pairs = select(
        database,
        """
        select n.source_key, p.source_key, o.source_key, n.role_code, n.other_role_code, n.restriction_code, n.is_open
        from record.non_association as n
        inner join record.person as p on n.person_id = p.id
        inner join record.person as o on n.other_person_id = o.id
        order by n.source_key
        """,
    )
    assert pairs == [
        ("-1001/-1002/1", "-1001", "-1002", "PERPETRATOR", "VICTIM", "LANDING", True),
        ("-1002/-1001/1", "-1002", "-1001", "VICTIM", "PERPETRATOR", "LANDING", True),
    ]


def test_sources_are_registered_once_and_found_by_name(database: Database, tmp_path: Path):
    source = source_at(tmp_path)
    with database.connection(Principal.LOADER) as connection:
        add_source(connection, source, at=NOW)
        added = replace(source, added_at=NOW)
        assert list_sources(connection) == (added,)
        assert find_source(connection, "nomis") == added
        with pytest.raises(UsageError, match="already"):
            add_source(connection, source, at=NOW)
        with pytest.raises(NotFoundError, match="nomis"):
            find_source(connection, "delius")
        with pytest.raises(UsageError, match="kinds"):
            add_source(
                connection, Source(name="x", kind="pigeon", location="/", mapping="nomis", agency_code="X"), at=NOW
            )


class Walking(SteppedClock):
    """A clock that goes on by a second whenever it is asked."""

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def test_a_batch_finishes_after_it_started(database: Database, tmp_path: Path):
    intake, source = intake_of(database, small_extract(tmp_path / "small"))
    walking = Intake(database=database, clock=Walking(NOW), witness=intake.witness)
    walking.ingest(source)
    (batch,) = select(database, "select started_at, finished_at from ingest.batch")
    assert batch[0] < batch[1]
