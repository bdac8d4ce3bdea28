"""Snapshots: what one no longer names is no longer reported, and not over, unless the snapshot may be broken."""

import json
import tarfile
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from codec_samples import samples
from feeds import Feed, codes_of, worked
from servers import TestServer
from watchroom.ingest.report import DatedBy
from watchroom.ingest.run import Intake
from watchroom.kernel.errors import UsageError
from watchroom.store.database import Database, Principal
from watchroom.store.raw import erase_raw

GONE = "no_longer_reported_at is not null"


@pytest.fixture(scope="module")
def database(server: TestServer) -> Generator[Database]:
    with server.database(name="snapshots") as database:
        yield database


def many(*numbers: int, **more: object) -> bytes:
    """A feed of grass fires of those numbers."""
    first = json.loads(worked("incidents.json"))["features"][0]
    features = [{**first, "id": number, "properties": {**first["properties"], **more}} for number in numbers]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


@pytest.fixture
def fires(database: Database, tmp_path: Path) -> Feed:
    return Feed(database, tmp_path, "geojson_incidents")


def standing(feed: Feed) -> dict[object, bool]:
    return {key: bool(is_gone) for key, is_gone in feed.rows("incident", "source_key", GONE)}


def test_incidents_of_a_feed_are_open_with_their_place_and_words(fires: Feed):
    report = fires.take(worked("incidents.json"))
    assert not report.is_refused, report.issues
    assert codes_of(report) == []
    said = ("family_code", "status_code", "status_text", "latitude", "longitude", "area is not null", "closed_at")
    assert fires.rows("incident", *said) == [
        ("FIRE", "OPEN", "Out of control", 52.955, -1.145, False, None),
        ("COLLISION", "OPEN", "Under control", 52.9, -1.2, True, None),
    ]


def test_what_a_snapshot_no_longer_names_is_no_longer_reported_since_then_and_never_closed(fires: Feed):
    fires.take(many(1, 2, 3))
    report = fires.take(many(1, 3))
    assert codes_of(report) == []
    assert standing(fires) == {"1": False, "2": True, "3": False}
    assert fires.rows("incident", "no_longer_reported_at", "status_code", "closed_at")[1] == (
        report.as_at,
        "OPEN",
        None,
    )
    assert report.entities["incident"].changed == 1
    changed = (
        "select changed_fields, categories from ingest.change inner join ingest.sealed using (seq)"
        " where source_system = %s and op = 'changed'"
    )
    assert fires.ask(changed) == [(["no_longer_reported_at"], ["INCIDENTS"])]
    assert fires.take(many(1, 3)).entities["incident"].changed == 0, "it is told once"
    fires.take(many(1, 2, 3))
    assert standing(fires) == {"1": False, "2": False, "3": False}, "it is named again"


def test_an_empty_snapshot_is_told_and_ends_nothing_until_an_operator_accepts_it(fires: Feed):
    fires.take(many(1, 2))
    report = fires.take(many())
    assert not report.is_refused
    assert codes_of(report) == ["snapshot_shrunk"]
    assert standing(fires) == {"1": False, "2": False}
    accepted = fires.take(many(), accepted="the season is over")
    assert codes_of(accepted) == []
    assert accepted.feed_accepted == "the season is over"
    assert standing(fires) == {"1": True, "2": True}
    assert codes_of(fires.take(many())) == [], "nothing is reported any more, so nothing is missing"


def test_a_shrunken_snapshot_is_told_and_ends_nothing_and_what_is_new_in_it_is_taken(fires: Feed):
    fires.take(many(*range(20)))
    report = fires.take(many(1, 2, 99))
    assert codes_of(report) == ["snapshot_shrunk"]
    assert "names 2 of the 20" in next(issue.message for issue in report.issues)
    assert len(standing(fires)) == 21
    assert not any(standing(fires).values())


def test_one_bad_object_in_a_good_collection_is_told_with_its_place_and_nothing_counts_as_gone(fires: Feed):
    fires.take(many(1, 2, 3))
    broken = json.loads(many(1, 3))
    broken["features"].insert(1, {"type": "Featur", "id": 2})
    report = fires.take(json.dumps(broken).encode())
    assert {(issue.code, issue.place) for issue in report.issues} >= {
        ("element_not_understood", "features[1].type"),
        ("snapshot_in_part", None),
    }
    assert not any(standing(fires).values())
    nameless = json.loads(many(1))
    del nameless["features"][0]["id"], nameless["features"][0]["properties"]["guid"]
    report = fires.take(json.dumps(nameless).encode())
    assert "snapshot_in_part" in codes_of(report)
    assert report.rows.quarantined == 1
    assert not any(standing(fires).values())


def test_a_snapshot_of_which_nothing_can_be_read_ends_nothing_and_is_kept(fires: Feed):
    fires.take(many(1, 2, 3))
    assert fires.take(b'{"error": "maintenance"}').is_refused
    report = fires.take(many(1), b"<html>sorry</html>")
    assert "snapshot_in_part" in codes_of(report)
    assert not any(standing(fires).values())
    assert fires.ask("select count(*) from ingest.message where source_system = %s and is_refused") == [(2,)]


