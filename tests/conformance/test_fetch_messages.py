"""Messages that a node fetches over HTTP: each kind of feed at an address, and each way in which one goes wrong."""

import gzip
import json
from collections.abc import Callable, Generator
from datetime import timedelta
from pathlib import Path

import pytest

from batches import select
from feeds import worked
from fetched_sources import Desk, codes, desk_of, last
from http_source import Answer, HttpSource, Question, http_source
from servers import TestServer
from watchroom.ingest.registry import expect_every
from watchroom.ingest.tries import source_ages_of
from watchroom.priority.freshness import source_ages
from watchroom.sources.codecs.contract import LIMITS
from watchroom.store.database import Database, Principal

ERROR_PAGE = b"<!doctype html><html><body>Service unavailable</body></html>"
FEEDS = {
    "cap_warning": ("warning-1-alert.xml", "warning", 2),
    "wzdx_works": ("works.json", "work_zone", 2),
    "geojson_incidents": ("incidents.json", "incident", 2),
    "ical_events": ("events.ics", "planned_event", 4),
}


@pytest.fixture(scope="module")
def database(server: TestServer) -> Generator[Database]:
    with server.database(name="fetched_messages") as database:
        yield database


@pytest.fixture
def source() -> Generator[HttpSource]:
    with http_source(lambda _: (500, {}, b"")) as source:
        yield source


@pytest.fixture
def incidents(database: Database, source: HttpSource, tmp_path: Path) -> Desk:
    """A feed of two incidents that was taken once."""
    desk = snapshot(database, source, tmp_path, "geojson_incidents")
    source.answer = giving(worked("incidents.json"))
    assert codes(desk.fetch()) == ["taken"]
    return desk


def snapshot(database: Database, source: HttpSource, folder: Path, mapping: str, **options: str) -> Desk:
    return desk_of(database, folder, kind="snapshot", at=f"{source.url}/feed", mapping=mapping, **options)


def giving(body: bytes, media: str = "application/json") -> Callable[[Question], Answer]:
    return lambda _: (200, {"Content-Type": media}, body)


def of(desk: Desk, text: str) -> list[tuple[object, ...]]:
    return select(desk.database, text.format(f"source_system = '{desk.source.name}'"))


def reported(desk: Desk) -> list[tuple[object, ...]]:
    return of(desk, "select source_key from record.incident where {} and no_longer_reported_at is null order by 1")


def age(desk: Desk) -> str:
    with desk.database.connection(Principal.LOADER) as connection:
        found = source_ages_of(connection)
    return {one.system: one.state for one in source_ages(found, at=desk.clock.now())}[desk.source.name]


@pytest.mark.parametrize("mapping", FEEDS)
@pytest.mark.parametrize("media", ["application/octet-stream", "text/html"])
def test_a_feed_of_each_kind_is_taken_from_its_address_under_whatever_content_type(
    database: Database, source: HttpSource, tmp_path: Path, *, mapping: str, media: str
):
    file, entity, number = FEEDS[mapping]
    desk = snapshot(database, source, tmp_path, mapping)
    packed = gzip.compress(worked(file)) if media == "text/html" else worked(file)
    source.answer = giving(packed, media)
    fetched = desk.fetch()
    assert codes(fetched) == ["taken"], fetched.report.batches[0].issues
    assert of(desk, f"select count(*) from record.{entity} where {{}}") == [(number,)]
    assert source.asked[0].headers["accept"].startswith(("application/", "text/calendar"))
    assert of(desk, "select is_refused from ingest.message where {}") == [(False,)]


def test_an_error_page_with_status_200_is_refused_and_kept_and_the_feed_is_no_fresher(
    incidents: Desk, source: HttpSource
):
    with incidents.database.connection(Principal.LOADER) as connection:
        expect_every(connection, incidents.source.name, seconds=600)
    incidents.clock.move(timedelta(hours=1))
    source.answer = giving(ERROR_PAGE, "text/html")
    assert codes(incidents.fetch(is_asked_for=False)) == ["not_well_formed"]
    assert age(incidents) == "silent"
    assert len(reported(incidents)) == 2
    kept = "select content from ingest.message where {} and is_refused"
    assert of(incidents, kept) == [(ERROR_PAGE,)]
    assert codes(incidents.fetch(is_asked_for=False)) == ["refused_before"]
    assert codes(incidents.fetch()) == ["not_well_formed"], "also when a person asks for it"
    assert len(of(incidents, kept)) == 1, "it is kept once, however often it comes"
    assert age(incidents) == "silent"
    source.answer = giving(worked("incidents.json"))
    assert codes(incidents.fetch()) == ["nothing_new"]


