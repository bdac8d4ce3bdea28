"""Road disruptions of Transport for London, as they were published and as they change, become records."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from codec_samples import samples
from source_tree import ROOT
from watchroom.ingest.registry import Source, add_source
from watchroom.ingest.report import BatchReport
from watchroom.ingest.run import Intake
from watchroom.kernel.clock import SteppedClock
from watchroom.store.database import Database, Principal

NOW = datetime(2026, 11, 28, 7, 30, tzinfo=UTC)
EXAMPLE = ROOT / "docs" / "examples" / "codecs" / "tfl-disruption.json"
ROADS = "select reference, status_code, severity_code, category_code from record.road_disruption order by reference"


class Feed:
    """A folder in which each snapshot is a delivery of its own."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database, self._folder = database, folder
        self._source = Source(
            name="roads", kind="files", location=str(folder), mapping="tfl_disruption", agency_code="TFL"
        )
        with database.connection(Principal.LOADER) as connection:
            add_source(connection, self._source, at=NOW)
        self._intake = Intake(database=database, clock=SteppedClock(NOW))

    def take(self, *snapshots: bytes) -> BatchReport:
        folder = self._folder / f"{len(list(self._folder.iterdir()))}"
        folder.mkdir()
        for number, snapshot in enumerate(snapshots):
            (folder / f"{number}.json").write_bytes(snapshot)
        return self._intake.ingest(self._source, [folder]).batches[0]

    def rows(self, query: str = ROADS) -> list[tuple[object, ...]]:
        with self._database.connection(Principal.LOADER) as connection:
            return connection.execute(query).fetchall()  # type: ignore[arg-type]


@pytest.fixture
def feed(database: Database, tmp_path: Path) -> Feed:
    return Feed(database, tmp_path)


def changed(**changes: object) -> bytes:
    first: Mapping[str, object] = json.loads(EXAMPLE.read_bytes())[0]
    return json.dumps([{**first, **changes}]).encode()


def test_what_was_published_becomes_disruptions_with_their_streets_and_nothing_is_left_unread(feed: Feed):
    (published,) = (path for path in samples("standards/tfl") if path.suffix == ".json")
    report = feed.take(published.read_bytes())
    assert not report.is_refused, report.issues
    assert {issue.code for issue in report.issues if issue.severity.value != "characterisation"} <= {"values_disagree"}
    assert len(feed.rows()) == 3
    assert all(code for row in feed.rows() for code in row)
    assert feed.rows("select count(*) from record.road_disruption where point is not null or area is not null") == [
        (3,)
    ]


def test_what_a_snapshot_no_longer_holds_stands_as_it_was_last_told(feed: Feed):
    feed.take(EXAMPLE.read_bytes())
    report = feed.take(b"[]")
    assert not report.is_refused, report.issues
    assert feed.rows() == [("EX-100001", "ACTIVE", "SERIOUS", "COLLISION")]
    assert feed.rows("select name, closure_code from record.road_disruption_street") == [
        ("[A1] EXAMPLE STREET (EX1 )", "CLOSED")
    ]


def test_a_snapshot_that_comes_late_or_beside_a_later_one_undoes_nothing(feed: Feed):
    later = changed(severity="Minimal", lastModifiedTime="2026-11-28T06:45:00Z")
    feed.take(later, EXAMPLE.read_bytes())
    assert feed.rows() == [("EX-100001", "ACTIVE", "MINIMAL", "COLLISION")]
    report = feed.take(EXAMPLE.read_bytes())
    assert feed.rows() == [("EX-100001", "ACTIVE", "MINIMAL", "COLLISION")]
    assert report.rows.quarantined == 0
    feed.take(changed(severity="Severe", lastModifiedTime="2026-11-28T06:50:00Z"))
    assert feed.rows() == [("EX-100001", "ACTIVE", "SEVERE", "COLLISION")]


def test_an_answer_that_is_no_snapshot_is_refused_and_kept_and_the_source_is_no_fresher(feed: Feed):
    report = feed.take(b'{"$type": "ApiError", "httpStatusCode": 500}')
    assert report.is_refused
    (issue,) = report.issues
    assert (issue.code, issue.file) == ("not_this_standard", "0.json")
    assert feed.rows("select is_refused from ingest.message") == [(True,)]
    assert feed.rows("select count(*) from ingest.sealed") == [(0,)]


def test_a_value_that_nobody_has_mapped_is_kept_and_told_with_its_place(feed: Feed):
    report = feed.take(changed(severity="Apocalyptic"))
    assert [(issue.code, issue.file, issue.place, issue.field) for issue in report.issues] == [
        ("values_disagree", "0.json", "disruptions[0].hasClosures", None),
        ("unmapped_code", "0.json", "disruptions[0]", "SEVERITY"),
    ]
    assert feed.rows("select severity_source_value, severity_code from record.road_disruption") == [
        ("Apocalyptic", None)
    ]
