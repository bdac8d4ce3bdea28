"""A layout that drifts: the delivery is taken, each field it touches is told and flagged, until it is as it was."""

from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from batches import select
from custody_rolls import HEADER, day, person, roll_intake, write_roll
from deliveries import small_extract, source_at
from servers import TestServer
from watchroom.ingest.drift import Change
from watchroom.ingest.drift_keeping import standing_drift
from watchroom.ingest.issues import Severity
from watchroom.ingest.registry import add_source
from watchroom.ingest.report import BatchReport
from watchroom.ingest.run import Intake
from watchroom.kernel.clock import SteppedClock
from watchroom.store.database import Database, Principal

ALERTS = "OFFENDER_ALERTS"
PEOPLE = range(1, 31)
Edit = Callable[[str], str]


class Feed:
    """Thirty people with an alert each; every delivery may be changed before it is taken."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = small_extract(folder)
        self.clock = SteppedClock(datetime(2026, 7, 24, 8, 30, tzinfo=UTC))
        self.source = source_at(self.folder)
        with database.connection(Principal.LOADER) as connection:
            add_source(connection, self.source, at=self.clock.now())

    def take(self, change: Edit = str) -> BatchReport:
        head = "OFFENDER_BOOK_ID,ALERT_SEQ,ALERT_TYPE,ALERT_CODE,ALERT_STATUS,ALERT_DATE,EXPIRY_DATE,COMMENT_TEXT\n"
        line = "-1,{0},X,XA,ACTIVE,2026-07-{0:02d},2026-09-{0:02d},Fictional\n"
        rows = "".join(line.format(number) for number in PEOPLE)
        (self.folder / f"{ALERTS}.csv").write_text(change(head + rows), encoding="utf-8")
        self.clock.move(timedelta(days=1))
        report = Intake(database=self.database, clock=self.clock).ingest(self.source).batches[0]
        assert not report.is_refused, [issue for issue in report.issues if issue.severity is Severity.FATAL]
        return report

    def flags(self) -> set[tuple[str, str, str | None]]:
        with self.database.connection(Principal.LOADER) as connection:
            return {(one.change.value, one.column, one.field) for one in standing_drift(connection, "nomis")}


@pytest.fixture
def feed(server: TestServer, tmp_path: Path) -> Generator[Feed]:
    with server.database() as database:
        yield Feed(database, tmp_path / "small")


def told(report: BatchReport) -> set[tuple[str, str | None, str | None]]:
    return {
        (issue.code, issue.field, issue.entity) for issue in report.issues if issue.code in set(Change) and issue.file
    }


def without_comment(text: str) -> str:
    return "\n".join(line.rpartition(",")[0] for line in text.splitlines()) + "\n"


def test_a_column_that_is_gone_is_flagged_for_its_field_since_that_day_until_it_is_back(feed: Feed):
    assert told(feed.take()) == set(), "the first delivery drifts in nothing"
    first = feed.take(without_comment)
    assert told(first) == {("column_gone", "COMMENT_TEXT", "alert")}
    assert feed.flags() == {("column_gone", "COMMENT_TEXT", "comment")}
    kept = "select count(*) from record.alert where comment is not null"
    assert select(feed.database, kept) == [(30,)], "what was known stands, and is not emptied"
    again = [issue for issue in feed.take(without_comment).issues if issue.code == "column_gone"]
    assert [issue.message.rsplit(", ", 1)[1] for issue in again] == ["since 2026-07-26"], "each delivery says so again"
    assert told(feed.take()) == {("column_added", "COMMENT_TEXT", "alert")}
    assert feed.flags() == set()
    assert select(feed.database, "select count(*) from ingest.drift where ended_at is not null") == [(1,)]


def turned(text: str) -> str:
    """Columns in another order, one with another name, dates in another style, and a kind that is a number now."""
    changed = text.replace("COMMENT_TEXT", "REMARK").replace("2026-09-", "09/26/").replace(",X,XA", ",1,XA")
    return "\n".join(",".join(reversed(line.split(","))) for line in changed.splitlines()) + "\n"


def test_a_delivery_that_drifts_in_many_ways_is_taken_and_each_is_told_and_flagged_until_it_is_as_it_was(feed: Feed):
    feed.take()
    report = feed.take(turned)
    assert told(report) == {
        ("column_gone", "COMMENT_TEXT", "alert"),
        ("column_added", "REMARK", None),
        ("columns_reordered", None, None),
        ("style_changed", "EXPIRY_DATE", "alert"),
        ("style_changed", "ALERT_TYPE", "alert"),
    }
    flags = {
        ("column_gone", "COMMENT_TEXT", "comment"),
        ("style_changed", "EXPIRY_DATE", "active_to"),
        ("style_changed", "ALERT_TYPE", "type_code"),
    }
    assert feed.flags() == flags
    feed.take()
    assert feed.flags() == set()
    of_alerts = "select column_name, style, shape from ingest.layout where table_name = 'OFFENDER_ALERTS'"
    kept = select(feed.database, of_alerts)
    assert {("EXPIRY_DATE", "iso_day", "9999-99-99"), ("COMMENT_TEXT", "text", "Aaaaaaaaa")} <= set(kept)
    assert not [shape for _, _, shape in kept if "Fictional" in str(shape)], "no value is kept"


def test_a_refused_delivery_leaves_no_layout_and_no_flag(feed: Feed):
    feed.take()
    before = select(feed.database, "select count(*) from ingest.layout")
    (feed.folder / "OFFENDERS.csv").unlink()
    report = Intake(database=feed.database, clock=feed.clock).ingest(feed.source).batches[0]
    assert report.is_refused
    assert select(feed.database, "select count(*) from ingest.layout") == before
    assert feed.flags() == set()


def test_a_roll_drifts_as_well(server: TestServer, tmp_path: Path):
    people = [person(f"{number}") for number in range(30)]
    with server.database() as database:
        intake, source = roll_intake(database, tmp_path)
        intake.ingest(source, [write_roll(tmp_path, day(1), people)])
        short = [
            (key, admitted, level, sex, years) for key, admitted, level, sex, years, _ in [*people[1:], person("A")]
        ]
        report = intake.ingest(source, [write_roll(tmp_path, day(2), short, header=HEADER[:5])]).batches[0]
        assert ("column_gone", "INMATE_STATUS_CODE", "custody_episode") in told(report)
        with database.connection(Principal.LOADER) as connection:
            flags = standing_drift(connection, "roll")
    assert [(one.entity, one.field, one.change) for one in flags] == [
        ("custody_episode", "legal_status_code", Change.GONE)
    ]
