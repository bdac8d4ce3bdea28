"""Runs of the checks are kept, and tell how things go; codes that move are told against an earlier delivery."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from batches import select
from deliveries import NOW, edit, intake_of, small_extract
from gate_world import OFFICER, gate_of, look
from watchroom.audit.entries import Act
from watchroom.audit.memory import MemoryAuditLog
from watchroom.kernel.clock import SteppedClock
from watchroom.kernel.errors import NotFoundError
from watchroom.model.catalogue import catalogue
from watchroom.node.quality_desk import QualityDesk, checked_quality
from watchroom.quality import runs
from watchroom.quality.drift import moved
from watchroom.quality.results import Result
from watchroom.quality.run import quality
from watchroom.quality.stopping import Stopping
from watchroom.store.database import Database, Principal

QUALITY = "select * from source_quality order by source_system, entity, check_name, field"


def test_a_trend_tells_the_last_run_of_each_day_by_the_calendar_of_the_node_and_ends_with_this_one(
    database: Database, tmp_path: Path
) -> None:
    intake, source = intake_of(database, small_extract(tmp_path / "small"))
    intake.ingest(source)
    london = ZoneInfo("Europe/London")
    # Half past midnight by British Summer Time, when it is still the day before by UTC.
    first = datetime(2026, 7, 25, 0, 30, tzinfo=london)
    for earlier in (first - timedelta(hours=2), first - timedelta(hours=1)):
        checked_quality(database, now=earlier - timedelta(days=1), model=catalogue())
    checked_quality(database, now=first, model=catalogue())
    with database.connection(Principal.LOADER) as connection:
        connection.execute("update record.alert set is_active = true, active_to = '2026-07-02'")
    later = checked_quality(database, now=first + timedelta(hours=1), model=catalogue(), with_trend=True)
    (told,) = (one for one in later["checks"] if one["check"] == "alert_past_its_end")  # type: ignore[union-attr,attr-defined]
    assert [(seen["bad"], seen["of"], seen["status"]) for seen in told["trend"]] == [(0, 3, "met"), (3, 3, "failed")]
    assert [seen["ran_at"] for seen in told["trend"]] == [
        (first - timedelta(days=1, hours=1)).astimezone(UTC).isoformat(),
        (first + timedelta(hours=1)).astimezone(UTC).isoformat(),
    ]


def test_however_often_the_checks_run_each_run_of_four_months_and_the_last_of_each_day_before_are_kept(
    database: Database, tmp_path: Path
) -> None:
    intake, source = intake_of(database, small_extract(tmp_path / "small"))
    intake.ingest(source)
    quality(database, now=NOW, keeps=True)
    old = NOW - timedelta(days=runs.DAYS_WHOLE + 2)
    with database.connection(Principal.LOADER) as connection:
        # One each ten minutes for two days, and as often long ago.
        connection.execute(
            "insert into ingest.quality_run (ran_at, seq) select day + n * interval '10 minutes', 1"
            " from unnest(%s::timestamptz[]) as day cross join generate_series(1, 288) as n",
            ([NOW, old],),
        )
        connection.execute(
            "insert into ingest.quality_finding (run_id, source_system, check_name, severity, entity, bad, of)"
            " select id, 'nomis', 'code_unmapped', 'convention', 'alert', 1, 3 from ingest.quality_run"
        )
    quality(database, now=NOW + timedelta(days=3), keeps=True)
    count = "select count(*) from ingest.quality_run where ran_at"
    assert select(database, f"{count} >= '{NOW.isoformat()}'") == [(290,)]
    assert select(database, f"{count} < '{(NOW - timedelta(days=1)).isoformat()}'") == [(3,)], "the last of each day"
    assert select(database, "select count(*) from ingest.quality_finding where run_id is not null") >= [(291,)]
    # A handover as of any instant of those days is told what it would have been told then.
    at = NOW + timedelta(hours=30, minutes=5)
    rows = look(gate_of(database, at=NOW + timedelta(days=4)), OFFICER, QUALITY, as_of=at)
    assert {row["checked_at"] for row in rows} == {at - timedelta(minutes=5)}
    assert "code_unmapped" in {row["check_name"] for row in rows}


def test_of_the_runs_of_one_day_only_the_last_keeps_its_results(database: Database, tmp_path: Path) -> None:
    intake, source = intake_of(database, small_extract(tmp_path / "small"))
    intake.ingest(source)
    for hours in (0, 1, 2, 30):
        quality(database, now=NOW + timedelta(hours=hours), keeps=True)
    with_results = (
        "select extract(epoch from ran_at - min(ran_at) over ())::int / 3600 as hours, id from ingest.quality_run"
    )
    found = select(
        database, f"select distinct hours from ({with_results}) as r inner join ingest.quality_result on id = run_id"
    )
    assert sorted(found) == [(2,), (30,)]


def test_two_runs_at_once_come_one_after_the_other(database: Database, tmp_path: Path) -> None:
    intake, source = intake_of(database, small_extract(tmp_path / "small"))
    intake.ingest(source)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: quality(database, now=NOW + timedelta(minutes=n), keeps=True), range(4)))
    assert len(found) == 4
    assert select(database, "select count(*) from ingest.quality_run") == [(4,)]


def test_what_was_erased_is_counted_no_more(database: Database, tmp_path: Path) -> None:
    intake, source = intake_of(database, small_extract(tmp_path / "small"))
    intake.ingest(source)
    before = {one.key: one.of for one in quality(database, now=NOW, keeps=True)}
    (gone,) = select(database, "select id from record.alert order by id limit 1")
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(f'set local role "{database.roles.owner}"')  # type: ignore[arg-type]
        erasure_id = uuid4()
        connection.execute("delete from record.alert where id = %s", gone)
        connection.execute(
            "insert into ingest.tombstone (entity, id, erasure_id, source_system, key_digest)"
            " values ('alert', %s, %s, 'nomis', sha256('x'))",
            (*gone, erasure_id),
        )
        connection.execute(
            "insert into ingest.erasure (id, rule, erased_by, erased_at, machine_at, seq, records, raw_rows)"
            " values (%s, 'records', 'r', %s, now(), 2, 1, 0)",
            (erasure_id, NOW + timedelta(minutes=1)),
        )
    after = {one.key: one.of for one in quality(database, now=NOW + timedelta(hours=1), keeps=True)}
    key = ("code_unmapped", "alert", "kind_code")
    assert (before[key], after[key]) == (3, 2)


def test_a_birth_today_is_none_of_tomorrow_whatever_the_hour(database: Database, tmp_path: Path) -> None:
    folder = small_extract(tmp_path / "small")
    edit(folder, "OFFENDERS", lambda rows: rows[0].update(BIRTH_DATE="2026-07-25"))
    intake, source = intake_of(database, folder, at=datetime(2026, 7, 24, 23, 30, tzinfo=UTC))
    stopping = Stopping(model=catalogue(), zone=ZoneInfo("Europe/London"))
    assert not replace(intake, inspect=stopping).ingest(source).is_refused
    key = ("born_in_future", "person", "birth_date")
    for zone, bad in (("Europe/London", 0), ("UTC", 1)):
        now = datetime(2026, 7, 24, 23, 30, tzinfo=UTC).astimezone(ZoneInfo(zone))
        results = {one.key: one for one in quality(database, now=now)}
        assert (results[key].bad, results["birth_date_implausible", "person", None].bad) == (bad, 1)
    with pytest.raises(ValueError, match="named zone"):
        quality(database, now=NOW.astimezone(timezone(timedelta(hours=1))))


def test_what_a_source_counts_itself_is_compared_until_it_delivers_again(database: Database, tmp_path: Path) -> None:
    intake, source = intake_of(database, small_extract(tmp_path / "small"))
    intake.ingest(source)
    clock = SteppedClock(NOW + timedelta(hours=1))
    audit = MemoryAuditLog()
    desk = QualityDesk(
        agency="A",
        gate=gate_of(database),
        database=database,
        audit=audit,
        clock=clock,
        zone=ZoneInfo("Europe/London"),
        model=catalogue(),
    )
    desk.tell_total("nomis", "alert", number=5)
    assert audit.entries[-1].act == Act.SETTINGS
    totals = {one.entity: (one.bad, one.of) for one in quality(database, now=clock.now()) if is_total(one)}
    assert totals == {"alert": (2, 5)}
    for name, entity in (("nomis", "nothing"), ("nobody", "alert")):
        with pytest.raises(NotFoundError):
            desk.tell_total(name, entity, number=5)
    replace(intake, clock=SteppedClock(NOW + timedelta(hours=2))).ingest(source)
    assert not [one for one in quality(database, now=NOW + timedelta(hours=2)) if is_total(one)]


def is_total(one: Result) -> bool:
    return one.check.name == "total_differs" and bool(one.of)


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
