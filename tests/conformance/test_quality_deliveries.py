"""Each delivery is compared with those of its source before it; a run takes over only what a count would give again."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from batches import select
from deliveries import NOW, Row, edit, intake_of, small_extract
from watchroom.ingest.issues import Issue
from watchroom.ingest.registry import Source
from watchroom.ingest.run import Intake
from watchroom.model.catalogue import catalogue
from watchroom.node.quality_desk import checked_quality
from watchroom.quality.results import Result
from watchroom.quality.run import measure, quality
from watchroom.quality.stopping import Stopping
from watchroom.store.database import Database, Principal

ROWS = 80


def many_alerts(rows: list[Row]) -> None:
    first = rows[0]
    rows[:] = [
        {**first, "ALERT_SEQ": str(n), "ALERT_CODE": "XA" if n % 2 else "XCU", "EXPIRY_DATE": "2026-09-01"}
        for n in range(1, ROWS + 1)
    ]


@pytest.fixture
def taking(database: Database, tmp_path: Path) -> tuple[Intake, Source, Path]:
    folder = small_extract(tmp_path / "small")
    edit(folder, "OFFENDER_ALERTS", many_alerts)
    intake, source = intake_of(database, folder)
    intake = replace(intake, inspect=Stopping(model=catalogue(), zone=ZoneInfo("Europe/London")))
    assert not shifted(intake, source)
    return intake, source, folder


def shifted(intake: Intake, source: Source) -> list[Issue]:
    (batch,) = intake.ingest(source).batches
    assert not batch.is_refused
    return [issue for issue in batch.issues if issue.code == "distribution_shifted"]


def drift(results: tuple[Result, ...]) -> set[tuple[str, str | None, str | None]]:
    compared = {"codes_drifted", "fill_dropped", "records_changed"}
    return {one.key for one in results if one.check.name in compared and not one.is_met}


def all_other_codes(rows: list[Row]) -> None:
    for row in rows:
        row["ALERT_CODE"] = "XA"


def test_a_delivery_that_records_otherwise_is_taken_and_told_with_its_field_and_codes(
    taking: tuple[Intake, Source, Path],
) -> None:
    intake, source, folder = taking
    assert shifted(intake, source) == []
    edit(folder, "OFFENDER_ALERTS", all_other_codes)
    (issue,) = shifted(intake, source)
    assert (issue.severity, issue.entity, issue.field) == ("characterisation", "alert", "kind_code")
    assert "40 of 80" in issue.message
    assert "`XCU` 50% before, 0% now" in issue.message
    assert "EXAMPLE" not in issue.message
    # The two deliveries before it still say otherwise, so it is told again; by then it is part of what was before.
    assert shifted(intake, source) == []


def test_a_delivery_with_fewer_values_or_records_is_told(taking: tuple[Intake, Source, Path]) -> None:
    intake, source, folder = taking
    edit(folder, "OFFENDER_ALERTS", lambda rows: [row.update(EXPIRY_DATE="") for row in rows] and None)
    # A column that was full and is empty is held, until somebody says that it is right.
    emptied = shifted(replace(intake, accepted="no alert ends any more"), source)
    assert [(issue.entity, issue.field) for issue in emptied] == [("alert", "active_to")]
    edit(folder, "OFFENDER_ALERTS", lambda rows: rows.__delitem__(slice(30, None)))
    # Most of them are gone, so that nothing of it is taken until somebody says that it is right.
    taken = shifted(replace(intake, accepted="fewer"), source)
    assert ("alert", None) in {(issue.entity, issue.field) for issue in taken}


def test_runs_made_twice_over_one_delivery_flag_the_same(
    database: Database, taking: tuple[Intake, Source, Path]
) -> None:
    intake, source, folder = taking
    edit(folder, "OFFENDER_ALERTS", all_other_codes)
    shifted(intake, source)
    first = drift(quality(database, now=NOW, keeps=True))
    assert first == drift(quality(database, now=NOW + timedelta(minutes=1), keeps=True))
    assert first == {("codes_drifted", "alert", "kind_code")}
    told = checked_quality(database, now=NOW, model=catalogue(), with_trend=True)
    (line,) = told["deliveries"]  # type: ignore[misc]
    assert (line["source"], line["field"], line["flagged"]) == ("nomis", "kind_code", True)  # type: ignore[index]


def test_a_refused_delivery_is_none_that_later_ones_are_compared_with(
    database: Database, taking: tuple[Intake, Source, Path]
) -> None:
    intake, source, folder = taking
    edit(folder, "OFFENDERS", lambda rows: [row.update(BIRTH_DATE="2069-01-01") for row in rows] and None)
    edit(folder, "OFFENDER_ALERTS", all_other_codes)
    assert intake.ingest(source).is_refused
    assert select(database, "select count(distinct seq) from ingest.delivery_profile") == [(1,)]


def test_what_is_kept_of_a_delivery_are_numbers_and_codes_of_ours(
    database: Database, taking: tuple[Intake, Source, Path]
) -> None:
    del taking
    kept = str(select(database, "select * from ingest.delivery_profile"))
    assert "XCU" in kept
    assert not any(word in kept for word in ("EXAMPLE", "A1234AA", "Fire raised", "1969"))


def test_a_run_that_takes_over_says_what_one_that_counts_everything_says(
    database: Database, taking: tuple[Intake, Source, Path]
) -> None:
    intake, source, folder = taking

    def same(after: timedelta) -> tuple[Result, ...]:
        kept = quality(database, now=NOW + after, keeps=True)
        with database.connection(Principal.LOADER) as connection:
            anew = measure(connection, now=NOW + after, model=catalogue()).results
        assert sorted(map(told, kept)) == sorted(map(told, anew))
        return kept

    def told(one: Result) -> tuple[str, ...]:
        return tuple(str(part) for part in (*one.key, one.bad, one.of, one.status))

    edit(folder, "OFFENDER_CASE_NOTES", lambda rows: rows[0].update(OFFENDER_BOOK_ID="-2"))
    intake.ingest(source)
    with database.connection(Principal.LOADER) as connection:
        connection.execute("update record.person set died_on = %s where source_key = '-1001'", (NOW.date(),))
        connection.execute("update record.case_note set written_at = %s", (NOW + timedelta(hours=2),))
    same(timedelta())
    ahead = ("happened_in_future", "case_note", "written_at")
    assert {one.key: one.bad for one in same(timedelta(hours=1))}[ahead] == 1
    # Nothing was delivered, and yet it lies in the future no more.
    assert {one.key: one.bad for one in same(timedelta(hours=3))}[ahead] == 0
    edit(folder, "OFFENDER_ALERTS", lambda rows: rows.__delitem__(slice(10, None)))
    replace(intake, accepted="fewer").ingest(source)
    assert {one.key: one.of for one in same(timedelta(hours=4))}["owner_missing", "alert", "person_id"] == 10
    same(timedelta(days=61))


def test_what_nothing_was_written_of_is_not_counted_again(
    database: Database, taking: tuple[Intake, Source, Path]
) -> None:
    del taking
    quality(database, now=NOW, keeps=True)
    counted_at = "select distinct counted_at from ingest.quality_kept where name = any(%(names)s)"
    names = ["person", "alert", "location"]
    quality(database, now=NOW + timedelta(hours=1), keeps=True)
    with database.connection(Principal.LOADER) as connection:
        assert connection.execute(counted_at, {"names": names}).fetchall() == [(NOW,)]
    quality(database, now=NOW + timedelta(days=1), keeps=True)
    with database.connection(Principal.LOADER) as connection:
        assert connection.execute(counted_at, {"names": names}).fetchall() == [(NOW + timedelta(days=1),)]