def test_a_body_that_is_cut_off_is_asked_for_again_and_nothing_of_it_is_taken(incidents: Desk, source: HttpSource):
    whole = worked("incidents.json")
    source.answer = lambda _: (200, {"Content-Length": str(len(whole))}, whole[: len(whole) // 2])
    found = last(incidents.fetch())
    assert (found.outcome, found.code) == ("failed", "unreachable")
    assert len(reported(incidents)) == 2
    # Without a length nobody can tell on the way; the codec can.
    source.answer = giving(whole[: len(whole) // 2])
    assert last(incidents.fetch()).code == "not_well_formed"
    assert len(reported(incidents)) == 2


def test_the_same_body_again_makes_no_batch_and_a_feed_that_says_when_it_was_made_grows_old(
    database: Database, source: HttpSource, incidents: Desk, tmp_path: Path
):
    assert (last(quiet := incidents.fetch()).code, last(quiet).is_confirmed) == ("nothing_new", False)
    works = snapshot(database, source, tmp_path, "wzdx_works")
    made = f"{works.clock.now():%Y-%m-%dT%H:%M:%SZ}"
    source.answer = giving(worked("works.json").replace(b"2026-11-28T07:00:00Z", made.encode()))
    with database.connection(Principal.LOADER) as connection:
        expect_every(connection, works.source.name, seconds=600)
    assert codes(works.fetch()) == ["taken"]
    assert age(works) == "fresh"
    works.clock.move(timedelta(hours=1))
    stale = last(works.fetch())
    assert (stale.code, stale.is_confirmed) == ("nothing_new", False)
    assert age(works) == "silent"


def test_a_body_over_the_cap_is_not_taken_and_says_what_to_do(database: Database, source: HttpSource, tmp_path: Path):
    small = snapshot(database, source, tmp_path, "geojson_incidents", most="1000")
    source.answer = giving(worked("incidents.json"))
    found = last(small.fetch())
    assert (found.code, "option `most`" in found.message) == ("too_large", True)
    large = snapshot(database, source, tmp_path, "geojson_incidents")
    source.answer = giving(b" " * (LIMITS.size + 1))
    assert last(large.fetch()).code == "too_large"
    source.answer = giving(gzip.compress(b"[" * (LIMITS.size + 1)))
    assert last(large.fetch()).code == "too_large"


def test_one_bad_object_in_a_good_collection_is_told_and_the_rest_is_taken(incidents: Desk, source: HttpSource):
    feed = json.loads(worked("incidents.json"))
    feed["features"][0] = {"type": "Feature", "id": {"no": "id"}, "geometry": None, "properties": None}
    source.answer = giving(json.dumps(feed).encode())
    batch = incidents.fetch().report.batches[0]
    assert not batch.is_refused
    assert {issue.place for issue in batch.issues} >= {"features[0].id", "features[0]"}
    assert len(reported(incidents)) == 2, "nothing counts as gone"


def test_what_a_fetched_snapshot_no_longer_names_is_so_since_it_was_asked_for(incidents: Desk, source: HttpSource):
    feed = json.loads(worked("incidents.json"))
    gone = feed["features"].pop(0)
    source.answer = giving(json.dumps(feed).encode())
    batch = incidents.fetch().report.batches[0]
    assert reported(incidents) == [("900002",)]
    since = f"select no_longer_reported_at from record.incident where {{}} and source_key = '{gone['id']}'"
    assert of(incidents, since) == [(batch.as_at,)]


def test_an_empty_feed_ends_nothing_until_it_is_accepted_though_it_gives_the_same_again(
    incidents: Desk, source: HttpSource
):
    source.answer = giving(b'{"type": "FeatureCollection", "features": []}')
    batch = incidents.fetch().report.batches[0]
    assert [issue.code for issue in batch.issues] == ["snapshot_shrunk"]
    assert len(reported(incidents)) == 2
    assert codes(incidents.fetch()) == ["nothing_new"]
    assert codes(incidents.fetch(accepted="the season is over")) == ["taken"]
    assert reported(incidents) == []


def test_pages_of_bundles_are_followed_by_their_next_link_and_each_is_kept_as_it_came(
    database: Database, source: HttpSource, tmp_path: Path
):
    desk = desk_of(database, tmp_path, kind="rest", at=f"{source.url}/fhir/Flag", mapping="fhir_health", paging="link")
    first, second = worked("health-1.json"), worked("health-2.json")

    def answer(question: Question) -> Answer:
        body = second if question.query.get("page") == "2" else first
        return 200, {"Content-Type": "application/fhir+json"}, body

    source.answer = answer
    assert codes(desk.fetch()) == ["taken"]
    assert [question.path for question in source.asked] == ["/fhir/Flag", "/fhir/Flag"]
    assert of(desk, "select content from ingest.message where {} order by name") == [(first,), (second,)]
    assert of(desk, "select count(*) from record.health_appointment where {}") == [(1,)]
    assert codes(desk.fetch()) == ["nothing_new"]
    assert codes(desk.fetch(is_whole=True)) == ["taken"]


def test_a_bundle_that_leads_elsewhere_or_in_a_circle_is_not_followed(
    database: Database, source: HttpSource, tmp_path: Path
):
    desk = desk_of(database, tmp_path, kind="rest", at=f"{source.url}/fhir/Flag", mapping="fhir_health", paging="link")
    first = worked("health-1.json")
    source.answer = giving(first)
    assert last(desk.fetch()).code == "changed_while_read"
    source.answer = giving(first.replace(b'"/fhir/Flag?page=2"', b'"https://elsewhere.example.org/fhir"'))
    assert last(desk.fetch()).code == "redirected"
    assert of(desk, "select count(*) from record.person where {}") == [(0,)]


def test_a_page_that_cannot_be_read_is_set_aside_and_the_others_are_taken(
    database: Database, source: HttpSource, tmp_path: Path
):
    desk = desk_of(database, tmp_path, kind="rest", at=f"{source.url}/fhir/Flag", mapping="fhir_health", paging="link")
    source.answer = lambda question: (200, {}, ERROR_PAGE if question.query else worked("health-1.json"))
    batch = desk.fetch().report.batches[0]
    assert not batch.is_refused
    assert [(issue.file, issue.code) for issue in batch.issues] == [("feed-00002", "not_well_formed")]
    assert of(desk, "select count(*) from record.care_flag where {}") == [(2,)]
    assert of(desk, "select content from ingest.message where {} and is_refused") == [(ERROR_PAGE,)]
