"""What the example's control rooms, roads, flood forecasters and councils show, taken in by a real node for days."""

from collections.abc import Generator, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from county_days import FIRST, four_days
from watchroom.demo.world.chance import Chance
from watchroom.demo.world.county_time import midnight
from watchroom.demo.world.happenings_events import FloodOver, FloodWarned
from watchroom.demo.world.streets.almanac import Almanac
from watchroom.demo.world.streets.part import Streets
from watchroom.demo.writers.calendar import EventCalendar
from watchroom.demo.writers.cap import FloodDesk
from watchroom.demo.writers.incidents_feed import IncidentsFeed
from watchroom.demo.writers.tfl import RoadBoard
from watchroom.demo.writers.written import Written
from watchroom.demo.writers.wzdx import WorksFeed
from watchroom.ingest.report import BatchReport
from watchroom.node.create import NewNode, create_node, remove_node
from watchroom.node.node import Node
from watchroom.store.roles import Principal

# `STATUS:CONFIRMED` is for each agency to say (docs/how-to/calendars.md): the writer means that issue, and no other.
MEANT = {"ical_events": {"unmapped_code"}}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Generator[Node]:
    folder = tmp_path_factory.mktemp("streets") / "n"
    create_node(folder, NewNode(agency="ORRIN", name="Orrinshire partnership"))
    try:
        with Node.open(folder) as node:
            yield node
    finally:
        remove_node(folder)


def snapshots(feed: RoadBoard | WorksFeed | EventCalendar | IncidentsFeed, *, hours: float) -> Iterator[Written]:
    """What an address shows through one day."""
    for one in Streets(Chance(46)).before(FIRST):
        feed.hear(one)
    next_at = midnight(FIRST) + timedelta(hours=6)
    for one in four_days()[0].happenings:
        while one.at >= next_at:
            yield feed.snapshot(next_at)
            next_at += timedelta(hours=hours)
        feed.hear(one)


def taken(node: Node, folder: Path, mapping: str, written: Iterator[Written]) -> list[BatchReport]:
    """The reports of taking each as a delivery of its own."""
    node.sources.add(mapping, kind="files", at=str(folder), mapping=mapping)
    reports: list[BatchReport] = []
    for number, one in enumerate(written):
        place = folder / f"{number:04d}"
        place.mkdir()
        (place / "feed").write_bytes(one.content)
        reports.extend(node.sources.ingest(mapping, [place]).batches)
    return reports


def without_issues(mapping: str, reports: list[BatchReport]) -> bool:
    """Whether nothing was refused, held back, or said, but for what is meant."""
    for report in reports:
        said = {issue.code for issue in report.issues if issue.severity.value != "characterisation"}
        assert not report.is_refused, said
        assert said <= MEANT.get(mapping, set()), (mapping, said)
        assert report.rows.quarantined == 0
    return len(reports) > 3


@pytest.mark.parametrize(
    ("mapping", "feed", "hours"),
    [
        ("tfl_disruption", RoadBoard(0), 1.0),
        ("wzdx_works", WorksFeed(0), 4.0),
        ("ical_events", EventCalendar(0), 4.0),
        ("geojson_incidents", IncidentsFeed(0), 0.5),
    ],
)
def test_a_day_of_a_feed_is_taken_in_without_an_issue_that_its_writer_did_not_mean(
    node: Node,
    tmp_path: Path,
    mapping: str,
    feed: RoadBoard | WorksFeed | EventCalendar | IncidentsFeed,
    hours: float,
) -> None:
    reports = taken(node, tmp_path, mapping, snapshots(feed, hours=hours))
    assert without_issues(mapping, reports)
    assert sum(sum(counts.new for counts in one.entities.values()) for one in reports) > 5


def test_warnings_of_two_floods_stand_ended_by_the_message_that_ended_each(node: Node, tmp_path: Path) -> None:
    almanac = Almanac(Chance(1))
    told = [
        one
        for day in range(400)
        for one in sorted(almanac.on(0, date(2025, 1, 1) + timedelta(days=day)), key=lambda one: one.at)
        if isinstance(one, FloodWarned | FloodOver)
    ]
    reports = taken(node, tmp_path, "cap_warning", FloodDesk().of_day(told[:12]))
    assert without_issues("cap_warning", reports)
    with node.database.connection(Principal.LOADER) as connection:
        rows = connection.execute(
            "select severity_code, ended_at is not null, area is not null from record.warning as w"
            " inner join record.warning_area as a on a.warning_id = w.id where w.source_system = 'cap_warning'"
        ).fetchall()
    assert len(rows) >= 12
    assert {row[1] for row in rows} == {True, False}
    assert all(row[2] for row in rows)
