"""Runs of the checks are kept, and tell how things go; codes that move are told against an earlier delivery."""

from datetime import timedelta
from pathlib import Path

from batches import select
from deliveries import NOW, intake_of, small_extract
from watchroom.model.catalogue import catalogue
from watchroom.node.quality_desk import checked_quality
from watchroom.quality import runs
from watchroom.quality.drift import moved
from watchroom.quality.run import quality
from watchroom.store.database import Database, Principal


def test_a_trend_tells_each_run_and_ends_with_this_one(database: Database, tmp_path: Path) -> None:
    intake, source = intake_of(database, small_extract(tmp_path / "small"))
    intake.ingest(source)
    checked_quality(database, now=NOW, model=catalogue())
    with database.connection(Principal.LOADER) as connection:
        connection.execute(
            "update record.alert set is_active = true, active_to = '2026-07-02' where source_key = '-1|1'"
        )
        connection.execute("update record.alert set active_to = '2026-07-02'")
    later = checked_quality(database, now=NOW + timedelta(hours=1), model=catalogue(), with_trend=True)
    (told,) = (one for one in later["checks"] if one["check"] == "alert_past_its_end")  # type: ignore[union-attr,attr-defined]
    assert [(seen["bad"], seen["of"], seen["status"]) for seen in told["trend"]] == [(0, 3, "met"), (3, 3, "failed")]


def test_only_the_last_runs_are_kept(database: Database, tmp_path: Path) -> None:
    intake, source = intake_of(database, small_extract(tmp_path / "small"))
    intake.ingest(source)
    quality(database, now=NOW, keeps=True)
    with database.connection(Principal.LOADER) as connection:
        connection.execute(
            "insert into ingest.quality_run (ran_at, seq) select %s + n * interval '1 minute', 1"
            " from generate_series(1, %s) as n",
            (NOW, runs.RUNS_AT_MOST + 5),
        )
    quality(database, now=NOW + timedelta(days=1), keeps=True)
    assert select(database, "select count(*), max(ran_at) from ingest.quality_run") == [
        (runs.RUNS_AT_MOST, NOW + timedelta(days=1))
    ]
    assert select(database, "select count(distinct run_id) from ingest.quality_result where run_id is not null") == [
        (1,)
    ]


def test_what_is_kept_of_a_run_are_counts_and_codes_of_ours(database: Database, tmp_path: Path) -> None:
    intake, source = intake_of(database, small_extract(tmp_path / "small"))
    intake.ingest(source)
    quality(database, now=NOW, keeps=True)
    kept = str(select(database, "select * from ingest.quality_result")) + str(
        select(database, "select * from ingest.quality_kept")
    )
    assert "alert_past_its_end" in kept
    assert not any(word in kept for word in ("EXAMPLE", "A1234AA", "Fire raised", "1969"))


def test_a_check_that_cannot_be_run_is_an_error_of_its_own_and_the_rest_is_told(database: Database) -> None:
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(f'set local role "{database.roles.owner}"')  # type: ignore[arg-type]
        connection.execute("drop table record.cell_sharing_risk cascade")
    found = checked_quality(database, now=NOW, model=catalogue())
    errors = [one["check"] for one in found["checks"] if one["status"] == "error"]  # type: ignore[union-attr,attr-defined]
    assert errors == ["cell_sharing_unassessed"]
    assert found["stops"]


def test_codes_that_nothing_is_compared_with_have_not_moved() -> None:
    assert moved({}, {"A": 5}) == 0
    assert moved({"A": 5}, {}) == 0
    assert moved({"A": 1}, {"A": 700}) == 0
    assert moved({"A": 10}, {"B": 10}) == 10