def test_several_snapshots_of_one_delivery_speak_together(fires: Feed):
    fires.take(many(1, 2, 3, 4))
    fires.take(many(1, 2), many(2, 3))
    assert standing(fires) == {"1": False, "2": False, "3": False, "4": True}


def test_a_word_that_is_older_than_what_is_known_undoes_nothing_and_yet_names_its_incident(fires: Feed):
    fires.take(many(1, updated="2026-11-28T09:00:00+00:00", status="Under control"))
    fires.take(many(1, updated="2026-11-28T08:00:00+00:00"))
    assert fires.rows("incident", "status_text", GONE) == [("Under control", False)]


def test_streets_of_a_disruption_are_no_longer_reported_with_or_without_it(database: Database, tmp_path: Path):
    roads = Feed(database, tmp_path, "tfl_disruption")
    (first,) = json.loads((Path(__file__).parents[2] / "docs/examples/codecs/tfl-disruption.json").read_bytes())[:1]
    other = {**first, "id": "EX-2", "streets": []}
    roads.take(json.dumps([first, other]).encode())
    roads.take(json.dumps([{**first, "streets": []}, other]).encode())
    assert roads.rows("road_disruption", GONE) == [(False,), (False,)]
    assert roads.rows("road_disruption_street", GONE) == [(True,)]
    roads.take(json.dumps([other]).encode())
    assert roads.rows("road_disruption", "source_key", GONE) == [("EX-100001", True), ("EX-2", False)]


def test_works_are_of_the_instant_that_their_feed_says_and_an_older_one_undoes_nothing(
    database: Database, tmp_path: Path
):
    works = Feed(database, tmp_path, "wzdx_works")
    report = works.take(worked("works.json"))
    assert codes_of(report) == []
    assert (report.as_at, report.dated_by) == (datetime(2026, 11, 28, 7, tzinfo=UTC), DatedBy.SHOWN)
    said = ("event_type_code", "road_names", "lanes_total", "lanes_open", "speed_limit", "has_workers", "status_code")
    assert works.rows("work_zone", *said) == [
        ("detour", "Mill Road", None, None, None, None, None),
        ("work-zone", "A52, Marsh Lane", 2, 1, 48.28, True, None),
    ]
    feed = json.loads(worked("works.json"))
    feed["features"].pop()
    later = json.dumps(feed).replace("T07:00:00Z", "T08:00:00Z").encode()
    report = works.take(later)
    gone = works.rows("work_zone", "reference", "no_longer_reported_at")
    assert gone == [("detour-1", datetime(2026, 11, 28, 8, tzinfo=UTC)), ("wz-1", None)]
    older = works.take(worked("works.json"))
    assert older.is_refused
    assert [issue.code for issue in older.issues] == ["out_of_order"]
    assert works.rows("work_zone", "reference", "no_longer_reported_at") == gone
    future = later.replace(b"2026-11-28T08:00:00Z", b"2099-01-01T00:00:00Z")
    assert works.take(future).dated_by is DatedBy.LOADED, "an instant that is still to come is not believed"


def test_a_real_feed_is_told_as_it_was_and_only_what_its_last_snapshot_names_counts_as_reported(
    database: Database, tmp_path: Path
):
    fires = Feed(database, tmp_path, "geojson_incidents")
    (path,) = (path for path in samples("data/nsw_rfs_incidents") if "quiet" in str(path) and "snapshots" in path.name)
    with tarfile.open(path) as packed:
        members = sorted((one for one in packed.getmembers() if one.isfile()), key=lambda one: one.name)
        picked = [packed.extractfile(one).read() for one in members[::60]]  # type: ignore[union-attr]
    seen: set[str] = set()
    for content in picked:
        report = fires.take(content)
        assert not report.is_refused, report.issues
        named = {str(one["id"]) for one in json.loads(content)["features"]}
        seen |= named
        if "snapshot_shrunk" not in codes_of(report):
            assert {key for key, is_gone in standing(fires).items() if not is_gone} == named
    assert set(standing(fires)) == seen
    assert fires.rows("incident", "count(*) filter (where status_code is null)", order="1") == [(0,)]
    assert fires.rows("incident", "count(*) filter (where family_code is null)", order="1") == [(0,)]


def test_a_source_of_which_a_snapshot_was_erased_is_not_mapped_again_and_it_is_said_why(fires: Feed):
    for numbers in ((1, 2), (1,)):
        report = fires.take(many(*numbers))
    intake = Intake(database=fires.database, clock=fires.clock)
    assert not intake.map_again(fires.source, is_trial=True).is_any
    with fires.database.connection(Principal.LOADER) as connection:
        erase_raw(connection, batch_id=report.id, machine_at=fires.clock.now())
    with pytest.raises(UsageError, match="comparing each with those before"):
        intake.map_again(fires.source, is_trial=True)
